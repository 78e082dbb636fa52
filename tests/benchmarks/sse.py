"""Measures open event streams: memory for each, and processor time to tell all of them one thing.

``python -m tests.benchmarks.sse`` runs ours beside what one would write with klein, both on
this machine in one run, and prints what one is to the other. It asserts nothing about time.
"""

from __future__ import annotations

import argparse
import resource
import selectors
import socket
import subprocess
import sys
from typing import IO, cast

import attrs

GREETING, EVENT = b"welcome", b"data: reload"
REQUEST = b"GET /sse/?hub=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
ROUNDS = 20


@attrs.frozen
class Cost:
    """What a server needs.

    Attributes:
        memory: For one open stream, bytes.
        time: To send one event to all streams, processor seconds.
    """

    memory: float
    time: float


class Server:
    """One of the servers, in a process of its own."""

    def __init__(self, name: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.sse_server", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.address = ("127.0.0.1", int(self._answer()))

    def ask(self, order: str) -> float:
        """Give it an order and wait for its answer."""
        orders = cast("IO[bytes]", self._process.stdin)
        orders.write(f"{order}\n".encode())
        orders.flush()
        return float(self._answer())

    def stop(self) -> None:
        """End it."""
        self._process.communicate()

    def _answer(self) -> bytes:
        return cast("IO[bytes]", self._process.stdout).readline()


class Browsers:
    """Many connections that read."""

    def __init__(self, address: tuple[str, int], number: int) -> None:
        self._selector = selectors.DefaultSelector()
        self._number = number
        for first in range(0, number, 500):
            wave = min(500, number - first)
            for _ in range(wave):
                connection = socket.create_connection(address)
                connection.sendall(REQUEST)
                self._selector.register(connection, selectors.EVENT_READ)
            self.wait_for(GREETING, wave)

    def wait_for(self, text: bytes, times: int | None = None) -> None:
        """Read until it has come so many times, for each connection once if not said."""
        left = self._number if times is None else times
        while left > 0:
            for key, _ in self._selector.select():
                left -= cast("socket.socket", key.fileobj).recv(65536).count(text)

    def close(self) -> None:
        """Leave."""
        for key in list(self._selector.get_map().values()):
            cast("socket.socket", key.fileobj).close()
        self._selector.close()


def measure(name: str, streams: int) -> Cost:
    """Open streams to a server of its own and send events to all.

    Args:
        name: Which server.
        streams: How many.

    Returns:
        What it cost.
    """
    server = Server(name)
    Browsers(server.address, 100).close()
    before = server.ask("memory")
    browsers = Browsers(server.address, streams)
    memory = (server.ask("memory") - before) / streams
    start = server.ask("cpu")
    for _ in range(ROUNDS):
        server.ask("publish")
        browsers.wait_for(EVENT)
    time = (server.ask("cpu") - start) / ROUNDS
    browsers.close()
    server.stop()
    return Cost(memory, time)


def main() -> None:
    """Measure both and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=5000)
    streams = parser.parse_args().streams
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    costs = {name: measure(name, streams) for name in ("hubs", "klein")}
    for name, cost in costs.items():
        sys.stdout.write(
            f"{name:6} {streams} streams: {cost.memory / 1000:6.1f} KB each,"
            f" {cost.time * 1000:6.1f} ms to send one event to all\n"
        )
    ours, theirs = costs["hubs"], costs["klein"]
    sys.stdout.write(
        f"klein needs {theirs.memory / ours.memory:.1f} times the memory"
        f" and {theirs.time / ours.time:.1f} times the time\n"
    )


if __name__ == "__main__":
    main()
