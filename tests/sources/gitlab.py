"""A GitLab on this machine: https://docs.gitlab.com/api/, version 4."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hubs.config import Services
from hubs.sources.gitlab import GitLab
from hubs.sources.place import Place, Service
from hubs.sources.pull_requests import PullRequestQuery
from hubs.sources.session import Session
from hubs.sources.tickets import TicketQuery
from tests.sources.conditions import Row, linked, without

API = "/api/v4"
HOME = f"{API}/projects/lamps%2Foil%2Fwick"


def services(url: str) -> Services:
    return Services(gitlab=(url,))


def place(url: str) -> Place:
    return Place(Service.GITLAB, url, "lamps/oil/wick")


def user(username: str) -> dict[str, Any]:
    return {
        "id": 7,
        "username": username,
        "name": username.title(),
        "state": "active",
        "web_url": f"https://gitlab.com/{username}",
    }


def issue(iid: int, title: str = "The wick smokes", **changes: Any) -> dict[str, Any]:
    """Give an issue as it is listed."""
    return {
        "id": 1000 + iid,
        "iid": iid,
        "project_id": 3,
        "title": title,
        "description": "It does.",
        "state": "opened",
        "created_at": "2026-11-20T12:00:00.000Z",
        "updated_at": "2026-11-23T12:00:00.000Z",
        "closed_at": None,
        "labels": ["smoke"],
        "milestone": None,
        "assignees": [user("custard")],
        "author": user("teacup"),
        "user_notes_count": 3,
        "due_date": None,
        "confidential": False,
        "web_url": f"https://gitlab.com/lamps/oil/wick/-/issues/{iid}",
        "references": {
            "short": f"#{iid}",
            "relative": f"#{iid}",
            "full": f"lamps/oil/wick#{iid}",
        },
        **changes,
    }


def merge_request(iid: int, title: str = "Trim the wick", **changes: Any) -> dict[str, Any]:
    """Give a merge request as it is listed."""
    return {
        **issue(iid, title),
        "draft": False,
        "reviewers": [user("marzipan")],
        "source_branch": "trim",
        "target_branch": "main",
        "sha": f"{iid:040x}",
        "detailed_merge_status": "mergeable",
        "web_url": f"https://gitlab.com/lamps/oil/wick/-/merge_requests/{iid}",
        "references": {
            "short": f"!{iid}",
            "relative": f"!{iid}",
            "full": f"lamps/oil/wick!{iid}",
        },
        **changes,
    }


async def tickets(session: Session, url: str) -> Sequence[Any]:
    return (await GitLab(session, place(url)).tickets(TicketQuery())).items


async def merge_requests(session: Session, url: str) -> Sequence[Any]:
    return (await GitLab(session, place(url)).pull_requests(PullRequestQuery())).items


ROWS = (
    Row(
        name="gitlab issues",
        services=services,
        path=f"{HOME}/issues",
        ask=tickets,
        two=lambda _: [issue(1), issue(2)],
        none=[],
        pages=lambda url: linked(url, f"{HOME}/issues", [issue(1), issue(2)], [issue(3)]),
        wrong={
            "a valid array": {"message": "404 Project Not Found"},
            "0.iid": [{**issue(1), "iid": "one"}],
            "0.labels.0": [issue(1, labels=[{"name": "smoke"}])],
            "0.web_url": [issue(1, web_url="ftp://gitlab.com/")],
            "0.updated_at": [without(issue(1), "updated_at")],
        },
    ),
    Row(
        name="gitlab merge requests",
        services=services,
        path=f"{HOME}/merge_requests",
        ask=merge_requests,
        two=lambda _: [merge_request(1), merge_request(2)],
        none=[],
        pages=lambda url: linked(
            url, f"{HOME}/merge_requests", [merge_request(1), merge_request(2)], [merge_request(3)]
        ),
        wrong={"0.reviewers": [merge_request(1, reviewers="marzipan")]},
    ),
)
