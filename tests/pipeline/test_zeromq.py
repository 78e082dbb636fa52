"""Listening to real ZeroMQ publishers, which come and go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import pytest
import pytest_twisted
import zmq
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.logger import LogEvent, capturedLogs, formatEvent

from hubs.pipeline.intake import RawMessage
from hubs.pipeline.zeromq import ZeroMqListener
from tests.ports import free_port
from tests.until import until


class Publisher:
    """A publisher that may go and come again at the same place."""

    def __init__(self) -> None:
        self._context = zmq.Context()
        self._socket: zmq.Socket[bytes] | None = None
        self.port = free_port()
        self.endpoint = f"tcp://localhost:{self.port}"

    def come(self) -> None:
        self._socket = self._context.socket(zmq.XPUB)
        self._socket.bind(f"tcp://127.0.0.1:{self.port}")

    def go(self) -> None:
        if self._socket is not None:
            self._socket.close(0)

    def publish(self, topic: str, body: str) -> None:
        assert self._socket is not None
        self._socket.send_multipart([topic.encode(), body.encode()])

    async def is_heard(self) -> None:
        """Wait until somebody has subscribed; before, what is published is lost."""
        socket = self._socket
        assert socket is not None
        await until(lambda: bool(socket.poll(0)))
        assert socket.recv().startswith(b"\x01")

    def end(self) -> None:
        self._context.destroy(0)


class Store:
    """Keeps what was heard, and is slow where it is told to."""

    def __init__(self) -> None:
        self.bodies: list[str] = []
        self.gate: Deferred[None] | None = None

    async def __call__(self, messages: Sequence[RawMessage]) -> None:
        self.bodies += [message.body.decode() for message in messages]
        if self.gate is not None:
            await self.gate


@pytest.fixture
def publishers() -> Iterator[list[Publisher]]:
    publishers = [Publisher(), Publisher()]
    yield publishers
    for publisher in publishers:
        publisher.end()


class Said:
    """The lines of the log that tell of publishers."""

    def __init__(self, events: Sequence[LogEvent]) -> None:
        self._events = events

    def __call__(self) -> list[str]:
        lines = [formatEvent(event) for event in self._events]
        return [line for line in lines if "tcp://" in line and "Listening" not in line]


@pytest.fixture
def said() -> Iterator[Said]:
    with capturedLogs() as events:
        yield Said(events)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest_twisted.async_yield_fixture
async def listener(publishers: list[Publisher], store: Store) -> AsyncIterator[ZeroMqListener]:
    endpoints = [publisher.endpoint for publisher in publishers]
    listener = ZeroMqListener(endpoints, "org.", store, reactor)
    yield listener
    if listener.running:
        await listener.stopService()


async def test_of_each_publisher_that_goes_and_comes_is_told_once(
    publishers: list[Publisher], listener: ZeroMqListener, store: Store, said: Said
) -> None:
    first, second = publishers
    for publisher in publishers:
        publisher.come()
    listener.startService()
    for publisher in publishers:
        await publisher.is_heard()
    await until(lambda: len(said()) == 2)
    assert sorted(said()) == sorted(f"Connected to {one.endpoint}" for one in publishers)

    first.go()
    await until(lambda: len(said()) == 3)
    assert said()[2].startswith(f"The publisher {first.endpoint} is away: no connection")
    second.publish("org.a", "from the other")
    await until(lambda: store.bodies == ["from the other"])
    first.come()
    await first.is_heard()
    await until(lambda: len(said()) == 4)
    assert said()[3].startswith(f"The publisher {first.endpoint} is back after ")
    first.publish("org.b", "again")
    await until(lambda: store.bodies == ["from the other", "again"])
    assert len(said()) == 4


async def test_one_that_is_not_there_at_the_start_is_waited_for(
    publishers: list[Publisher], listener: ZeroMqListener, store: Store, said: Said
) -> None:
    first, second = publishers
    second.come()
    listener.startService()
    await second.is_heard()
    await until(lambda: len(said()) == 2)
    assert any(line.startswith(f"The publisher {first.endpoint} is away") for line in said())
    first.come()
    await first.is_heard()
    await until(lambda: len(said()) == 3)
    assert said()[2].startswith(f"The publisher {first.endpoint} is back after ")


async def test_what_comes_while_a_batch_is_stored_waits_whoever_published_it(
    publishers: list[Publisher], listener: ZeroMqListener, store: Store
) -> None:
    for publisher in publishers:
        publisher.come()
    listener.startService()
    for publisher in publishers:
        await publisher.is_heard()
    store.gate = Deferred()
    publishers[0].publish("org.a", "first")
    await until(lambda: store.bodies == ["first"])
    for number in range(250):
        for publisher in publishers:
            publisher.publish("org.a", f"{publisher.port} {number}")
    publishers[1].publish("com.a", "of a topic that we do not listen to")
    assert store.bodies == ["first"]
    gate, store.gate = store.gate, None
    gate.callback(None)
    await until(lambda: len(store.bodies) == 501)
    for publisher in publishers:
        heard = [body for body in store.bodies if body.startswith(f"{publisher.port} ")]
        assert heard == [f"{publisher.port} {number}" for number in range(250)]


async def test_a_stop_stores_what_has_arrived(
    publishers: list[Publisher], listener: ZeroMqListener, store: Store
) -> None:
    publishers[0].come()
    listener.startService()
    await publishers[0].is_heard()
    store.gate = Deferred()
    publishers[0].publish("org.a", "first")
    await until(lambda: store.bodies == ["first"])
    for number in range(150):
        publishers[0].publish("org.a", str(number))
    [subscription, _] = listener._subscriptions
    await until(lambda: bool(subscription.socket.poll(0)))
    stopping = listener.stopService()
    gate, store.gate = store.gate, None
    gate.callback(None)
    await stopping
    assert len(store.bodies) > 1
    assert store.bodies == ["first", *map(str, range(150))][: len(store.bodies)]


async def test_a_batch_that_cannot_be_stored_costs_only_itself(
    publishers: list[Publisher], listener: ZeroMqListener, store: Store
) -> None:
    publishers[0].come()
    listener.startService()
    await publishers[0].is_heard()
    store.gate = Deferred()
    publishers[0].publish("org.a", "first")
    await until(lambda: store.bodies == ["first"])
    listener._storing.addErrback(lambda failure: failure.trap(ZeroDivisionError) and None)
    gate, store.gate = store.gate, None
    gate.errback(ZeroDivisionError())
    publishers[0].publish("org.a", "second")
    await until(lambda: store.bodies == ["first", "second"])


async def test_tcp_looks_whether_a_silent_publisher_is_there(
    publishers: list[Publisher], listener: ZeroMqListener
) -> None:
    publishers[0].come()
    listener.startService()
    await publishers[0].is_heard()
    await until(lambda: keeps_alive(publishers[0].port))


def keeps_alive(port: int) -> bool:
    """Say whether the kernel has its keepalive timer on a connection to a port.

    https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html: the third field is the
    other end, the sixth the timer, where 02 is that of keepalive.
    """
    lines = Path("/proc/self/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return any(field[2].endswith(f":{port:04X}") and field[5].startswith("02:") for field in fields)
