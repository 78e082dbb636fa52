"""Measures how late the reactor is."""

from __future__ import annotations

from twisted.application.service import Service
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall

from hubs.watch.metrics import REACTOR_DELAY

#: Seconds between two looks.
INTERVAL = 0.5


class ReactorDelay(Service):
    """Asks to be called at regular times, and measures by how much the reactor is late."""

    def __init__(self, clock: IReactorTime) -> None:
        """Prepare to measure.

        Args:
            clock: What time is.
        """
        self._clock = clock
        self._due = 0.0
        self._looking = LoopingCall(self._look)
        self._looking.clock = clock

    def startService(self) -> None:
        """Begin to measure."""
        super().startService()
        self._due = self._clock.seconds() + INTERVAL
        self._looking.start(INTERVAL, now=False)

    def stopService(self) -> None:
        """Measure no more."""
        super().stopService()
        self._looking.stop()

    def _look(self) -> None:
        now = self._clock.seconds()
        late = max(0.0, now - self._due)
        REACTOR_DELAY.observe(late)
        # The next call is a multiple of the interval after this one was due.
        self._due = now - late % INTERVAL + INTERVAL
