"""``twistd hubs-all``: every service in one process, for small sites and development."""

from __future__ import annotations

from typing import Any

from twisted.application.service import IService

from hubs.twistd_plugins import listener, sse, triage, web, worker
from hubs.twistd_plugins.options import HubsOptions
from hubs.twistd_plugins.parts import Parts


class Options(HubsOptions):
    """The options of ``twistd hubs-all``."""

    command = "hubs-all"


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
    parts = Parts(options.settings, reactor)
    add_to(parts)
    listener.add_to(parts)
    return parts.service


def add_to(parts: Parts) -> None:
    """Add everything but the listener to what runs.

    The event streams are at ``/sse/`` of the portal's own address, so that no proxy is needed.

    Args:
        parts: What it is made of.
    """
    web.add_to(parts, sse.event_streams(parts))
    worker.add_to(parts)
    triage.add_to(parts)
