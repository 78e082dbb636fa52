"""A site that ends what it has in hand before it stops, so that a restart drops no request."""

from __future__ import annotations

from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel, Request
from twisted.web.resource import IResource
from twisted.web.server import Site

#: How long a connection without a request may still bring one, which a proxy has sent before it
#: could know that we stop, seconds.
GRACE_SECONDS = 1.0
#: How long requests may take to end, seconds; less than ``TimeoutStopSec`` of the units.
DRAIN_SECONDS = 20.0


class _Channel(HTTPChannel):
    """One connection; its site knows of it until it is lost, or an event stream takes it over."""

    def connectionMade(self) -> None:
        super().connectionMade()
        self.factory.channels.add(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        super().connectionLost(reason)
        self.factory.forget(self)

    def checkPersistence(self, request: Request, version: bytes) -> bool:  # noqa: N802
        if self.factory.draining:
            _say_it_is_the_last(request)
            return False
        return bool(super().checkPersistence(request, version))

    def end_after_this(self) -> None:
        """Take no request after the one in hand, if there is one."""
        for request in self.requests:
            _say_it_is_the_last(request)
            self.persistent = False


def _say_it_is_the_last(request: Request) -> None:
    if not request.startedWriting:
        request.responseHeaders.setRawHeaders(b"Connection", [b"close"])


class DrainingSite(Site):
    """Knows its connections, to end them without dropping what they have asked for."""

    # Not Twisted's own, which chooses between ours and HTTP/2.
    protocol = _Channel  # type: ignore[assignment]
    # Who listens says so.
    noisy = False
    _log = Logger()

    def __init__(self, resource: IResource, reactor: IReactorTime, **more: Any) -> None:
        """Begin without connections.

        Args:
            resource: Answers.
            reactor: What time is.
            more: See `Site`.
        """
        super().__init__(resource, reactor=reactor, **more)
        self.channels: set[_Channel] = set()
        self.draining = False
        self._drained: Deferred[None] | None = None

    def acceptableProtocols(self) -> list[bytes]:  # noqa: N802
        """See `IProtocolNegotiationFactory`; HTTP/2 is the proxy's."""
        return [b"http/1.1"]

    def forget(self, channel: _Channel) -> None:
        """Know no more of a connection.

        Args:
            channel: The connection.
        """
        self.channels.discard(channel)
        if self._drained is not None and not self.channels:
            drained, self._drained = self._drained, None
            drained.callback(None)

    def drain(self) -> Deferred[None]:
        """Answer what was asked, each connection's last; nobody listens any more.

        Returns:
            Fires when no connection is left; those that take longer than `DRAIN_SECONDS` are cut.
        """
        self.draining = True
        if not self.channels:
            return succeed(None)
        for channel in self.channels:
            channel.end_after_this()
        drained = self._drained = Deferred()
        calls = [self.reactor.callLater(DRAIN_SECONDS, self._cut)]

        def grace_is_over() -> None:
            # Who stood still for longer than that reads first what has come meanwhile.
            calls.append(self.reactor.callLater(0, self._close_idle))

        calls.append(self.reactor.callLater(GRACE_SECONDS, grace_is_over))

        def done(_: None) -> None:
            for call in calls:
                if call.active():
                    call.cancel()

        return drained.addCallback(done)

    def _close_idle(self) -> None:
        for channel in tuple(self.channels):
            if not channel.requests:
                channel.loseConnection()

    def _cut(self) -> None:
        self._log.error(
            "{count} requests took longer than {seconds} seconds to end, and were dropped",
            count=len(self.channels),
            seconds=DRAIN_SECONDS,
        )
        for channel in tuple(self.channels):
            channel.forceAbortClient()


class Draining(Service):
    """Drains a site when it stops: after who listens, before the stores that requests need."""

    def __init__(self, site: DrainingSite) -> None:
        """Prepare to drain.

        Args:
            site: The site.
        """
        self._site = site

    def stopService(self) -> Deferred[None]:
        """See `DrainingSite.drain`."""
        super().stopService()
        return self._site.drain()
