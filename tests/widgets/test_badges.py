from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.session import Session
from hubs.widgets.badges.widget import FindBadges
from hubs.widgets.base import Stores
from tests.sources.badges import LEADERBOARD, NOBODY, USER, assertion, leaderboard, services, user
from tests.sources.conftest import NOON
from tests.sources.outside import Outside, says

ZOE = Hub(2, HubType.USER, "zoe", "Zoe", "")


@pytest.fixture
def read_from(outside: Outside, session_for: Callable[[Services], Session]) -> Stores:
    nothing: Any = None
    return Stores(nothing, nothing, session_for(services(outside.url())), nothing)


async def ask(stores: Stores, hub: Hub = ZOE) -> Any:
    """Run the function, and give what the cache would keep of what it found."""
    found = await FindBadges().execute(hub, WidgetInstance(7, hub.id, "badges"), stores)
    return json.loads(json.dumps(found))


async def test_the_last_badge_comes_first_with_what_the_next_rank_takes(
    outside: Outside, read_from: Stores
) -> None:
    outside.paths[USER] = says(user(assertion("First light", 900), assertion("Night owl", 60)))
    near = [(9, 110), (5, 116), (5, 116), (2, 118), (2, 118)]
    outside.paths[LEADERBOARD] = says(leaderboard(*near))
    found = await ask(read_from)
    assert [one["name"] for one in found["latest"]] == ["Night owl", "First light"]
    assert found["latest"][0] == {
        "name": "Night owl",
        "description": "You earned Night owl.",
        "url": outside.url("/badge/night-owl"),
        "time": NOON - 60,
    }
    assert (found["total"], found["rank"], found["people"]) == (2, 118, 4210)
    assert found["next"] == {"badges": 3, "rank": 116}
    assert "libravatar" not in json.dumps(found)


@pytest.mark.parametrize(
    "near", [says(leaderboard((2, 1), (1, 2))), says(leaderboard()), says(b"", 500)]
)
async def test_who_is_first_or_has_no_neighbours_known_has_no_next_rank(
    outside: Outside, read_from: Stores, near: Any
) -> None:
    outside.paths[USER] = says(user(assertion("Lamp"), assertion("Wick"), rank=1))
    outside.paths[LEADERBOARD] = near
    found = await ask(read_from)
    assert (found["rank"], found["next"]) == (1, None)


async def test_who_has_no_badge_has_no_rank_and_of_who_is_not_known_nothing_is_told(
    outside: Outside, read_from: Stores
) -> None:
    outside.paths[USER] = says(user(rank=0))
    found = await ask(read_from)
    assert (found["known"], found["total"], found["rank"]) == (True, 0, None)
    outside.paths[USER] = says(NOBODY, 404)
    assert await ask(read_from) == {"known": False}
    assert LEADERBOARD not in [seen.uri for seen in outside.seen]


async def test_a_name_is_one_step_of_the_address(outside: Outside, read_from: Stores) -> None:
    assert not (await ask(read_from, Hub(2, HubType.USER, "../badge/x?y", "", "")))["known"]
    assert [seen.uri for seen in outside.seen] == ["/user/..%2Fbadge%2Fx%3Fy/json"]
