from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.updates.widget import FindUpdates
from tests.sources.bodhi import comment, services, update, updates
from tests.sources.outside import Outside, queries, says

TEAM = Hub(1, HubType.TEAM, "lamps", "", "", config={"sources": {"packages": ["wick", "oil"]}})
IDLE = Hub(3, HubType.TEAM, "moss", "", "")
ZOE = Hub(2, HubType.USER, "zoe", "", "")


@pytest.fixture
def stores(outside: Outside, session_for: Callable[[Services], Session]) -> Stores:
    """Give stores of which only Bodhi is there: nothing else is read."""
    nothing: Any = None
    return Stores(nothing, nothing, session_for(services(outside.url())), nothing)


async def found(stores: Stores, hub: Hub, **config: Any) -> Any:
    """Give what a widget keeps, as it comes from the cache."""
    widget = WidgetInstance(7, 1, "updates", config=config)
    return json.loads(json.dumps(await FindUpdates().execute(hub, widget, stores)))


@pytest.mark.parametrize(
    ("hub", "config", "asked"),
    [
        (ZOE, {}, {"user": "zoe", "status": "pending,testing"}),
        (ZOE, {"view": "ready", "packages": ["wick"]}, {"user": "zoe", "status": "testing"}),
        (ZOE, {"view": "test"}, {"critpath": "true", "status": "testing"}),
        (ZOE, {"view": "test", "packages": ["wick"]}, {"packages": "wick", "status": "testing"}),
        (TEAM, {}, {"packages": "wick,oil", "status": "pending,testing"}),
        (TEAM, {"packages": ["moth"]}, {"packages": "moth", "status": "pending,testing"}),
        (IDLE, {"view": "test"}, {"critpath": "true", "status": "testing"}),
    ],
)
async def test_a_person_sees_their_own_and_a_team_those_of_its_packages(
    hub: Hub, config: Any, asked: dict[str, str], stores: Stores, outside: Outside
) -> None:
    outside.paths["/updates/"] = says(updates())
    await found(stores, hub, **config)
    assert queries(outside) == [{**asked, "rows_per_page": "50", "page": "1"}]


async def test_nobody_is_asked_for_what_is_nobodys(stores: Stores, outside: Outside) -> None:
    data = await found(stores, IDLE)
    assert (data["updates"], outside.seen) == ([], [])


@pytest.mark.parametrize(
    ("view", "aliases"), [("mine", [4, 3, 2, 1]), ("ready", [1, 2]), ("test", [4])]
)
async def test_a_view_shows_what_it_is_about_and_what_matters_most_first(
    view: str, aliases: list[int], stores: Stores, outside: Outside
) -> None:
    ready, theirs = {"meets_testing_requirements": True}, {"user": {"name": "zoe"}}
    made = [
        update(1, **ready, comments=[comment("zoe", 1)], date_testing="2026-11-19 12:00:00"),
        update(2, **ready, **theirs, date_testing="2026-11-20 12:00:00"),
        update(3, comments=[comment("zoe", -1)], date_testing="2026-11-21 12:00:00"),
        update(4, comments=[comment("abe", 1)]),
    ]
    outside.paths["/updates/"] = says(updates(*made))
    data = await found(stores, ZOE, view=view)
    assert [int(one["alias"][-1]) for one in data["updates"]] == aliases


async def test_there_is_no_more_than_fits(stores: Stores, outside: Outside) -> None:
    outside.paths["/updates/"] = says(updates(*(update(number) for number in range(5))))
    data = await found(stores, TEAM, count=2)
    assert (len(data["updates"]), data["count"], data["whole"]) == (2, 5, True)
