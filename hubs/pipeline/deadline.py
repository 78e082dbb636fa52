"""An end for what others wrote, whether they let themselves be stopped or not."""

from __future__ import annotations

from typing import Any, TypeVar

from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

T = TypeVar("T")


def within(seconds: float, working: Deferred[T], clock: IReactorTime) -> Deferred[T]:
    """Wait for something no longer than it may take.

    `Deferred.addTimeout` asks it to stop and waits for that; whoever catches every exception and
    goes on would be waited for ever.

    Args:
        seconds: How long it may take.
        working: What to wait for; it is cancelled when its time is over, and then left alone.
        clock: What time is.

    Returns:
        Fires with what it fires with, or fails with `twisted.internet.defer.TimeoutError`.
    """
    outcome: Deferred[T] = Deferred(lambda _: working.cancel())

    def ended(result: Any) -> None:
        if not outcome.called:
            outcome.callback(result)

    def too_late() -> None:
        outcome.errback(defer.TimeoutError(f"it took longer than {seconds:g} seconds"))
        working.cancel()

    def tidy(result: Any) -> Any:
        if late.active():
            late.cancel()
        return result

    late = clock.callLater(seconds, too_late)
    outcome.addBoth(tidy)
    working.addBoth(ended)
    return outcome
