"""A listening port with the event streams behind it, and a list of hubs instead of a database."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from socket import SO_RCVBUF, SO_SNDBUF, SOL_SOCKET
from typing import Any, cast

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import (
    TCP4ClientEndpoint,
    TCP4ServerEndpoint,
    connectProtocol,
    wrapClientTLS,
)
from twisted.internet.ssl import PrivateCertificate, optionsForClientTLS
from twisted.internet.task import Clock, deferLater
from twisted.internet.tcp import Port
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.web.server import Request, Site

from hubs.model.hub import FEED, Hub, HubType, Visibility, WidgetInstance
from hubs.model.person import Role
from hubs.model.reload import AccessChange, Reload, StreamNews
from hubs.model.viewer import NOBODY, HubView, Viewer
from hubs.sse.broker import CLOSING_SECONDS, Broker
from hubs.sse.event import EventId
from hubs.sse.resource import EventStreamResource
from tests.sse.browser import Browser

KERNEL_BUFFER = 16_384


def hub(hub_id: int, visibility: Visibility = Visibility.PUBLIC) -> Hub:
    """Make a hub."""
    return Hub(hub_id, HubType.TEAM, f"team{hub_id}", "A team", "", visibility)


async def recognize(request: Request) -> Viewer:
    """Take the word of a browser for who it is."""
    cookie = request.getCookie(b"person")
    return Viewer(int(cookie), "somebody") if cookie else NOBODY


async def turn() -> None:
    """Let the reactor go round once."""
    await deferLater(cast("Any", reactor), 0)


class Portal:
    """What a browser finds at the other end."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.broker = Broker(self.clock, history_limit=settings.pop("history_limit", 1000))
        self.hubs = {1: hub(1), 2: hub(2)}
        self.members: set[tuple[int, int]] = set()
        self.closed: tuple[WidgetInstance, ...] = ()
        self.look_up: Callable[[int], Coroutine[Deferred[Any], Any, Hub | None]] = self.find
        resource = EventStreamResource(
            self.broker, self._look_up, recognize, self.clock, **settings
        )
        self.site = Site(resource, reactor=self.clock)
        self.browsers: list[Browser] = []
        self._number = 0

    async def find(self, hub_id: int) -> Hub | None:
        """Find a hub."""
        return self.hubs.get(hub_id)

    async def _look_up(self, hub_id: int, viewer: Viewer) -> HubView | None:
        found = await self.look_up(hub_id)
        if found is None:
            return None
        member = (hub_id, viewer.person_id) in self.members
        roles = frozenset({Role.MEMBER} if member else ())
        has_feed = any(one.plugin == FEED for one in self.closed)
        who = Visibility.PREVIEW if has_feed else Visibility.PUBLIC
        return HubView(found, viewer, roles, self.closed, feed_visibility=who)

    async def open(self, certificate: PrivateCertificate | None = None) -> None:
        """Start, under TLS if there is a certificate for it."""
        self.broker.startService()
        self._certificate = certificate
        site: Any = self.site
        if certificate:
            site = TLSMemoryBIOFactory(certificate.options(), False, site)
        endpoint = TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")
        self.port: Port = await endpoint.listen(site)
        # Small buffers of the kernel, so that it soon shows who does not read.
        self.port.socket.setsockopt(SOL_SOCKET, SO_SNDBUF, KERNEL_BUFFER)

    async def close(self) -> None:
        """Stop, and wait until all is gone."""
        await self.port.stopListening()
        if self.broker.running:
            stopping = self.broker.stopService()
            self.clock.advance(CLOSING_SECONDS)
            await stopping
        for browser in self.browsers:
            if not browser.open:
                continue
            browser.connection.abortConnection()
            await browser.until_closed()

    async def connect(self) -> Browser:
        """Give a browser that is connected and has said nothing yet."""
        endpoint: Any = TCP4ClientEndpoint(reactor, "127.0.0.1", self.port.getHost().port)
        if self._certificate:
            trusted = optionsForClientTLS("localhost", self._certificate)
            endpoint = wrapClientTLS(trusted, endpoint)
        browser: Browser = await connectProtocol(endpoint, Browser())
        browser.connection.socket.setsockopt(SOL_SOCKET, SO_RCVBUF, KERNEL_BUFFER)
        self.browsers.append(browser)
        return browser

    async def ask(self, query: str = "?hub=1", *headers: str, method: str = "GET") -> Browser:
        """Give a browser that has the headers of its answer."""
        browser = await self.connect()
        lines = [f"{method} /sse/{query} HTTP/1.1", "Host: localhost", *headers, "", ""]
        browser.connection.write("\r\n".join(lines).encode())
        await browser.until_received(b"\r\n\r\n")
        return browser

    async def look_at(self, hub_id: int, last_event_id: str = "", person_id: int = 0) -> Browser:
        """Give a browser with an open event stream."""
        headers = [f"Last-Event-ID: {last_event_id}"] if last_event_id else []
        headers += [f"Cookie: person={person_id}"] if person_id else []
        browser = await self.ask(f"?hub={hub_id}", *headers)
        await browser.until_received(b"welcome")
        return browser

    def publish(self, reload: Reload | StreamNews | AccessChange) -> str:
        """Publish, and say under which id."""
        self._number += 1
        event_id = EventId(self._number, 0)
        self.broker.publish(event_id, reload)
        return str(event_id)
