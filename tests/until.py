"""Waiting for something to come true, with an end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from twisted.internet import reactor
from twisted.internet.task import deferLater

_BETWEEN_LOOKS = 0.02


async def until(
    true: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float = 10.0
) -> None:
    """Look until something is true.

    Args:
        true: What to look at.
        seconds: How long to look at the most.

    Raises:
        AssertionError: It did not come true.
    """
    end = reactor.seconds() + seconds
    while reactor.seconds() < end:
        found = true()
        if found if isinstance(found, bool) else await found:
            return
        await deferLater(reactor, _BETWEEN_LOOKS)
    raise AssertionError(f"not true after {seconds} seconds")
