"""``twistd hubs-all``: every service in one process, for small sites and development."""

from __future__ import annotations

from hubs.klein_app.login.way import WayIn
from hubs.twistd_plugins import listener, sse, triage, web, worker
from hubs.twistd_plugins.making import maker
from hubs.twistd_plugins.options import HubsOptions
from hubs.twistd_plugins.parts import Parts


class Options(HubsOptions):
    """The options of ``twistd hubs-all``."""

    command = "hubs-all"


def add_all_to(parts: Parts) -> None:
    """Add everything to what runs.

    Args:
        parts: What it is made of.
    """
    add_to(parts)
    listener.add_to(parts)


def add_to(parts: Parts, way_in: WayIn | None = None) -> None:
    """Add everything but the listener to what runs.

    The event streams are at ``/sse/`` of the portal's own address, so that no proxy is needed.

    Args:
        parts: What it is made of.
        way_in: How people log in; without it, as the settings say.
    """
    web.add_to(parts, sse.event_streams(parts), way_in)
    worker.add_to(parts)
    triage.add_to(parts)


makeService = maker(add_all_to)
