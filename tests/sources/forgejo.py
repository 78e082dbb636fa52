"""A Forgejo on this machine, as ``/swagger.v1.json`` of one describes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hubs.config import Services
from hubs.sources.forgejo import Forgejo
from hubs.sources.place import Place, Service
from hubs.sources.pull_requests import PullRequestQuery
from hubs.sources.session import Session
from hubs.sources.tickets import TicketQuery
from tests.sources.conditions import Row, linked, without

HOME = "/api/v1/repos/lamps/wick"


def services(url: str) -> Services:
    return Services(forgejo=(url,))


def place(url: str) -> Place:
    return Place(Service.FORGEJO, url, "lamps/wick")


def user(login: str) -> dict[str, Any]:
    return {"id": 7, "login": login, "full_name": "", "is_admin": False, "username": login}


def issue(number: int, title: str = "The wick smokes", **changes: Any) -> dict[str, Any]:
    """Give an issue as it is listed."""
    return {
        "id": 1000 + number,
        "url": f"https://forge.example/api/v1/repos/lamps/wick/issues/{number}",
        "html_url": f"https://forge.example/lamps/wick/issues/{number}",
        "number": number,
        "user": user("teacup"),
        "original_author": "",
        "title": title,
        "body": "It does.",
        "ref": "",
        "labels": [{"id": 1, "name": "smoke", "exclusive": False, "color": "ededed"}],
        "milestone": None,
        "assignee": user("custard"),
        "assignees": [user("custard")],
        "state": "open",
        "is_locked": False,
        "comments": 3,
        "created_at": "2026-11-20T13:00:00+01:00",
        "updated_at": "2026-11-23T13:00:00+01:00",
        "closed_at": None,
        "due_date": None,
        "pull_request": None,
        "repository": {"id": 3, "name": "wick", "owner": "lamps", "full_name": "lamps/wick"},
        **changes,
    }


def pull(number: int, title: str = "Trim the wick", **changes: Any) -> dict[str, Any]:
    """Give a pull request as it is listed."""
    return {
        **issue(number, title),
        "html_url": f"https://forge.example/lamps/wick/pulls/{number}",
        "draft": False,
        "requested_reviewers": [user("marzipan")],
        "mergeable": True,
        "merged": False,
        "head": {"label": "trim", "ref": "trim", "sha": f"{number:040x}"},
        "base": {"label": "main", "ref": "main", "sha": "0" * 40},
        **changes,
    }


async def tickets(session: Session, url: str) -> Sequence[Any]:
    return (await Forgejo(session, place(url)).tickets(TicketQuery())).items


async def pull_requests(session: Session, url: str) -> Sequence[Any]:
    return (await Forgejo(session, place(url)).pull_requests(PullRequestQuery())).items


ROWS = (
    Row(
        name="forgejo issues",
        services=services,
        path=f"{HOME}/issues",
        ask=tickets,
        two=lambda _: [issue(1), issue(2)],
        none=[],
        pages=lambda url: linked(url, f"{HOME}/issues", [issue(1), issue(2)], [issue(3)]),
        wrong={
            "a valid array": {"message": "token is required"},
            "0.number": [{**issue(1), "number": None}],
            "0.assignees": [issue(1, assignees="custard")],
            "0.html_url": [issue(1, html_url="/lamps/wick/issues/1")],
            "0.user": [without(issue(1), "user")],
        },
    ),
    Row(
        name="forgejo pulls",
        services=services,
        path=f"{HOME}/pulls",
        ask=pull_requests,
        two=lambda _: [pull(1), pull(2)],
        none=[],
        pages=lambda url: linked(url, f"{HOME}/pulls", [pull(1), pull(2)], [pull(3)]),
        wrong={"0.head.sha": [pull(1, head={"ref": "trim"})]},
    ),
)
