"""A browser at the other end of a raw connection."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol, connectionDone
from twisted.internet.tcp import Connection
from twisted.python.failure import Failure


@attrs.frozen
class Heard:
    """One event as a page hears it."""

    id: str
    name: str
    data: str


class Browser(Protocol):
    """Sends what it is told and keeps what it gets."""

    def __init__(self) -> None:
        self.received = b""
        self.open = True
        self._waits: list[tuple[Callable[[], bool], Deferred[None]]] = []

    @property
    def connection(self) -> Connection:
        """The transport."""
        return cast("Connection", self.transport)

    @property
    def head(self) -> str:
        """The status line and the headers."""
        return self.received.partition(b"\r\n\r\n")[0].decode()

    @property
    def body(self) -> str:
        """What came after the headers."""
        return self.received.partition(b"\r\n\r\n")[2].decode()

    @property
    def events(self) -> list[Heard]:
        """The whole events that a page would hear, in order."""
        blocks = self.body.split("\n\n")[:-1]
        fields = (dict(re.findall(r"^(\w+): (.*)$", block, re.MULTILINE)) for block in blocks)
        return [
            Heard(field.get("id", ""), field.get("event", "message"), field["data"])
            for field in fields
            if "data" in field
        ]

    @property
    def last_event_id(self) -> str:
        """What it would send as ``Last-Event-ID``."""
        return str(["", *re.findall(r"^id: (.*)$", self.body, re.MULTILINE)][-1])

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so, looking whenever bytes came or the connection went."""
        if not condition():
            wait: Deferred[None] = Deferred()
            self._waits.append((condition, wait))
            await wait

    async def until_received(self, text: bytes) -> None:
        """Wait for some bytes."""
        await self.until(lambda: text in self.received)

    async def until_closed(self) -> None:
        """Wait for the end of the connection."""
        await self.until(lambda: not self.open)

    def dataReceived(self, data: bytes) -> None:
        self.received += data
        self._look()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.open = False
        self._look()

    def _look(self) -> None:
        for wait in [wait for wait in self._waits if wait[0]()]:
            self._waits.remove(wait)
            wait[1].callback(None)
