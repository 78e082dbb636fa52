from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from hubs.config import Services
from hubs.sources.api import MOST_PAGES
from hubs.sources.bodhi import Bodhi, Phase, Release, Status, Update, UpdateQuery
from hubs.sources.session import Session
from tests.sources.asking import failing
from tests.sources.bodhi import comment, release, releases, services, update, updates
from tests.sources.conftest import NOON
from tests.sources.outside import Outside, queries, says

DAY = 86_400.0


@pytest.fixture
def bodhi(outside: Outside, session_for: Callable[[Services], Session]) -> Bodhi:
    return Bodhi(session_for(services(outside.url())))


async def test_an_update_is_read_without_what_people_wrote(bodhi: Bodhi, outside: Outside) -> None:
    said = [comment("bodhi", 0), comment("zoe", 1), comment("abe", -1), comment("zoe", 1)]
    outside.paths["/updates/"] = says(updates(update(1, comments=said, karma=1)))
    found = await bodhi.updates(UpdateQuery())
    assert found.items == (
        Update(
            alias="FEDORA-2026-0000000001",
            title="wick-1-1.fc44",
            others=0,
            url="https://bodhi.fedoraproject.org/updates/FEDORA-2026-0000000001",
            author="teacup",
            release="Fedora 44",
            status=Status.TESTING,
            request="",
            karma=1,
            wanted=3,
            kind="bugfix",
            severity="unspecified",
            ready=False,
            since=NOON - DAY,
            testers=("abe", "zoe"),
        ),
    )


BUILDS = [{"nvr": f"wick-{number}-1.fc44"} for number in range(3)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"builds": BUILDS}, {"title": "wick-0-1.fc44", "others": 2}),
        ({"builds": BUILDS, "display_name": "Lamps 5"}, {"title": "Lamps 5", "others": 0}),
        ({"builds": []}, {"title": "FEDORA-2026-0000000001", "others": 0}),
        ({"status": "pending", "request": "testing"}, {"request": "testing", "ready": False}),
        ({"status": "pending", "date_testing": None}, {"since": NOON - 4 * DAY}),
        ({"autokarma": False}, {"wanted": None}),
        ({"meets_testing_requirements": True}, {"ready": True}),
        ({"meets_testing_requirements": True, "request": "stable"}, {"ready": False}),
        ({"karma": None}, {"karma": 0}),
    ],
)
async def test_what_an_update_is_called_and_how_far_it_is(
    changes: dict[str, Any], expected: dict[str, Any], bodhi: Bodhi, outside: Outside
) -> None:
    outside.paths["/updates/"] = says(updates(update(1, **changes)))
    [found] = (await bodhi.updates(UpdateQuery())).items
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("query", "asked", "page"),
    [
        (UpdateQuery(user="abe"), {"status": "testing", "user": "abe"}, "/users/abe"),
        (
            UpdateQuery(packages=("oil", "wick"), statuses=(Status.PENDING, Status.TESTING)),
            {"status": "pending,testing", "packages": "oil,wick"},
            "/updates/?packages=oil%2Cwick&status=testing",
        ),
        (
            UpdateQuery(critical=True),
            {"status": "testing", "critpath": "true"},
            "/updates/?status=testing",
        ),
    ],
)
async def test_it_is_asked_for_no_more_than_is_wanted(
    query: UpdateQuery, asked: dict[str, str], page: str, bodhi: Bodhi, outside: Outside
) -> None:
    outside.paths["/updates/"] = says(updates())
    await bodhi.updates(query)
    assert queries(outside) == [{**asked, "rows_per_page": "50", "page": "1"}]
    assert bodhi.updates_page(query) == outside.url(page)


async def test_who_never_submitted_anything_has_no_updates(bodhi: Bodhi, outside: Outside) -> None:
    outside.paths["/updates/"] = says({"status": "error"}, 400)
    assert (await bodhi.updates(UpdateQuery(user="newcomer"))).items == ()
    assert "refuses" in str(await failing(bodhi.updates(UpdateQuery(packages=("wick",)))))


async def test_there_is_a_bound_to_what_is_read(bodhi: Bodhi, outside: Outside) -> None:
    outside.paths["/updates/"] = says(updates(update(1), pages=99))
    found = await bodhi.updates(UpdateQuery())
    assert (len(found.items), found.whole) == (MOST_PAGES, False)


@pytest.mark.parametrize(
    ("changes", "phase", "frozen"),
    [
        ({}, Phase.STABLE, False),
        ({"state": "pending", "branch": "rawhide"}, Phase.RAWHIDE, False),
        ({"state": "pending", "setting_status": "pre_beta"}, Phase.BRANCHED, False),
        ({"state": "frozen", "setting_status": "post_beta"}, Phase.BETA, True),
    ],
)
async def test_a_release_is_somewhere_on_its_way(
    changes: dict[str, Any], phase: Phase, frozen: bool, bodhi: Bodhi, outside: Outside
) -> None:
    outside.paths["/releases/"] = says(
        releases(release("F44", **changes), release("F45", state="disabled"))
    )
    assert (await bodhi.releases()).items == (
        Release(
            name="F44",
            title="Fedora 44",
            family="FEDORA",
            version="44",
            phase=phase,
            frozen=frozen,
            released=None,
            end=datetime.date(2027, 5, 13),
        ),
    )
