"""What is between us and a server, to be cut without a word to either."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from twisted.internet import reactor
from twisted.internet.interfaces import IAddress
from twisted.protocols.portforward import ProxyFactory

from tests.until import until


class Cable(ProxyFactory):
    """Connections to a port of the loopback.

    Attributes:
        near_port: Where to connect instead.
    """

    near_port: int

    def __init__(self, to: int) -> None:
        super().__init__("127.0.0.1", to)
        self.ends: list[Any] = []

    def buildProtocol(self, addr: IAddress | None) -> Any:
        end = super().buildProtocol(addr)
        self.ends.append(end)
        return end

    def cut(self) -> None:
        """Let what is sent over the connections of now arrive nowhere; new ones are whole."""
        for end in self.ends:
            end.transport.pauseProducing()


@asynccontextmanager
async def cable_to(port: int) -> AsyncIterator[Cable]:
    """Lay a cable; who used it has to have gone when it is taken away."""
    cable = Cable(port)
    listening: Any = reactor.listenTCP(0, cable, interface="127.0.0.1")  # type: ignore[arg-type]
    cable.near_port = listening.getHost().port
    yield cable
    await listening.stopListening()
    for end in cable.ends:
        end.transport.resumeProducing()
    await until(lambda: all(end.transport.disconnected for end in cable.ends))
