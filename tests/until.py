"""Waiting for something to come true, with an end."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from twisted.internet import reactor
from twisted.internet.task import deferLater

#: What only something that hangs takes, on the slowest machine too; seconds.
PATIENCE = 180.0
_BETWEEN_LOOKS = 0.02


async def until(
    true: Callable[[], bool] | Callable[[], Awaitable[bool]], seconds: float = PATIENCE
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


def wait_until(true: Callable[[], bool], said: Callable[[], object] = str) -> None:
    """Look until something is true, where the reactor has nothing to do meanwhile.

    Between looks it leaves the processor to those who are waited for.

    Args:
        true: What to look at.
        said: Gives what tells why, if it does not come true.

    Raises:
        AssertionError: It did not come true.
    """
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"not true after {PATIENCE} seconds: {said()}"
        time.sleep(_BETWEEN_LOOKS)  # noqa: TID251 - nothing runs on the reactor
