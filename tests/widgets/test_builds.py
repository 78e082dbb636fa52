from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.errors import FailingError
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.builds.widget import BuildsWidget, FindBuilds
from hubs.widgets.parameters import ConfigurationError, validate_config
from tests.sources import copr, koji
from tests.sources.conftest import NOON
from tests.sources.outside import Outside, queries, says

LAMPS = "copr.fedorainfracloud.org/coprs/g/lamp-sig/lamps"
SOURCES = {"packages": ["wick"], "repositories": [LAMPS, "github.com/lamps/wick"]}
TEAM = Hub(1, HubType.TEAM, "lamps", "", "", config={"sources": SOURCES})
IDLE = Hub(3, HubType.TEAM, "moss", "", "")
ZOE = Hub(2, HubType.USER, "zoe", "", "")


@pytest.fixture
def stores(outside: Outside, session_for: Callable[[Services], Session]) -> Stores:
    """Give stores of which only Koji and Copr are there: nothing else is read."""
    nothing: Any = None
    services = Services(koji=outside.url(), copr=outside.url())
    return Stores(nothing, nothing, session_for(services), nothing)


async def found(stores: Stores, hub: Hub, **config: Any) -> Any:
    """Give what a widget keeps, as it comes from the cache."""
    widget = WidgetInstance(7, 1, "builds", config=validate_config(BuildsWidget.parameters, config))
    return json.loads(json.dumps(await FindBuilds().execute(hub, widget, stores)))


def titles(data: Any) -> list[str]:
    return [one["title"] for one in data["builds"]]


async def test_a_team_sees_its_packages_and_projects_in_one_list(
    stores: Stores, outside: Outside
) -> None:
    made = [koji.build(2, completion_ts=NOON - 60), koji.build(1, completion_ts=NOON - 7200)]
    outside.paths[koji.HUB] = says(koji.says_builds([made]))
    outside.paths[copr.BUILDS] = says(copr.listed(copr.build(9, ended_on=int(NOON) - 3600)))
    data = await found(stores, TEAM, count=2)
    assert titles(data) == ["wick-1.2-2.fc44", "wick-1.2-9"]
    assert data["failures"] == []


async def test_a_person_sees_what_they_build(stores: Stores, outside: Outside) -> None:
    outside.paths[koji.HUB] = says(koji.says_builds(koji.build(2)))
    outside.paths[copr.PROJECTS] = says(copr.listed(copr.project("oil"), copr.project("wick")))
    outside.paths[copr.BUILDS] = says(copr.listed(copr.build(9)))
    data = await found(stores, ZOE)
    assert titles(data) == ["wick-1.2-2.fc44", "wick-1.2-9", "wick-1.2-9"]
    asked = [one.get("projectname") for one in queries(outside) if "projectname" in one]
    assert asked == ["oil", "wick"]


async def test_those_that_failed_are_asked_for(stores: Stores, outside: Outside) -> None:
    outside.paths[koji.HUB] = says(koji.says_builds([[]]))
    made = [copr.build(9), copr.build(8, state="failed")]
    outside.paths[copr.BUILDS] = says(copr.listed(*made))
    assert titles(await found(stores, TEAM, view="failed")) == ["wick-1.2-8"]
    koji_asked = next(seen for seen in outside.seen if seen.method == "POST")
    assert b"<name>state</name>\n<value><int>3</int>" in koji_asked.body


async def test_what_does_not_answer_is_named_beside_what_the_others_have(
    stores: Stores, outside: Outside
) -> None:
    outside.paths[koji.HUB] = says(b"", 500)
    outside.paths[copr.BUILDS] = says(copr.listed(copr.build(9)))
    data = await found(stores, TEAM)
    assert titles(data) == ["wick-1.2-9"]
    assert data["failures"] == [f"{outside.host} has a fault of its own (HTTP status 500)"]
    outside.paths[copr.BUILDS] = says(b"", 500)
    with pytest.raises(FailingError):
        await found(stores, TEAM)


async def test_nobody_is_asked_for_what_is_nobodys(stores: Stores, outside: Outside) -> None:
    data = await found(stores, IDLE)
    assert (data["builds"], outside.seen) == ([], [])


def test_projects_are_kept_by_their_names_and_what_is_none_is_refused() -> None:
    typed = {"projects": f"https://{LAMPS}/\nzoe/oil", "packages": "kernel\npython3.14"}
    assert validate_config(BuildsWidget.parameters, typed) == {
        "projects": ["@lamp-sig/lamps", "zoe/oil"],
        "packages": ["kernel", "python3.14"],
    }
    with pytest.raises(ConfigurationError, match="expected a project of Copr, as in"):
        validate_config(BuildsWidget.parameters, {"projects": "lamps"})
    with pytest.raises(ConfigurationError, match="expected the name of a package, as in kernel"):
        validate_config(BuildsWidget.parameters, {"packages": "the kernel"})
