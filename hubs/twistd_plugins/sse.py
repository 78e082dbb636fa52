"""``twistd hubs-sse``: tells open browsers what has changed."""

from __future__ import annotations

from twisted.web.resource import Resource
from twisted.web.server import Site

from hubs.sse.broker import Broker
from hubs.sse.reader import ReloadReader
from hubs.sse.resource import EventStreamResource
from hubs.twistd_plugins.listening import Listening
from hubs.twistd_plugins.making import maker
from hubs.twistd_plugins.options import HubsOptions
from hubs.twistd_plugins.parts import Parts


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
    parts.add(Listening("sse.listen", parts.settings.sse.listen, Site(root), parts.reactor))


def event_streams(parts: Parts) -> EventStreamResource:
    """Add the event streams to what runs.

    Args:
        parts: What they are made of.

    Returns:
        The resource that answers with a stream.
    """
    settings = parts.settings.sse
    look_up = parts.hubs.hub
    broker = Broker(parts.reactor, ping_interval=settings.ping)
    parts.add(ReloadReader(parts.blocking_redis(), broker.publish, parts.reactor))
    parts.add(broker)
    return EventStreamResource(broker, look_up, parts.reactor, allow_origin=settings.allow_origin)


makeService = maker(add_to)
