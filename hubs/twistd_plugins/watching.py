"""How a process is watched: its health and metrics at an address of its own, and by systemd."""

from __future__ import annotations

import os
from typing import Any

from twisted.application.service import MultiService, Service
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from hubs.pipeline.outage import Outage
from hubs.twistd_plugins.listening import Listening
from hubs.twistd_plugins.parts import Parts
from hubs.watch.delay import ReactorDelay
from hubs.watch.metrics import CACHE_COVERAGE
from hubs.watch.resource import watch_site
from hubs.watch.systemd import READY_FILE, Notifying
from hubs.widgets.coverage import coverage

#: By service, how much its ``{port}`` is above that of the portal; of some, many run.
_PORTS = {"web": 0, "all": 0, "sse": 1, "listener": 2, "fedmsg-hub": 3}
_FIRST_PORTS = {"triage": 100, "worker": 200}


def add_watching(parts: Parts, command: str, number: int) -> None:
    """Let a process answer those who watch it, if the settings say where.

    Args:
        parts: What it is made of, all of it.
        command: The name of the twistd command.
        number: Which of several such processes it is.

    Raises:
        SystemExit: The setting is no endpoint; it carries one line that says so.
    """
    watch = parts.settings.watch
    if not watch.listen:
        return
    service = command.removeprefix("hubs-")
    above = _PORTS[service] if service in _PORTS else _FIRST_PORTS[service] + number
    endpoint = watch.listen.format(service=service, number=number, port=watch.port + above)
    if service in {"web", "all"} and watch.coverage:
        parts.add(_CoverageWatch(parts, watch.coverage))
    parts.add(ReactorDelay(parts.reactor))
    site = watch_site(parts.health, parts.probes)
    # Whom we take over from is there until we are ready, and does not share this address.
    waits = READY_FILE in os.environ
    parts.add(Listening("watch.listen", endpoint, site, parts.reactor, waits=waits))


def add_notifying(service: MultiService, reactor: Any) -> Notifying:
    """Tell systemd of a process, if it wants to know.

    Args:
        service: All that the process runs.
        reactor: What it runs on.

    Returns:
        What tells it.
    """
    notifying = Notifying(os.environ, os.getpid(), reactor, reactor)
    notifying.setServiceParent(service)
    return notifying


class _CoverageWatch(Service):
    """Measures the coverage of the cache from time to time: that reads all widgets."""

    _log = Logger()

    def __init__(self, parts: Parts, interval: float) -> None:
        self._parts = parts
        self._interval = interval
        self._outage = Outage("What the coverage of the cache is read from", parts.reactor)
        self._measuring: Deferred[None] = succeed(None)
        self._looking = LoopingCall(self._look)
        self._looking.clock = parts.reactor

    def startService(self) -> None:
        """Begin to measure."""
        super().startService()
        self._looking.start(self._interval, now=True)

    def stopService(self) -> None:
        """Measure no more."""
        super().stopService()
        self._looking.stop()
        self._measuring.cancel()

    def _look(self) -> Deferred[None]:
        self._measuring = Deferred.fromCoroutine(self._measure())
        return self._measuring

    async def _measure(self) -> None:
        parts = self._parts
        try:
            found = await coverage(parts.hubs, parts.cache, parts.registry, lambda _: None)
        except Exception as error:
            CACHE_COVERAGE.set(float("nan"))
            if self.running:
                await self._outage.failed(error)
        else:
            self._outage.succeeded()
            CACHE_COVERAGE.set(found.percent / 100)
