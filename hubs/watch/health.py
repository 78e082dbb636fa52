"""Whether a service is alive and ready, and why not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
from twisted.internet.defer import CancelledError, Deferred, gatherResults
from twisted.internet.interfaces import IReactorTime

from hubs.watch.metrics import STORE_UP

#: The longest that a store may take to answer, seconds.
TIMEOUT = 5.0
#: For how long an answer is given again, seconds: asking costs the stores something.
FRESH = 1.0

#: Raises whatever tells why a store is not ready.
Check = Callable[[], Awaitable[object]]


@attrs.frozen
class Report:
    """How a service is.

    Attributes:
        reasons: Why a store is not ready, in one line, by its name; empty for one that is.
        needed: The names of the stores without which the service is of no use.
    """

    reasons: dict[str, str]
    needed: frozenset[str]

    @property
    def ready(self) -> bool:
        """Whether the service is of use."""
        return not any(self.reasons[name] for name in self.needed)


class Health:
    """Asks the stores of a service how they are."""

    def __init__(self, clock: IReactorTime) -> None:
        """Begin without stores.

        Args:
            clock: What time is.
        """
        self._clock = clock
        self._checks: dict[str, Check] = {}
        self._needed: set[str] = set()
        self._asked = float("-inf")
        self._report = Report({}, frozenset())
        self._waiting: list[Deferred[Report]] | None = None

    def add(self, name: str, check: Check, *, needed: bool = True) -> None:
        """Ask one more store from now on.

        Args:
            name: What operators call it.
            check: Asks it.
            needed: Whether the service is of no use without it.
        """
        self._checks[name] = check
        if needed:
            self._needed.add(name)

    async def report(self) -> Report:
        """Ask all stores at once, unless that was done just now.

        Returns:
            How they are.
        """
        if self._waiting is not None:
            answer: Deferred[Report] = Deferred()
            self._waiting.append(answer)
            return await answer
        if self._clock.seconds() - self._asked >= FRESH:
            await self._ask_all()
        return self._report

    async def _ask_all(self) -> None:
        self._waiting = []
        names = list(self._checks)
        try:
            reasons = await gatherResults(
                [Deferred.fromCoroutine(self._ask(name)) for name in names]
            )
            self._report = Report(dict(zip(names, reasons, strict=True)), frozenset(self._needed))
            self._asked = self._clock.seconds()
        finally:
            waiting, self._waiting = self._waiting, None
            for answer in waiting:
                answer.callback(self._report)

    async def _ask(self, name: str) -> str:
        reason = ""
        try:
            asking = Deferred.fromCoroutine(_awaited(self._checks[name]))
            await asking.addTimeout(TIMEOUT, self._clock, _too_late)
        except CancelledError:
            raise
        except Exception as error:
            reason = " ".join(str(error).split()) or type(error).__name__
        STORE_UP.labels(name).set(not reason)
        return reason


def _too_late(_: object, timeout: float) -> None:
    raise TimeoutError(f"no answer within {timeout:g} seconds")


async def _awaited(check: Check) -> None:
    await check()
