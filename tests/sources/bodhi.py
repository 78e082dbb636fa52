"""A Bodhi on this machine: https://bodhi.fedoraproject.org/docs/server_api/rest/."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hubs.config import Services
from hubs.sources.bodhi import Bodhi, UpdateQuery
from hubs.sources.session import Session
from tests.sources.conditions import Row, without
from tests.sources.outside import in_turn, says


def services(url: str) -> Services:
    return Services(bodhi=url)


def update(number: int, **changes: Any) -> dict[str, Any]:
    """Give an update that has been in testing since yesterday, without any karma."""
    alias = f"FEDORA-2026-{number:010x}"
    return {
        "alias": alias,
        "updateid": alias,
        "title": "x" * 5000,
        "display_name": "",
        "notes": "y" * 5000,
        "type": "bugfix",
        "severity": "unspecified",
        "status": "testing",
        "request": None,
        "karma": 0,
        "autokarma": True,
        "stable_karma": 3,
        "unstable_karma": -3,
        "meets_testing_requirements": False,
        "critpath": False,
        "locked": False,
        "date_submitted": "2026-11-20 12:00:00",
        "date_testing": "2026-11-23 12:00:00",
        "date_stable": None,
        "url": f"https://bodhi.fedoraproject.org/updates/{alias}",
        "user": {"id": 7, "name": "teacup", "email": "teacup@example.org"},
        "release": release("F44"),
        "builds": [{"nvr": f"wick-{number}-1.fc44", "signed": True, "type": "rpm", "epoch": 0}],
        "comments": [comment("bodhi", 0)],
        "bugs": [],
        "test_cases": [],
        **changes,
    }


def comment(name: str, karma: int) -> dict[str, Any]:
    return {"id": 9, "karma": karma, "text": "z" * 5000, "user": {"id": 1, "name": name}}


def release(name: str, **changes: Any) -> dict[str, Any]:
    """Give a release that is out."""
    version = name.strip("FEPL-NC")
    return {
        "name": name,
        "long_name": f"Fedora {version}",
        "version": version,
        "id_prefix": "FEDORA",
        "branch": name.lower(),
        "state": "current",
        "released_on": None,
        "eol": "2027-05-13",
        "setting_status": None,
        **changes,
    }


def updates(*found: dict[str, Any], page: int = 1, pages: int = 1) -> dict[str, Any]:
    return {"updates": list(found), "page": page, "pages": pages, "rows_per_page": 50, "total": 2}


def releases(*found: dict[str, Any], page: int = 1, pages: int = 1) -> dict[str, Any]:
    return {"releases": list(found), "page": page, "pages": pages, "total": 2}


async def _updates(session: Session, _: str) -> Sequence[Any]:
    return (await Bodhi(session).updates(UpdateQuery(user="teacup"))).items


async def _releases(session: Session, _: str) -> Sequence[Any]:
    return (await Bodhi(session).releases()).items


ROWS = (
    Row(
        name="bodhi-updates",
        services=services,
        path="/updates/",
        ask=_updates,
        two=lambda _: updates(update(1), update(2)),
        none=updates(pages=0),
        pages=lambda _: in_turn(
            says(updates(update(1), update(2), pages=2)), says(updates(update(3), page=2, pages=2))
        ),
        wrong={
            "updates": {"status": "error", "errors": []},
            "updates.0.karma": updates(update(1, karma="much")),
            "updates.0.date_submitted": updates(without(update(1), "date_submitted")),
            "updates.0.url": updates(update(1, url="javascript:alert(1)")),
            "updates.0.status": updates(update(1, status=7)),
        },
    ),
    Row(
        name="bodhi-releases",
        services=services,
        path="/releases/",
        ask=_releases,
        two=lambda _: releases(release("F43"), release("F44")),
        none=releases(pages=0),
        pages=lambda _: in_turn(
            says(releases(release("F43"), release("F44"), pages=2)),
            says(releases(release("F45"), page=2, pages=2)),
        ),
        wrong={
            "releases": {"releases": None},
            "releases.0.eol": releases(release("F43", eol="soon")),
        },
    ),
)
