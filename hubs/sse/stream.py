"""What a connection becomes after the headers: one browser's open event stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import attrs
from twisted.internet.interfaces import IProtocol, IPushProducer, ITransport
from twisted.internet.tcp import Connection
from twisted.protocols.policies import ProtocolWrapper
from twisted.python.failure import Failure
from zope.interface import implementer

#: What may wait here for a browser beyond what the kernel keeps for it, bytes.
OUTBOX_LIMIT = Connection.bufferSize
#: What a browser may still send after its request before it is taken for hostile, bytes.
INPUT_LIMIT = 16_384


@implementer(IProtocol, IPushProducer)
@attrs.define(eq=False, weakref_slot=False)
class EventStream:
    """Stands at the end of a transport, where HTTP stood, and is as small as can be.

    This one is for a transport that wraps another, as under TLS. It is the transport's producer,
    so that it is told to pause when `OUTBOX_LIMIT` bytes wait: a browser that far behind is cut
    off, and gets what it missed when it comes back.

    Attributes:
        hub_id: The hub that the browser looks at.
        person_id: Who looks; 0 for nobody.
        bucket: Those that the broker pings at the same time.
        unheard: The targets that are not for who looks.
        slow: Whether it was cut off because it was behind.
    """

    hub_id: int
    person_id: int
    bucket: set[EventStream]
    unheard: frozenset[str]
    _closed: Callable[[EventStream], None]
    _transport: Connection | ProtocolWrapper
    _input: int = attrs.field(default=0, init=False)
    slow: bool = attrs.field(default=False, init=False)

    def take_over(self) -> None:
        """Put itself in the place of the protocol that the transport had until now."""
        cast("ProtocolWrapper", self._transport).wrappedProtocol = self
        self._become_producer(streaming=True)

    def _become_producer(self, *, streaming: bool) -> None:
        self._transport.unregisterProducer()
        self._transport.registerProducer(self, streaming)
        # HTTP stops reading when more than one request comes at once.
        self._transport.resumeProducing()

    def send(self, data: bytes) -> None:
        """Write to the browser.

        Args:
            data: One or more whole events.
        """
        self._transport.write(data)

    def close(self) -> None:
        """Close once everything that was sent is on its way."""
        self._transport.unregisterProducer()
        self._transport.loseConnection()

    def abort(self) -> None:
        """Close now and drop what was not sent yet."""
        self._transport.abortConnection()

    def makeConnection(self, transport: ITransport) -> None:
        """See `IProtocol`; the transport is given when the stream is made."""

    def connectionMade(self) -> None:
        """See `IProtocol`; the headers were all there is to say."""

    def dataReceived(self, data: bytes) -> None:
        """See `IProtocol`; a browser has nothing more to say."""
        self._input += len(data)
        if self._input > INPUT_LIMIT:
            self.abort()

    def connectionLost(self, reason: Failure) -> None:  # noqa: ARG002
        """See `IProtocol`."""
        self._closed(self)

    def pauseProducing(self) -> None:
        """See `IPushProducer`; the browser is too far behind."""
        self.slow = True
        self.abort()

    def resumeProducing(self) -> None:
        """See `IPushProducer`; nothing was held back."""

    def stopProducing(self) -> None:
        """See `IPushProducer`; `connectionLost` says the same."""


@attrs.define(eq=False, weakref_slot=False)
class SocketStream(EventStream):
    """Stands at the end of a plain connection, and sends straight to the socket.

    That takes half the time of a turn through the reactor. Only what the socket does not take
    waits in the transport, which asks for more (`resumeProducing`) as soon as nothing waits.
    """

    _waiting: int = attrs.field(default=0, init=False)

    def take_over(self) -> None:
        """See `EventStream`."""
        cast("Connection", self._transport).protocol = self
        self._become_producer(streaming=False)
        # The headers wait in the transport, and nothing may overtake them.
        self._waiting = 1

    def send(self, data: bytes) -> None:
        """See `EventStream`."""
        if not self._waiting:
            sent = self._transport.writeSomeData(data)
            if sent == len(data):
                return
            # A connection that is lost shows in the transport's own attempt.
            data = data[sent:] if isinstance(sent, int) else data
        self._waiting += len(data)
        if self._waiting > OUTBOX_LIMIT:
            self.pauseProducing()
        else:
            self._transport.write(data)

    def resumeProducing(self) -> None:
        """See `IPullProducer`; nothing waits any more."""
        self._waiting = 0
