"""What to do while something is away: say so once, and try again with growing pauses."""

from __future__ import annotations

import random
from collections import Counter

from twisted.application.internet import backoffPolicy
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger


class Outage:
    """Keeps a thousand failed attempts from becoming a thousand lines.

    Where many try at once, each has pauses of its own, and all is well when no one is left whose
    last attempt failed.
    """

    _log = Logger()

    def __init__(self, what: str, clock: IReactorTime, longest: float = 30.0) -> None:
        """Begin with all well.

        Args:
            what: What may be away, as a sentence begins.
            clock: What time is.
            longest: The longest pause, seconds.
        """
        self._what = what
        self._clock = clock
        self._since = 0.0
        self._failures: Counter[str] = Counter()
        self._pause = backoffPolicy(initialDelay=0.2, maxDelay=longest, jitter=lambda: 0.0)

    def note(self, reason: str, who: str = "") -> None:
        """Take note of a failed attempt, where somebody else makes the next.

        Args:
            reason: Why it failed.
            who: Whose attempt it was, where many try at once.
        """
        if not self._failures:
            self._since = self._clock.seconds()
            self._log.error("{what} is away: {reason}", what=self._what, reason=reason)
        self._failures[who] += 1

    async def failed(self, error: Exception, who: str = "") -> None:
        """Take note of a failed attempt, and wait before the next.

        Args:
            error: Why it failed.
            who: Whose attempt it was, where many try at once.
        """
        self.note(" ".join(str(error).split()) or type(error).__name__, who)
        # Many who wait for one thing should not all ask at once.
        spread = random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        await deferLater(self._clock, self._pause(self._failures[who]) * spread)

    @property
    def ongoing(self) -> bool:
        """Whether there is one whose last attempt failed."""
        return bool(self._failures)

    def succeeded(self, who: str = "") -> None:
        """Take note of an attempt that did not fail.

        Args:
            who: Whose attempt it was.
        """
        if self._failures.pop(who, 0) and not self._failures:
            self._log.info(
                "{what} is back after {seconds:.0f} seconds",
                what=self._what,
                seconds=self._clock.seconds() - self._since,
            )
