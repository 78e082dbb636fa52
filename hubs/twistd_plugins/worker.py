"""``twistd hubs-worker``: writes feeds and runs the cached functions of widgets."""

from __future__ import annotations

from hubs.pipeline.consumer import Consumer
from hubs.pipeline.worker import Worker
from hubs.twistd_plugins.making import maker
from hubs.twistd_plugins.options import InstancesOptions
from hubs.twistd_plugins.parts import Parts


class Options(InstancesOptions):
    """The options of ``twistd hubs-worker``."""

    command = "hubs-worker"


def add_to(parts: Parts) -> None:
    """Add a worker to what runs.

    Args:
        parts: What it is made of.
    """
    worker = Worker(
        parts.stores, parts.cache, parts.registry, parts.work, parts.redis, parts.reactor
    )
    parts.add(
        Consumer(
            parts.work,
            worker.handle,
            parts.blocking_redis(),
            parts.consumer_name(),
            parts.reactor,
            concurrency=parts.settings.queue.concurrency,
        )
    )


makeService = maker(add_to)
