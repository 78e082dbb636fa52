"""A circuit breaker: a host that fails again and again is left alone for a while."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime

#: Failures in a row after which a host is left alone.
FAILURES = 5
#: For how long: at first, and at the most; seconds. It doubles while the host stays bad.
REST, LONGEST_REST = 30.0, 600.0


class Breaker:
    """Knows whether a host may be asked.

    After its rest one request goes through, and the host rests again if that fails.
    """

    def __init__(self, clock: IReactorTime) -> None:
        """Begin with all well.

        Args:
            clock: What time is.
        """
        self._clock = clock
        self._failures = 0
        self._rest = REST
        self._until = 0.0
        self._trying = False

    @property
    def open_until(self) -> float | None:
        """Until when the host rests, seconds since the epoch; None while it may be asked."""
        if self._failures < FAILURES:
            return None
        now = self._clock.seconds()
        if self._trying:
            return max(self._until, now + REST)
        return self._until if now < self._until else None

    def begin(self) -> None:
        """Take note of a request that goes through."""
        self._trying = self._failures >= FAILURES

    def succeeded(self) -> None:
        """Take note of an answer."""
        self._failures = 0
        self._rest = REST
        self._trying = False

    def failed(self) -> float:
        """Take note of a failure.

        Returns:
            From when on the host may be asked again, seconds since the epoch.
        """
        now = self._clock.seconds()
        if self._failures >= FAILURES and not self._trying:
            # One of those that were with the host already when it was given its rest.
            return self._until
        self._trying = False
        self._failures += 1
        self._until = now + self._rest
        if self._failures >= FAILURES:
            self._rest = min(2 * self._rest, LONGEST_REST)
        return self._until

    def gave_up(self) -> None:
        """Take note of a request whose outcome nobody waited for."""
        self._trying = False
