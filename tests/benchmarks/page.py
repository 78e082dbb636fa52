"""Measures the page of a full hub: how many a second one process gives, and what each costs it.

``python -m tests.benchmarks.page`` runs ours beside Flask on gunicorn with the same templates and
the same SQL, all on this machine in one run, and prints what one is to the other. It asserts
nothing about time.
"""

from __future__ import annotations

import argparse
import os
import selectors
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, cast

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.task import react

from hubs.cache.files import FileCache
from hubs.database import migrate
from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.demo.private_postgres import PrivatePostgres
from hubs.demo.private_redis import PrivateRedis
from hubs.feeds.postgres import PostgresFeeds
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry
from tests.klein_app.conftest import Town
from tests.klein_app.full_hub import full_hub
from tests.ports import free_port
from tests.processes import members, running

CONNECTIONS = 8
REQUEST = b"GET /t/lamps/ HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n"
#: How long a server may take to answer at first, seconds.
PATIENCE = 60.0


@attrs.frozen
class Speed:
    """How fast a server is.

    Attributes:
        pages: Pages a second.
        cost: Processor time of the server for a page, seconds.
    """

    pages: float
    cost: float


def fill(database: str, cache: Path) -> None:
    """Make a hub whose page is as long as it gets."""

    async def work(reactor: Any) -> None:
        pool = Pool(database, 2, reactor)
        pool.startService()
        stores = Stores(HubStore(pool), PostgresFeeds(pool), None)  # type: ignore[arg-type]
        files = FileCache(cache, reactor, reactor.seconds, keep=1e6, max_value=1 << 20)
        await full_hub(Town(stores, Registry.from_entry_points()), files)
        pool.stopService()

    try:
        react(lambda reactor: Deferred.fromCoroutine(work(reactor)))
    except SystemExit as end:
        if end.code:
            raise


def processor_seconds(group: int) -> float:
    """Give the processor time that the processes of a group have used."""
    ticks = 0
    for process in members(group):
        stat = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
        fields = stat.rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def is_whole(answer: bytes) -> bool:
    """Say whether an answer has come to its end."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    if b"chunked" in head:
        return body.endswith(b"\r\n0\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
    return len(body) == int(length)


def ask(port: int, seconds: float) -> float:
    """Ask for the page over several connections, and give how many came a second."""
    selector = selectors.DefaultSelector()
    answers: dict[socket.socket, bytes] = {}
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        answers[connection] = b""
        selector.register(connection, selectors.EVENT_READ)
        connection.sendall(REQUEST)
    count, start = 0, time.perf_counter()
    while time.perf_counter() < start + seconds:
        for key, _ in selector.select(1.0):
            connection = cast("socket.socket", key.fileobj)
            received = connection.recv(1 << 18)
            if not received:
                raise ConnectionError("the server hung up")
            answers[connection] += received
            if is_whole(answers[connection]):
                assert answers[connection].startswith(b"HTTP/1.1 200"), answers[connection][:500]
                count += 1
                answers[connection] = b""
                connection.sendall(REQUEST)
    for connection in answers:
        connection.close()
    return count / (time.perf_counter() - start)


def measure(port: int, group: int, seconds: float) -> Speed:
    """Wait for a server, let it warm up, and measure it."""
    end = time.perf_counter() + PATIENCE
    while True:
        try:
            ask(port, 1.0)
            break
        except OSError:
            if time.perf_counter() > end:
                raise
    before = processor_seconds(group)
    start = time.perf_counter()
    pages = ask(port, seconds)
    if not pages:
        raise SystemExit(f"no page came in {seconds} seconds; ask for longer: --seconds 60")
    used = processor_seconds(group) - before
    return Speed(pages, used / (pages * (time.perf_counter() - start)))


def servers(
    folder: Path, database: str, redis: str
) -> Iterator[tuple[str, int, tuple[str, ...], Mapping[str, str]]]:
    """Give each server: its name, its port, its command, and more of its environment."""
    for name, keep in (("hubs", 5), ("hubs, nothing kept", 0)):
        port = free_port()
        config = folder / f"hubs-{keep}.toml"
        config.write_text(
            f"[database]\nurl = '{database}'\n[redis]\nurl = '{redis}'\n"
            f"[cache]\nfolder = '{folder / 'cache'}'\n"
            f"[web]\nlisten = 'tcp:{port}:interface=127.0.0.1'\nkeep = {keep}\n",
            encoding="utf-8",
        )
        yield name, port, ("twistd", "-n", "--pidfile=", "hubs-web", "-c", str(config)), {}
    port = free_port()
    command = ("gunicorn", "-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "4")
    checkout = str(Path(__file__).parents[2])
    environment = {
        "HUBS_BENCHMARK_DATABASE": database,
        "HUBS_BENCHMARK_CACHE": str(folder / "cache"),
        "PYTHONPATH": checkout,
    }
    yield "Flask", port, (*command, "tests.benchmarks.page_server:app"), environment


def main() -> None:
    """Measure all and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long to ask each server")
    seconds = parser.parse_args().seconds
    speeds = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fedora-hubs-bench-")))
        folder.chmod(0o755)
        database = stack.enter_context(PrivatePostgres(folder / "postgres", fsync=False))
        redis = stack.enter_context(PrivateRedis(folder / "redis", fsync=False))
        migrate.upgrade(database, lambda _: None)
        fill(database, folder / "cache")
        for name, port, command, environment in servers(folder, database, redis):
            with running(*command, log=folder / "log", env=environment) as process:
                speed = speeds[name] = measure(port, process.pid, seconds)
            sys.stdout.write(
                f"{name:20} {speed.pages:7.0f} pages a second,"
                f" {speed.cost * 1000:6.2f} ms of processor for each\n"
            )
    theirs = speeds["Flask"]
    for name, ours in speeds.items():
        if ours is not theirs:
            sys.stdout.write(
                f"{name} gives {ours.pages / theirs.pages:.1f} times the pages of Flask on"
                f" gunicorn, at {ours.cost / theirs.cost:.2f} times the processor time for each\n"
            )


if __name__ == "__main__":
    main()
