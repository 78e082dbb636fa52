"""A Bugzilla on this machine: https://bugzilla.readthedocs.io/en/latest/api/core/v1/."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.web.http import Request

from hubs.config import Services
from hubs.sources.bugzilla import ROWS as MOST
from hubs.sources.bugzilla import Bugzilla
from hubs.sources.place import Place, Service
from hubs.sources.session import Session
from hubs.sources.tickets import TicketQuery
from tests.sources.conditions import Row, without
from tests.sources.outside import Behaviour, says


def services(url: str) -> Services:
    return Services(bugzilla=(url,))


def place(url: str) -> Place:
    return Place(Service.BUGZILLA, url, product="Lamps", component="wick")


def bug(number: int, summary: str = "The wick smokes", **changes: Any) -> dict[str, Any]:
    """Give a bug as it is found."""
    return {
        "id": number,
        "summary": summary,
        "status": "ASSIGNED",
        "creator": "teacup@example.org",
        "assigned_to": "custard@example.org",
        "assigned_to_detail": {"email": "custard@example.org", "name": "custard", "id": 7},
        "keywords": ["Reopened"],
        "product": "Lamps",
        "component": ["wick"],
        "flags": [],
        "creation_time": "2026-11-20T12:00:00Z",
        "last_change_time": "2026-11-23T12:00:00Z",
        **changes,
    }


def bugs(*found: dict[str, Any]) -> dict[str, Any]:
    return {"faults": [], "bugs": list(found)}


def comments(number: int, *creators: str) -> dict[str, Any]:
    """Give the comments of a bug."""
    made = [
        {"id": 9, "bug_id": number, "count": 1, "text": "Mine, too.", "creator": creator}
        for creator in creators
    ]
    return {"bugs": {str(number): {"comments": made}}, "comments": {}}


async def tickets(session: Session, url: str) -> Sequence[Any]:
    return (await Bugzilla(session, place(url)).tickets(TicketQuery())).items


def _paged(_: str) -> Behaviour:
    """Give as many as are asked for; what was given twice is one."""

    def behave(request: Request) -> bytes | int:
        first = request.args[b"offset"] == [b"0"]
        again = [bug(1)] * (MOST - 1)
        return says(bugs(*again, bug(2)) if first else bugs(bug(3)))(request)

    return behave


ROWS = (
    Row(
        name="bugzilla",
        services=services,
        path="/rest/bug",
        ask=tickets,
        two=lambda _: bugs(bug(1), bug(2)),
        none=bugs(),
        pages=_paged,
        wrong={
            "bugs": {"error": True, "code": 100500, "message": "no"},
            "bugs.0.id": bugs(bug(1, id="one")),
            "bugs.0.component": bugs(bug(1, component=None)),
            "bugs.0.last_change_time": bugs(without(bug(1), "last_change_time")),
        },
    ),
)
