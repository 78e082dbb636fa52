"""What to do while something is away: say so once, and try again with growing pauses."""

from __future__ import annotations

from twisted.application.internet import backoffPolicy
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger


class Outage:
    """Keeps a thousand failed attempts from becoming a thousand lines."""

    _log = Logger()

    def __init__(self, what: str, clock: IReactorTime) -> None:
        """Begin with all well.

        Args:
            what: What may be away, as a sentence begins.
            clock: What time is.
        """
        self._what = what
        self._clock = clock
        self._since: float | None = None
        self._failures = 0
        self._pause = backoffPolicy(initialDelay=0.2, maxDelay=30.0)

    async def failed(self, error: Exception) -> None:
        """Take note of a failed attempt, and wait before the next.

        Args:
            error: Why it failed.
        """
        if self._since is None:
            self._since = self._clock.seconds()
            self._log.error("{what} is away: {error}", what=self._what, error=error)
        self._failures += 1
        await deferLater(self._clock, self._pause(self._failures))

    @property
    def ongoing(self) -> bool:
        """Whether the last attempt failed."""
        return self._since is not None

    def succeeded(self) -> None:
        """Take note of an attempt that did not fail."""
        if self._since is not None:
            away = self._clock.seconds() - self._since
            self._since = None
            self._failures = 0
            self._log.info(
                "{what} is back after {seconds:.0f} seconds", what=self._what, seconds=away
            )
