"""``twistd hubs-sse``: tells open browsers what has changed."""

from __future__ import annotations

from twisted.web.resource import Resource

from hubs.sse.broker import Broker
from hubs.sse.reader import ReloadReader
from hubs.sse.resource import EventStreamResource
from hubs.twistd_plugins.draining import Draining, DrainingSite
from hubs.twistd_plugins.listening import Listening
from hubs.twistd_plugins.making import maker
from hubs.twistd_plugins.options import HubsOptions
from hubs.twistd_plugins.parts import Parts
from hubs.watch.resource import Alive, Ready


class Options(HubsOptions):
    """The options of ``twistd hubs-sse``."""

    command = "hubs-sse"


def add_to(parts: Parts) -> None:
    """Add the event streams, at an address of their own, to what runs.

    Args:
        parts: What they are made of.
    """
    root = Resource()
    root.putChild(b"sse", event_streams(parts))
    root.putChild(b"healthz", Alive())
    root.putChild(b"readyz", Ready(parts.health))
    site = DrainingSite(root, parts.reactor)
    parts.add(Draining(site))
    parts.add(Listening("sse.listen", parts.settings.sse.listen, site, parts.reactor))


def event_streams(parts: Parts) -> EventStreamResource:
    """Add the event streams to what runs.

    Args:
        parts: What they are made of.

    Returns:
        The resource that answers with a stream.
    """
    settings = parts.settings.sse
    look_up, recognize = parts.hubs.view, parts.sessions.viewer
    broker = Broker(parts.reactor, ping_interval=settings.ping)
    parts.add(ReloadReader(parts.blocking_redis(), broker.publish, parts.reactor))
    parts.add(broker)
    return EventStreamResource(
        broker, look_up, recognize, parts.reactor, allow_origin=settings.allow_origin
    )


makeService = maker(add_to, hands_over=True)
