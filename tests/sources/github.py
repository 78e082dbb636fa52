"""GitHub on this machine: https://docs.github.com/en/rest, version 2022-11-28."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hubs.config import Services
from hubs.sources.github import GitHub
from hubs.sources.place import Place, Service
from hubs.sources.pull_requests import PullRequestQuery
from hubs.sources.session import Session
from hubs.sources.tickets import TicketQuery
from tests.sources.conditions import Row, linked, without

PLACE = Place(Service.GITHUB, "https://github.com", "lamps/wick")
EVERYWHERE = Place(Service.GITHUB, "https://github.com")
HOME = "/gh/repos/lamps/wick"


def services(url: str) -> Services:
    return Services(github=f"{url}/gh")


def user(login: str) -> dict[str, Any]:
    return {
        "login": login,
        "id": 7,
        "html_url": f"https://github.com/{login}",
        "type": "User",
        "site_admin": False,
    }


def issue(number: int, title: str = "The wick smokes", **changes: Any) -> dict[str, Any]:
    """Give an issue as it is listed and found."""
    return {
        "url": f"https://api.github.com/repos/lamps/wick/issues/{number}",
        "repository_url": "https://api.github.com/repos/lamps/wick",
        "html_url": f"https://github.com/lamps/wick/issues/{number}",
        "id": 1000 + number,
        "node_id": "I_1",
        "number": number,
        "title": title,
        "user": user("teacup"),
        "labels": [{"id": 1, "name": "smoke", "color": "ededed", "default": False}],
        "state": "open",
        "locked": False,
        "assignee": user("custard"),
        "assignees": [user("custard")],
        "milestone": None,
        "comments": 3,
        "created_at": "2026-11-20T12:00:00Z",
        "updated_at": "2026-11-23T12:00:00Z",
        "closed_at": None,
        "author_association": "MEMBER",
        "body": "It does.",
        **changes,
    }


def found_pull(number: int, title: str = "Trim the wick", **changes: Any) -> dict[str, Any]:
    """Give a pull request as it is found, or among issues."""
    url = f"https://github.com/lamps/wick/pull/{number}"
    return issue(
        number,
        title,
        **{"html_url": url, "draft": False, "pull_request": {"html_url": url}, **changes},
    )


def pull(number: int, title: str = "Trim the wick", **changes: Any) -> dict[str, Any]:
    """Give a pull request as it is listed."""
    return {
        **without(issue(number, title), "comments"),
        "html_url": f"https://github.com/lamps/wick/pull/{number}",
        "draft": False,
        "requested_reviewers": [user("marzipan")],
        "requested_teams": [],
        "head": {"label": "teacup:trim", "ref": "trim", "sha": f"{number:040x}"},
        "base": {"label": "lamps:main", "ref": "main", "sha": "0" * 40},
        **changes,
    }


def search(*items: dict[str, Any], total: int | None = None) -> dict[str, Any]:
    return {
        "total_count": len(items) if total is None else total,
        "incomplete_results": False,
        "items": list(items),
    }


async def tickets(session: Session, url: str) -> Sequence[Any]:
    return (await GitHub(session, PLACE).tickets(TicketQuery())).items


async def my_tickets(session: Session, url: str) -> Sequence[Any]:
    return (await GitHub(session, EVERYWHERE).tickets(TicketQuery(author="teacup"))).items


async def pull_requests(session: Session, url: str) -> Sequence[Any]:
    return (await GitHub(session, PLACE).pull_requests(PullRequestQuery())).items


ROWS = (
    Row(
        name="github issues",
        services=services,
        path=f"{HOME}/issues",
        ask=tickets,
        two=lambda _: [issue(1), issue(2)],
        none=[],
        pages=lambda url: linked(url, f"{HOME}/issues", [issue(1), issue(2)], [issue(3)]),
        wrong={
            "a valid array": {"message": "ok"},
            "0.title": [issue(1, title=None)],  # type: ignore[arg-type]
            "at most 4000": [issue(1, "x" * 4001)],
            "1.number": [issue(1), without(issue(2), "number")],
            "0.html_url": [issue(1, html_url="javascript:alert(1)")],
            "0.created_at": [issue(1, created_at="yesterday")],
            "0.user": [issue(1, user="teacup")],
        },
    ),
    Row(
        name="github search",
        services=services,
        path="/gh/search/issues",
        ask=my_tickets,
        two=lambda _: search(issue(1), issue(2)),
        none=search(),
        pages=lambda url: linked(
            url,
            "/gh/search/issues",
            search(issue(1), issue(2), total=3),
            search(issue(3), total=3),
        ),
        wrong={"items": {"total_count": 0}, "total_count": {"items": []}},
    ),
    Row(
        name="github pulls",
        services=services,
        path=f"{HOME}/pulls",
        ask=pull_requests,
        two=lambda _: [pull(1), pull(2)],
        none=[],
        pages=lambda url: linked(url, f"{HOME}/pulls", [pull(1), pull(2)], [pull(3)]),
        wrong={"0.head": [without(pull(1), "head")], "0.draft": [pull(1, draft="perhaps")]},
    ),
)
