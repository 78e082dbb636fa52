"""A status page on this machine: https://github.com/fedora-infra/statusfpo."""

from __future__ import annotations

from typing import Any

from hubs.config import Services
from hubs.sources.status import Status
from tests.sources.conditions import Row

ONGOING = "/ongoing.json"
PLANNED = "/planned.json"


def services(url: str) -> Services:
    return Services(status=url)


def outage(
    title: str,
    ticket: str | None = "12345",
    start: str | None = "2026-11-24T09:00:00+0000",
    end: str | None = None,
) -> dict[str, Any]:
    """Give an outage as its plug-in of Pelican writes it."""
    url = f"https://pagure.io/fedora-infrastructure/issue/{ticket}"
    return {
        "title": title,
        "ticket": {"id": ticket, "url": url},
        "startdate": start,
        "enddate": end,
    }


def outages(*items: dict[str, Any]) -> dict[str, Any]:
    return {"outages": list(items)}


ROWS = (
    Row(
        name="status",
        services=services,
        path=ONGOING,
        ask=lambda session, _: Status(session).ongoing(),
        two=lambda _: outages(outage("Koji is slow"), outage("The wiki is out")),
        none=outages(),
        pages=None,
        wrong={
            "outages": {"error": "no"},
            "outages.0.title": outages({**outage(""), "title": 7}),
            "outages.0.ticket.url": outages({**outage(""), "ticket": {"url": "javascript:x"}}),
            "outages.0.startdate": outages(outage("", start="soon")),
        },
    ),
)
