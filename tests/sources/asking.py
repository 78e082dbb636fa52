"""Waiting for what an outside service gives, or for why it gives nothing."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet.defer import Deferred

from hubs.sources.errors import SourceError
from tests.sources.conftest import NOON, Reactor
from tests.until import until


async def failing(asking: Any) -> SourceError:
    """Wait for a failure that a widget may show."""
    with pytest.raises(SourceError) as caught:
        await asking
    return caught.value


async def with_pauses(timed: Reactor, asking: Any) -> Any:
    """Wait for an answer, and let each pause before another attempt pass at once."""
    waiting = Deferred.fromCoroutine(asking)
    ended: list[Any] = []
    waiting.addBoth(ended.append)

    def look() -> bool:
        pauses = [call for call in timed.clock.getDelayedCalls() if call.getTime() < NOON + 10]
        if pauses and not ended:
            timed.clock.advance(0.1)
        return bool(ended)

    await until(look)
    [result] = ended
    if hasattr(result, "raiseException"):
        result.raiseException()
    return result
