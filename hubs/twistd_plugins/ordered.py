"""A service of services that stops them one by one."""

from __future__ import annotations

from twisted.application.service import MultiService
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.logger import Logger


class OrderedServices(MultiService):
    """Stops its children one after the other, the last added first.

    A plain `MultiService` tells all at once, so that a worker with something in hand would find
    its connections gone.
    """

    _log = Logger()

    def stopService(self) -> Deferred[None]:
        """Stop the children; one that fails to stop does not keep the others from it."""
        self.running = 0
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        for service in reversed(list(self)):
            try:
                await maybeDeferred(service.stopService)
            except Exception:
                self._log.failure("Stopping {service}", service=service)
