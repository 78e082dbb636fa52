"""``twistd hubs-worker``: writes feeds and runs the cached functions of widgets."""

from __future__ import annotations

from typing import Any

from twisted.application.service import IService

from hubs.pipeline.consumer import Consumer
from hubs.pipeline.worker import Worker
from hubs.twistd_plugins.instances import instances
from hubs.twistd_plugins.options import InstancesOptions
from hubs.twistd_plugins.parts import Parts


class Options(InstancesOptions):
    """The options of ``twistd hubs-worker``."""

    command = "hubs-worker"


def makeService(options: Options, reactor: Any = None) -> IService:
    """Compose the service.

    Args:
        options: Parsed.
        reactor: What it runs on; the global one by default.

    Returns:
        The service.
    """
    if reactor is None:
        from twisted.internet import reactor
    if options.instances > 1:
        return instances(options.command, options.instances, {"config": options["config"]}, reactor)
    parts = Parts(options.settings, reactor)
    add_to(parts)
    return parts.service


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
