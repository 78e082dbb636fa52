"""A real subscriber for the tests of the demo's buses."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import zmq
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from txzmq import ZmqConnection, ZmqEndpoint, ZmqEndpointType, ZmqFactory


class Listener(ZmqConnection):
    """Subscribes to everything and keeps it."""

    socketType = zmq.SUB  # noqa: N815, it is txzmq's name
    highWaterMark = 10  # noqa: N815, it is txzmq's name

    def __init__(self, address: str) -> None:
        self.messages: list[tuple[str, dict[str, Any]]] = []
        self._waiting: list[tuple[int, Deferred[None]]] = []
        self._own_factory = ZmqFactory()
        self._own_factory.lingerPeriod = 0
        super().__init__(self._own_factory)
        self.socket.set(zmq.SUBSCRIBE, b"")
        self.addEndpoints([ZmqEndpoint(ZmqEndpointType.connect, address)])

    def messageReceived(self, message: list[bytes]) -> None:
        topic, envelope = message
        self.messages.append((topic.decode(), json.loads(envelope)))
        for waiting in list(self._waiting):
            if len(self.messages) >= waiting[0]:
                self._waiting.remove(waiting)
                waiting[1].callback(None)

    async def hears(self, count: int) -> list[tuple[str, dict[str, Any]]]:
        """Wait until there are so many messages, and give them."""
        if len(self.messages) < count:
            waiting: Deferred[None] = Deferred()
            self._waiting.append((count, waiting))
            await waiting
        return self.messages

    def leave(self) -> None:
        self._own_factory.shutdown()


async def turn() -> None:
    """Let the reactor turn."""
    turned: Deferred[None] = Deferred()
    reactor.callLater(0.001, turned.callback, None)
    await turned


async def until(true: Callable[[], bool]) -> None:
    """Let the reactor turn until something is so; the test's own timeout ends it."""
    while not true():
        await turn()
