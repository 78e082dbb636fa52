"""A Fedocal on this machine: https://github.com/fedora-infra/fedocal (``fedocal/api.py``)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from twisted.web.http import Request

from hubs.config import Services
from hubs.sources.fedocal import Fedocal
from tests.sources.conditions import Row
from tests.sources.outside import Behaviour, says

MEETINGS = "/api/meetings/"
FIRST = datetime.date(2026, 11, 23)
LAST = datetime.date(2027, 1, 5)


def services(url: str) -> Services:
    return Services(fedocal=url)


def meeting(
    number: int,
    name: str,
    start: str = "2026-11-24T15:00:00",
    stop: str = "2026-11-24T16:00:00",
    **others: Any,
) -> dict[str, Any]:
    """Give a meeting as ``to_json`` of its model writes it."""
    day, time_start = start.split("T")
    last_day, time_stop = stop.split("T")
    return {
        "meeting_id": number,
        "meeting_name": name,
        "meeting_manager": ["abe", "zoe"],
        "meeting_date": day,
        "meeting_date_end": last_day,
        "meeting_time_start": time_start,
        "meeting_time_stop": time_stop,
        "meeting_timezone": "Europe/Paris",
        "meeting_information": "What we do *next*.",
        "meeting_location": "#meeting:fedoraproject.org",
        "calendar_name": "lamps",
        **others,
    }


def meetings(*items: dict[str, Any]) -> dict[str, Any]:
    arguments = {"start": "2026-11-23", "end": "2027-01-05", "calendar": "lamps", "location": None}
    return {"arguments": arguments, "meetings": list(items)}


def each(behaviours: Mapping[str, Behaviour]) -> Behaviour:
    """Answer differently for each calendar, by its name; the others are not known."""

    def behave(request: Request) -> bytes | int:
        [name] = request.args.get(b"calendar", [b""])
        return behaviours.get(name.decode(), UNKNOWN)(request)

    return behave


UNKNOWN = says({"meetings": [], "error": "Invalid calendar provided"}, 400)

ROWS = (
    Row(
        name="fedocal",
        services=services,
        path=MEETINGS,
        ask=lambda session, _: Fedocal(session).meetings("lamps", FIRST, LAST),
        two=lambda _: meetings(meeting(1, "Oil"), meeting(2, "Wicks")),
        none=meetings(),
        pages=None,
        wrong={
            "meetings": {"error": "no"},
            "meetings.0.meeting_id": meetings(meeting(1, "", meeting_id="x/../../")),
            "meetings.0.meeting_manager": meetings(meeting(1, "", meeting_manager="abe,")),
            "meetings.0.meeting_date": meetings(meeting(1, "", "soonT15:00:00")),
            "meetings.0.meeting_time_stop": meetings(meeting(1, "", meeting_time_stop="late")),
        },
    ),
)
