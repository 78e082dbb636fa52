from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred

from hubs.sources.errors import FailingError, SourceError
from hubs.widgets.gathering import gather


async def test_who_does_not_answer_takes_nothing_from_the_others() -> None:
    waiting: Deferred[int] = Deferred()

    async def ask(one: str) -> int:
        if one == "wick":
            raise FailingError("github.com", 500)
        return await waiting if one == "oil" else 3

    gathering = Deferred.fromCoroutine(gather(["wick", "oil", "moth", "moth"], ask))
    waiting.callback(2)
    gathered = await gathering
    assert gathered.found == {"oil": 2, "moth": 3}
    assert gathered.failures == ["github.com has a fault of its own (HTTP status 500)"]


async def test_if_nobody_answers_it_is_told_why() -> None:
    async def ask(one: str) -> int:
        raise SourceError(one, "is away", 7.0)

    with pytest.raises(SourceError, match="is away") as raised:
        await gather(["github.com"], ask)
    assert raised.value.retry_at == 7.0
