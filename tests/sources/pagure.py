"""A Pagure on this machine: https://pagure.io/api/0/."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hubs.config import Services
from hubs.sources.pagure import Pagure
from hubs.sources.place import Place, Service
from hubs.sources.pull_requests import PullRequestQuery
from hubs.sources.session import Session
from hubs.sources.tickets import TicketQuery
from tests.sources.conditions import Row, without
from tests.sources.conftest import NOON
from tests.sources.outside import Behaviour, in_turn, says

HOME = "/api/0/rpms/wick"


def services(url: str) -> Services:
    return Services(pagure=(url,))


def place(url: str) -> Place:
    return Place(Service.PAGURE, url, "rpms/wick")


def user(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "fullname": name.title(),
        "url_path": f"user/{name}",
        "full_url": f"https://src.example/user/{name}",
    }


def comment(name: str, time: float, **changes: Any) -> dict[str, Any]:
    return {
        "comment": "Mine, too.",
        "date_created": str(int(time)),
        "edited_on": None,
        "editor": None,
        "id": 9,
        "notification": False,
        "parent": None,
        "reactions": {},
        "user": user(name),
        **changes,
    }


def issue(number: int, title: str = "The wick smokes", **changes: Any) -> dict[str, Any]:
    """Give an issue as it is listed."""
    return {
        "assignee": user("custard"),
        "blocks": [],
        "close_status": None,
        "closed_at": None,
        "comments": [comment("custard", NOON - 86_400)],
        "content": "It does.",
        "date_created": str(int(NOON) - 4 * 86_400),
        "depends": [],
        "full_url": f"https://src.example/rpms/wick/issue/{number}",
        "id": number,
        "last_updated": str(int(NOON) - 86_400),
        "milestone": None,
        "priority": None,
        "private": False,
        "related_prs": [],
        "status": "Open",
        "tags": ["smoke"],
        "title": title,
        "user": user("teacup"),
        **changes,
    }


def request(number: int, title: str = "Trim the wick", **changes: Any) -> dict[str, Any]:
    """Give a pull request as it is listed."""
    return {
        **issue(number, title, full_url=f"https://src.example/rpms/wick/pull-request/{number}"),
        "branch": "rawhide",
        "branch_from": "trim",
        "commit_start": "0" * 40,
        "commit_stop": f"{number:040x}",
        "project": project(),
        "repo_from": project(),
        "updated_on": str(int(NOON) - 86_400),
        **changes,
    }


def project() -> dict[str, Any]:
    return {
        "name": "wick",
        "namespace": "rpms",
        "fullname": "rpms/wick",
        "full_url": "https://src.example/rpms/wick",
    }


def page(key: str, *items: dict[str, Any], pages: int = 1) -> dict[str, Any]:
    """Give a page of a list."""
    return {
        "args": {},
        key: list(items),
        f"total_{key}": len(items),
        "pagination": {"page": 1, "pages": pages, "per_page": 100, "next": None, "prev": None},
    }


def pages(key: str, make: Any) -> Behaviour:
    return in_turn(says(page(key, make(1), make(2), pages=2)), says(page(key, make(3), pages=2)))


async def tickets(session: Session, url: str) -> Sequence[Any]:
    return (await Pagure(session, place(url)).tickets(TicketQuery())).items


async def pull_requests(session: Session, url: str) -> Sequence[Any]:
    return (await Pagure(session, place(url)).pull_requests(PullRequestQuery())).items


ROWS = (
    Row(
        name="pagure issues",
        services=services,
        path=f"{HOME}/issues",
        ask=tickets,
        two=lambda _: page("issues", issue(1), issue(2)),
        none=page("issues"),
        pages=lambda _: pages("issues", issue),
        wrong={
            "issues": {"error": "Issue tracker disabled", "error_code": "ETRACKERDISABLED"},
            "issues.0.date_created": page("issues", issue(1, date_created="soon")),
            "issues.0.full_url": page("issues", issue(1, full_url="javascript:alert(1)")),
            "issues.0.tags": page("issues", issue(1, tags="smoke")),
            "pagination.pages": page("issues", pages="many"),  # type: ignore[arg-type]
        },
    ),
    Row(
        name="pagure pull requests",
        services=services,
        path=f"{HOME}/pull-requests",
        ask=pull_requests,
        two=lambda _: page("requests", request(1), request(2)),
        none=page("requests"),
        pages=lambda _: pages("requests", request),
        wrong={"requests.0.user": page("requests", without(request(1), "user"))},
    ),
)
