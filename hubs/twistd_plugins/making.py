"""Makes a service of its options, as twistd asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.application.service import IService

from hubs.twistd_plugins.instances import instances
from hubs.twistd_plugins.options import HubsOptions, InstancesOptions
from hubs.twistd_plugins.parts import Parts


def maker(add_to: Callable[[Parts], None]) -> Callable[..., IService]:
    """Make the ``makeService`` of a plug-in.

    Args:
        add_to: Adds to what runs all that the service does.

    Returns:
        A function that takes parsed options, and the reactor if it is not the global one; if
        several processes are asked for, its service is the parent of these.
    """

    def makeService(options: HubsOptions, reactor: Any = None) -> IService:
        if reactor is None:
            from twisted.internet import reactor
        if isinstance(options, InstancesOptions) and options.instances > 1:
            said = {"config": options["config"]}
            return instances(options.command, options.instances, said, reactor)
        parts = Parts(options.settings, reactor)
        add_to(parts)
        return parts.service

    return makeService
