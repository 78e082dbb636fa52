"""The gate before each host: how many may be in, and whether anybody may."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import TypeVar

from twisted.internet import defer
from twisted.internet.defer import DeferredSemaphore
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from hubs.sources import rate_limit
from hubs.sources.answer import Answer
from hubs.sources.breaker import Breaker
from hubs.sources.errors import (
    BusyError,
    CertificateError,
    FailingError,
    RateLimitedError,
    RestingError,
    SourceError,
    TooSlowError,
    UnreachableError,
)

T = TypeVar("T")

#: How long a request waits for others to the same host at the most, seconds.
PATIENCE = 5.0
#: How many hosts are known at once; people may type any number of them.
_MOST_HOSTS = 1000
_ALL = ""
_FAILURES = (UnreachableError, CertificateError, TooSlowError, FailingError)


class Gate:
    """What is between us and one host."""

    _log = Logger()

    def __init__(self, host: str, limit: int, clock: IReactorTime) -> None:
        """Open it.

        Args:
            host: The host.
            limit: How many requests may be with it at once.
            clock: What time is.
        """
        self._host = host
        self._clock = clock
        self._free = DeferredSemaphore(limit)
        self._limit = limit
        self._breaker = Breaker(clock)
        self._closed: dict[str, float] = {}

    @property
    def idle(self) -> bool:
        """Whether nobody is in, and nothing about it is worth remembering."""
        now = self._clock.seconds()
        return (
            self._free.tokens == self._limit
            and self._breaker.open_until is None
            and all(until <= now for until in self._closed.values())
        )

    async def through(self, part: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Let a request through, when it is its turn.

        Args:
            part: The part of the service that it is for, as in ``search``.
            ask: Makes it.

        Returns:
            What `ask` returns.

        Raises:
            BusyError: It was not its turn in time.
            RateLimitedError: The host wants no requests now.
            RestingError: It does not go through, for now.
        """
        self._check(part)
        try:
            await self._free.acquire().addTimeout(PATIENCE, self._clock)
        except defer.TimeoutError:
            raise BusyError(
                self._host, "is busy with other requests of ours", self._clock.seconds() + PATIENCE
            ) from None
        try:
            self._check(part)
            return await self._ask(ask)
        finally:
            self._free.release()

    async def _ask(self, ask: Callable[[], Awaitable[T]]) -> T:
        self._breaker.begin()
        try:
            found = await ask()
        except _FAILURES as error:
            error.retry_at = self._breaker.failed()
            self._say(error)
            raise
        except SourceError:
            # It answered, though not as we like it.
            self._breaker.succeeded()
            raise
        except BaseException:
            self._breaker.gave_up()
            raise
        self._breaker.succeeded()
        return found

    def look(self, part: str, answer: Answer) -> None:
        """Heed what an answer says about how often the host wants to be asked.

        Args:
            part: The part of the service that was asked.
            answer: Its answer, a bad one too.

        Raises:
            RateLimitedError: It is no answer, but the wish to be asked later.
        """
        now = self._clock.seconds()
        later = rate_limit.retry_after(answer.headers, now)
        exhausted = rate_limit.exhausted_until(answer.headers, now)
        if exhausted is not None:
            self._closed[part] = exhausted
        limited: dict[int, bool] = {
            HTTPStatus.TOO_MANY_REQUESTS: True,
            HTTPStatus.FORBIDDEN: later is not None or exhausted is not None,
            HTTPStatus.SERVICE_UNAVAILABLE: later is not None,
        }
        if not limited.get(answer.status):
            return
        if later is not None or exhausted is None:
            self._closed[_ALL] = later or now + rate_limit.UNNAMED
        raise self._limited(max(self._closed.get(_ALL, 0.0), self._closed.get(part, 0.0)))

    def _check(self, part: str) -> None:
        now = self._clock.seconds()
        until = max(self._closed.get(_ALL, 0.0), self._closed.get(part, 0.0))
        if until > now:
            raise self._limited(until)
        rests = self._breaker.open_until
        if rests is not None:
            raise RestingError(self._host, "failed several times and is left alone", rests)

    def _limited(self, until: float) -> RateLimitedError:
        return RateLimitedError(self._host, "wants no more requests for now", until)

    def _say(self, error: SourceError) -> None:
        if self._breaker.open_until is not None:
            self._log.warn("Left alone for a while: {reason}", reason=str(error))


class Gates:
    """The gates of all hosts; those that are not needed are forgotten."""

    def __init__(self, limit: int, clock: IReactorTime) -> None:
        """Know no host yet.

        Args:
            limit: How many requests may be with each host at once.
            clock: What time is.
        """
        self._limit = limit
        self._clock = clock
        self._gates: OrderedDict[str, Gate] = OrderedDict()

    def of(self, host: str) -> Gate:
        """Give the gate of a host."""
        gate = self._gates.pop(host, None) or Gate(host, self._limit, self._clock)
        self._gates[host] = gate
        if len(self._gates) > _MOST_HOSTS:
            idle = next((name for name, gate in self._gates.items() if gate.idle), None)
            self._gates.pop(idle or "", None)
        return gate
