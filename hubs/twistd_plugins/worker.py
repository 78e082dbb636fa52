"""``twistd hubs-worker``: writes feeds and runs the cached functions of widgets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import attrs
from fedora_messaging.exceptions import ConfigurationException

from hubs.pipeline.consumer import Consumer
from hubs.pipeline.later import Later
from hubs.pipeline.outbox import outboxes
from hubs.pipeline.publisher import PublishBroker, Publisher
from hubs.pipeline.worker import Worker
from hubs.twistd_plugins.making import maker
from hubs.twistd_plugins.options import InstancesOptions, number_to
from hubs.twistd_plugins.parts import Parts


class Options(InstancesOptions):
    """The options of ``twistd hubs-worker``."""

    command = "hubs-worker"

    optParameters: ClassVar[list[Sequence[object]]] = [
        [
            *("concurrency", None, None),
            "Items each process has in hand at once [default: queue.concurrency]",
            number_to(1000),
        ],
    ]

    def parseOptions(self, options: Sequence[str] | None = None) -> None:  # noqa: N802
        """See `HubsOptions`; what the command line says goes before the settings."""
        super().parseOptions(options)
        if self["concurrency"] is not None:
            queue = self.settings.queue.model_copy(update={"concurrency": self["concurrency"]})
            self.settings = self.settings.model_copy(update={"queue": queue})


def add_to(parts: Parts) -> None:
    """Add a worker to what runs.

    Args:
        parts: What it is made of.
    """
    later = Later(parts.work, parts.redis, parts.reactor)
    worker = Worker(
        attrs.evolve(parts.stores, accounts=parts.accounts),
        parts.cache,
        parts.registry,
        parts.mirror,
        parts.work,
        later,
        parts.redis,
        parts.reactor,
    )
    parts.add(later)
    publisher = _publisher(parts)
    publish = publisher.publish if publisher else None
    for outbox in outboxes(parts.outgoing, parts.messages, publish, parts.reactor):
        parts.add(outbox)
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


def _publisher(parts: Parts) -> Publisher | None:
    settings = parts.settings.publish
    url = settings.url.get_secret_value()
    if not url:
        return None
    broker = PublishBroker(
        url=url,
        exchange=settings.exchange,
        ca_cert=settings.ca_cert,
        certificate=settings.certificate,
        key=settings.key,
    )
    try:
        publisher = Publisher(broker)
    except (ValueError, OSError, ConfigurationException) as error:
        # The message of a wrong address may hold the password that is in it.
        reason = type(error).__name__ if isinstance(error, ValueError) else str(error)
        raise SystemExit(
            f"publish: expected a broker's address and certificates: {reason}"
        ) from None
    parts.add(publisher)
    return publisher


makeService = maker(add_to)
