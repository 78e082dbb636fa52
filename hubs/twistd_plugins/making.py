"""Makes a service of its options, as twistd asks for it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from twisted.application.service import IService
from twisted.logger import ILogObserver
from twisted.python.components import Componentized

from hubs.config import Log
from hubs.twistd_plugins.handover import Handover
from hubs.twistd_plugins.instances import instances
from hubs.twistd_plugins.options import HubsOptions, InstancesOptions
from hubs.twistd_plugins.ordered import OrderedServices
from hubs.twistd_plugins.parts import Parts
from hubs.twistd_plugins.watching import add_notifying, add_watching
from hubs.watch.logs import LogError, observer


def maker(add_to: Callable[[Parts], None], *, hands_over: bool = False) -> Callable[..., IService]:
    """Make the ``makeService`` of a plug-in.

    Args:
        add_to: Adds to what runs all that the service does.
        hands_over: Whether the process starts another at SIGHUP, which takes its sockets.

    Returns:
        A function that takes parsed options, and the reactor if it is not the global one; if
        several processes are asked for, its service is the parent of these.
    """

    def makeService(options: HubsOptions, reactor: Any = None) -> IService:
        if reactor is None:
            from twisted.internet import reactor
        root = Root(options.command, options.settings.log)
        if isinstance(options, InstancesOptions) and options.instances > 1:
            ours = {"instances", "number"}
            said = {name: value for name, value in options.items() if name not in ours}
            several = instances(options.command, options.instances, said, reactor)
            several.setServiceParent(root)
        else:
            parts = Parts(options.settings, reactor)
            parts.service.setServiceParent(root)
            add_to(parts)
            add_watching(parts, options.command, options.number)
        notifying = add_notifying(root, reactor)
        if hands_over:
            Handover(parts.service, notifying, reactor).setServiceParent(root)
        return root

    return makeService


class Root(OrderedServices):
    """All that a process runs; it tells twistd how to log."""

    def __init__(self, command: str, log: Log) -> None:
        """Begin without services.

        Args:
            command: The name of the twistd command.
            log: How to log.

        Raises:
            SystemExit: It cannot be logged so; it carries one line that says why.
        """
        super().__init__()
        self._observer: ILogObserver | None = None
        if log != Log():
            try:
                self._observer = observer(log.format, log.level, command, sys.stdout)
            except LogError as error:
                raise SystemExit(f"{command}: log.format: {error}") from None

    def setServiceParent(self, parent: Any) -> None:
        """Become part of an application, whose log twistd begins after this.

        Args:
            parent: The application.
        """
        if self._observer is not None and isinstance(parent, Componentized):
            parent.setComponent(ILogObserver, self._observer)
        super().setServiceParent(parent)
