"""A Copr on this machine: https://copr.fedorainfracloud.org/api_3/docs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hubs.config import Services
from hubs.sources.copr import Copr, Project
from hubs.sources.session import Session
from tests.sources.conditions import Row, without
from tests.sources.conftest import NOON

BUILDS = "/api_3/build/list/"
PROJECTS = "/api_3/project/list/"
LAMPS = Project("@lamp-sig", "lamps")


def services(url: str) -> Services:
    return Services(copr=url)


def build(number: int, **changes: Any) -> dict[str, Any]:
    """Give a build of yesterday that succeeded."""
    return {
        "id": number,
        "state": "succeeded",
        "projectname": "lamps",
        "ownername": "@lamp-sig",
        "repo_url": "https://download.copr.fedorainfracloud.org/results/@lamp-sig/lamps",
        "source_package": {"name": "wick", "version": f"1.2-{number}", "url": None},
        "submitted_on": int(NOON) - 90_000,
        "started_on": int(NOON) - 89_000,
        "ended_on": int(NOON) - 86_400,
        "submitter": "teacup",
        "chroots": ["fedora-44-x86_64"],
        "project_dirname": "lamps",
        "is_background": False,
        **changes,
    }


def project(name: str, owner: str = "zoe") -> dict[str, Any]:
    return {"id": 3, "name": name, "ownername": owner, "full_name": f"{owner}/{name}"}


def listed(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "meta": {"limit": 10, "offset": 0, "order": "id"}}


async def _builds(session: Session, _: str) -> Sequence[Any]:
    return await Copr(session).builds(LAMPS, 10)


async def _projects(session: Session, _: str) -> Sequence[Any]:
    return await Copr(session).projects("zoe")


ROWS = (
    Row(
        name="copr-builds",
        services=services,
        path=BUILDS,
        ask=_builds,
        two=lambda _: listed(build(1), build(2)),
        none=listed(),
        pages=None,
        wrong={
            "items": {"error": "no"},
            "items.0.id": listed(build(1, id="one")),
            "items.0.submitted_on": listed(without(build(1), "submitted_on")),
        },
    ),
    Row(
        name="copr-projects",
        services=services,
        path=PROJECTS,
        ask=_projects,
        two=lambda _: listed(project("lamps"), project("oil")),
        none=listed(),
        pages=None,
        wrong={"items.0.ownername": listed(without(project("lamps"), "ownername"))},
    ),
)
