"""The servers that ``tests.benchmarks.sse`` measures, each run in a process of its own.

``python -m tests.benchmarks.sse_server hubs|klein`` prints the port it listens on, and then
answers lines on its standard input: ``memory`` in bytes, ``cpu`` in seconds, ``publish``.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from klein import Klein
from twisted.internet import reactor
from twisted.internet.address import IPv4Address
from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTCP, IReactorTime
from twisted.internet.stdio import StandardIO
from twisted.protocols.basic import LineOnlyReceiver
from twisted.web.iweb import IRequest
from twisted.web.resource import IResource
from twisted.web.server import Site

from hubs.model.hub import Hub, HubType
from hubs.model.reload import Reload
from hubs.model.viewer import NOBODY, HubView, Viewer
from hubs.sse.broker import Broker
from hubs.sse.event import EventId, encode_event, encode_mark
from hubs.sse.resource import EventStreamResource

Publish = Callable[[int], object]


def hubs_server() -> tuple[IResource, Publish]:
    """Make our own."""

    async def look_up(hub_id: int, viewer: Viewer) -> HubView:
        return HubView(Hub(hub_id, HubType.TEAM, "infra", "Infrastructure", ""), viewer)

    async def recognize(request: IRequest) -> Viewer:
        return NOBODY

    clock = cast("IReactorTime", reactor)
    broker = Broker(clock)
    broker.startService()
    return EventStreamResource(broker, look_up, recognize, clock), lambda number: broker.publish(
        EventId(number, 0), Reload.feed(1)
    )


def klein_server() -> tuple[IResource, Publish]:
    """Make what one would write with klein: a request for each browser, kept open."""
    app = Klein()
    requests: set[IRequest] = set()

    @app.route("/sse/")
    def stream(request: IRequest) -> Deferred[None]:
        request.setHeader(b"Content-Type", b"text/event-stream; charset=utf-8")
        request.write(encode_mark("welcome", EventId(0, 0)))
        requests.add(request)
        return Deferred(lambda _: requests.discard(request))

    def publish(number: int) -> None:
        data = encode_event("feed", "reload", EventId(number, 0))
        for request in requests:
            request.write(data)

    return app.resource(), publish


class Orders(LineOnlyReceiver):
    """Does what a line on standard input says, and answers with a line."""

    delimiter = b"\n"

    def __init__(self, publish: Publish) -> None:
        self._publish = publish
        self._number = 0

    def lineReceived(self, line: bytes) -> None:
        self.sendLine(str(getattr(self, f"do_{line.decode()}")()).encode())

    def connectionLost(self, reason: object = None) -> None:
        cast("ReactorBase", reactor).stop()

    def do_memory(self) -> int:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * resource.getpagesize()

    def do_cpu(self) -> float:
        return time.process_time()

    def do_publish(self) -> int:
        self._number += 1
        self._publish(self._number)
        return self._number


def main() -> None:
    """Serve until standard input ends."""
    tree, publish = {"hubs": hubs_server, "klein": klein_server}[sys.argv[1]]()
    site: Any = Site(tree)
    port = cast("IReactorTCP", reactor).listenTCP(0, site, backlog=4096, interface="127.0.0.1")
    orders = Orders(publish)
    StandardIO(orders)
    orders.sendLine(str(cast("IPv4Address", port.getHost()).port).encode())
    cast("ReactorBase", reactor).run()


if __name__ == "__main__":
    main()
