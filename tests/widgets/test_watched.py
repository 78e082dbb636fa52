from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xmlrpc import client

import pytest
from twisted.web.http import Request

from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.builds import Build, State
from hubs.sources.errors import FailingError
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.watched.rows import rows
from hubs.widgets.watched.widget import LAST_BUILDS, MOST_WATCHED, FindWatched
from tests.sources import anitya, bugzilla, koji
from tests.sources.outside import Outside, in_turn, says

TEAM = Hub(1, HubType.TEAM, "lamps", "", "", config={"sources": {"packages": ["oil", "wick"]}})
IDLE = Hub(3, HubType.TEAM, "moss", "", "")


def build(title: str, state: State = State.DONE) -> Build:
    return Build("Koji", title.split("-", maxsplit=1)[0], title, "", "", state, 1.0)


@pytest.mark.parametrize(
    ("version", "builds", "is_new"),
    [
        ("1.3", [build("wick-1.2-1.fc45")], True),
        ("1.3", [build("wick-1.2-1.fc44"), build("wick-1.3-1.fc45")], False),
        ("1.3", [build("wick-1.3-1.fc45", State.FAILED), build("wick-1.2-1.fc45")], True),
        ("1.3", [], False),
        (None, [build("wick-1.2-1.fc45")], False),
    ],
)
def test_a_version_is_new_that_has_not_been_built(
    version: str | None, builds: list[Build], is_new: bool
) -> None:
    [row] = rows(["wick"], {"wick": version}, {}, builds)
    assert (row.is_new, row.bugs) == (is_new, 0)
    assert row.build == (builds[0] if builds else None)


def test_what_has_something_to_do_comes_first() -> None:
    names = ["a", "b", "buggy", "broken", "new"]
    versions = {"new": "2"}
    builds = [build("new-1-1"), build("broken-1-1", State.FAILED), build("a-1-1")]
    found = rows(names, versions, {"buggy": 3, "b": 1}, builds)
    assert [row.name for row in found] == ["broken", "new", "buggy", "b", "a"]
    assert [row.bugs for row in rows(names, {}, None, [])] == [None] * 5


@pytest.fixture
def stores(outside: Outside, session_for: Callable[[Services], Session]) -> Stores:
    """Give stores of which only the outside services are there: nothing else is read."""
    url = outside.url()
    nothing: Any = None
    session = session_for(Services(koji=url, anitya=url, bugzilla=(url,)))
    return Stores(nothing, nothing, session, nothing)


async def found(stores: Stores, hub: Hub, **config: Any) -> Any:
    """Give what a widget keeps, as it comes from the cache."""
    widget = WidgetInstance(7, 1, "watched", config=config)
    return json.loads(json.dumps(await FindWatched().execute(hub, widget, stores)))


def versions(request: Request) -> bytes | int:
    """Answer that the newest version of each package is 1.3."""
    [name] = request.args[b"name"]
    return says(anitya.packages(anitya.package(name.decode(), "1.3", None)))(request)


@pytest.fixture
def services(outside: Outside) -> Outside:
    """Let each service know of a package."""
    outside.paths[anitya.PACKAGES] = versions
    outside.paths["/rest/bug"] = says(bugzilla.bugs(bugzilla.bug(1), bugzilla.bug(2)))
    failed = koji.build(9, name="oil", nvr="oil-1.3-1.fc45", state=3)
    outside.paths[koji.HUB] = says(koji.says_builds([[failed]], [[koji.build(4)]]))
    return outside


async def test_what_several_services_know_stands_in_one_table(
    stores: Stores, services: Outside
) -> None:
    data = await found(stores, TEAM)
    facts = [
        (row["name"], row["version"], row["is_new"], row["bugs"], row["build"]["state"])
        for row in data["rows"]
    ]
    assert facts == [("oil", "1.3", False, 0, "failed"), ("wick", "1.3", True, 2, "done")]
    assert (data["count"], data["whole"], data["failures"]) == (2, True, [])
    assert data["rows"][1]["bugs_url"] == services.url(
        "/buglist.cgi?product=Fedora&component=wick&resolution=---"
    )
    assert (await found(stores, TEAM, count=1))["count"] == 2


@pytest.mark.parametrize(
    ("down", "fact"), [(anitya.PACKAGES, "version"), ("/rest/bug", "bugs"), (koji.HUB, "build")]
)
async def test_what_a_service_that_is_down_knows_is_missing_and_no_more(
    down: str, fact: str, stores: Stores, services: Outside
) -> None:
    services.paths[down] = says(b"", 500)
    data = await found(stores, TEAM)
    assert data["failures"] == [f"{services.host} has a fault of its own (HTTP status 500)"]
    missing = {name for name in ("version", "bugs", "build") if data["rows"][0][name] is None}
    assert missing == {fact}
    for path in (anitya.PACKAGES, "/rest/bug", koji.HUB):
        services.paths[path] = says(b"", 500)
    with pytest.raises(FailingError):
        await found(stores, TEAM)


async def test_of_a_person_who_names_none_it_is_what_they_built_last(
    stores: Stores, services: Outside
) -> None:
    mine = [koji.build(3, name="oil"), koji.build(2, name="wick"), koji.build(1, name="oil")]
    services.paths[koji.HUB] = in_turn(
        says(koji.says_builds(*mine)), says(koji.says_builds([[]], [[]]))
    )
    data = await found(stores, Hub(2, HubType.USER, "zoe", "", ""))
    assert {row["name"] for row in data["rows"]} == {"oil", "wick"}
    asked: Any = client.loads(services.seen[0].body)[0][0]
    assert (asked["userID"], asked["queryOpts"]["limit"]) == ("zoe", LAST_BUILDS)


async def test_there_is_a_bound_to_what_is_asked(stores: Stores, services: Outside) -> None:
    await found(stores, IDLE)
    assert services.seen == []
    await found(stores, IDLE, packages=[f"p{number}" for number in range(30)])
    assert sum(anitya.PACKAGES in seen.uri for seen in services.seen) == MOST_WATCHED
