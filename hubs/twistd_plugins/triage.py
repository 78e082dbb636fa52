"""``twistd hubs-triage``: decides what each message concerns."""

from __future__ import annotations

from hubs.bus.envelope import parse
from hubs.bus.message import BusMessage
from hubs.bus.reader import Reader
from hubs.pipeline.consumer import Consumer
from hubs.pipeline.queue import Item
from hubs.pipeline.triage import Triage
from hubs.twistd_plugins.making import maker
from hubs.twistd_plugins.options import InstancesOptions
from hubs.twistd_plugins.parts import Parts

#: How many messages are looked up in one query.
BATCH = 100


class Options(InstancesOptions):
    """The options of ``twistd hubs-triage``."""

    command = "hubs-triage"


def add_to(parts: Parts) -> None:
    """Add a triage to what runs.

    Args:
        parts: What it is made of.
    """
    limits = parts.settings.listener
    reader = Reader.from_entry_points()

    def read(item: Item) -> BusMessage:
        topic, body = item.fields["topic"].encode(), item.fields["body"].encode()
        envelope = parse(topic, body, limits.max_size, limits.max_depth)
        return reader.read(envelope, float(item.fields["received"]))

    triage = Triage(read, parts.hubs, parts.registry, parts.work)
    parts.add(
        Consumer(
            parts.messages,
            triage.handle,
            parts.blocking_redis(),
            parts.consumer_name(),
            parts.reactor,
            batch=BATCH,
            into=parts.work,
        )
    )


makeService = maker(add_to)
