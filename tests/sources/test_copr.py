from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hubs.config import Services
from hubs.sources.builds import Build, State
from hubs.sources.copr import MOST_PROJECTS, ROWS, Copr, Project
from hubs.sources.session import Session
from tests.sources.conftest import NOON
from tests.sources.copr import BUILDS, LAMPS, PROJECTS, build, listed, project, services
from tests.sources.outside import Outside, queries, says


@pytest.fixture
def copr(outside: Outside, session_for: Callable[[Services], Session]) -> Copr:
    return Copr(session_for(services(outside.url())))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("zoe/lamps", Project("zoe", "lamps")),
        ("@lamp-sig/lamps", LAMPS),
        ("https://copr.fedorainfracloud.org/coprs/zoe/lamps", Project("zoe", "lamps")),
        ("https://copr.fedorainfracloud.org/coprs/g/lamp-sig/lamps/build/7/", LAMPS),
        ("https://copr.fedorainfracloud.org/coprs/zoe/", None),
        ("https://[/coprs/zoe/lamps", None),
        ("zoe", None),
        ("zoe/../lamps", None),
        ("a/b/c", None),
    ],
)
def test_a_project_is_read_as_people_write_it(line: str, found: Project | None) -> None:
    assert Project.read(line) == found


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"state": "failed"}, {"state": State.FAILED}),
        ({"state": "canceled"}, {"state": State.CANCELED}),
        (
            {"state": "pending", "started_on": None, "ended_on": None},
            {"state": State.RUNNING, "since": NOON - 90_000},
        ),
        (
            {"source_package": {"name": None, "version": None}, "submitter": None},
            {"title": "#9", "package": "", "owner": ""},
        ),
    ],
)
async def test_the_builds_of_a_project_are_found(
    changes: Any, expected: Any, copr: Copr, outside: Outside
) -> None:
    outside.paths[BUILDS] = says(listed(build(9, **changes), build(8, state="skipped")))
    facts = {
        "place": "@lamp-sig/lamps",
        "package": "wick",
        "title": "wick-1.2-9",
        "url": outside.url("/coprs/g/lamp-sig/lamps/build/9/"),
        "owner": "teacup",
        "state": State.DONE,
        "since": NOON - 86_400,
    }
    assert await copr.builds(LAMPS, 5) == [Build(**{**facts, **expected})]
    asked = {"ownername": "@lamp-sig", "projectname": "lamps", "limit": "5"}
    assert queries(outside) == [asked]


async def test_those_that_failed_are_found_among_the_last(copr: Copr, outside: Outside) -> None:
    made = [build(number, state="failed" if number % 2 else "succeeded") for number in range(9)]
    outside.paths[BUILDS] = says(listed(*made))
    found = await copr.builds(LAMPS, 2, failed=True)
    assert [one.title for one in found] == ["wick-1.2-7", "wick-1.2-5"]
    assert queries(outside)[0]["limit"] == str(ROWS)


async def test_who_is_not_known_there_has_no_projects(copr: Copr, outside: Outside) -> None:
    assert await copr.projects("newcomer") == []
    outside.paths[PROJECTS] = says(listed(*(project(f"p{number}") for number in range(20))))
    assert len(await copr.projects("zoe")) == MOST_PROJECTS
