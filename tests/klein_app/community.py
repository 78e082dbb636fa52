"""What happens around a team, as workers find it."""

from __future__ import annotations

from typing import Any

from tests.klein_app.conftest import NOON

HOUR = 3600.0

OUTAGE: dict[str, Any] = {
    "title": "Koji is slow",
    "url": "https://forge.fedoraproject.org/infra/tickets/issues/7",
    "start": NOON - 2 * HOUR,
    "end": NOON + HOUR,
}
OUTAGES: dict[str, Any] = {
    "ongoing": [OUTAGE],
    "planned": [],
    "shown": 1,
    "count": 1,
}
MOVE = {**OUTAGE, "title": "The wiki moves", "start": NOON + 48 * HOUR, "end": None}

POST: dict[str, Any] = {
    "title": "Fedora 44 is here",
    "url": "https://fedoramagazine.org/44/",
    "time": NOON - 3 * HOUR,
    "author": "Zoe",
    "blog": "Fedora Magazine",
}
POSTS: dict[str, Any] = {
    "posts": [POST],
    "failures": [],
    "homes": {"https://fedoramagazine.org/feed/": "https://fedoramagazine.org/"},
}

TOPIC: dict[str, Any] = {
    "title": "Which wick?",
    "url": "https://discussion.fedoraproject.org/t/7",
    "created": NOON - 3 * HOUR,
    "replies": 2,
}
TOPICS = {"topics": [TOPIC], "failures": []}

THREAD: dict[str, Any] = {
    "title": "Minutes of Tuesday's meeting",
    "url": "https://lists.fedoraproject.org/archives/list/lamps@lists.fedoraproject.org/thread/A/",
    "list": "lamps@lists.fedoraproject.org",
    "replies": 2,
    "active": NOON - 3 * HOUR,
    "first": "A",
    "author": "Zoe Lamp",
}
THREADS: dict[str, Any] = {
    "threads": [THREAD],
    "failures": [],
    "open": True,
    "private": [],
    "missing": [],
    "unknown": [],
}
ASKED: dict[str, Any] = {
    "what": "Somebody who #draws a wick",
    "who": "zoe",
    "url": "https://meetbot.fedoraproject.org/lamps/2026-11-24/lamp-sig.2026-11-24-14.01.html",
    "tags": ["draws"],
    "meeting": "lamp sig",
    "time": NOON - 3 * HOUR,
}
ASKED_FOR = {"asked": [ASKED], "failures": []}
#: Never too old, whatever the clock of the machine says.
LATELY = {**ASKED, "time": 4e9}
MEETING: dict[str, Any] = {
    "number": 7,
    "name": "Lamps weekly",
    "calendar": "lamps",
    "location": "#meeting:fedoraproject.org",
    "managers": ["abe"],
    "start": NOON + 3 * HOUR,
    "end": NOON + 4 * HOUR,
    "whole_days": False,
    "url": "https://calendar.fedoraproject.org/meeting/7/?from_date=2026-11-24",
    "ics": "https://calendar.fedoraproject.org/ical/calendar/meeting/7/",
}
MINUTES: dict[str, Any] = {
    "title": "lamps weekly",
    "start": NOON - 165 * HOUR,
    "url": "https://meetbot.fedoraproject.org/lamps/2026-11-17/lamps-weekly.2026-11-17-15.00.html",
    "log": "https://meetbot.fedoraproject.org/lamps/2026-11-17/lamps-weekly.2026-11-17-15.00.log.html",
}
MEETINGS: dict[str, Any] = {
    "meetings": [MEETING],
    "minutes": [],
    "failures": [],
    "calendars": [{"name": "lamps", "ics": "https://calendar.fedoraproject.org/ical/lamps/"}],
}
_LONG = {**MEETING, "end": NOON + 100_000 * HOUR}

#: What each finds when there is something, and what of it a reader reads.
FOUND: dict[str, tuple[Any, str]] = {
    "service_status": (OUTAGES, "Koji is slow"),
    "blog": (POSTS, "Fedora 44 is here"),
    "discussions": (TOPICS, "Which wick?"),
    "mailing_list": (THREADS, "Minutes of Tuesday"),
    "help_wanted": ({**ASKED_FOR, "asked": [LATELY]}, "Somebody who #draws a wick"),
    "meetings": (MEETINGS, "Lamps weekly"),
}

#: The same as long as it gets.
FULL: dict[str, Any] = {
    "service_status": {**OUTAGES, "ongoing": [OUTAGE] * 4, "planned": [MOVE] * 4, "count": 20},
    "blog": {**POSTS, "posts": [POST] * 8},
    "discussions": {**TOPICS, "topics": [TOPIC] * 8},
    "mailing_list": {**THREADS, "threads": [THREAD] * 8},
    "help_wanted": {**ASKED_FOR, "asked": [LATELY] * 30},
    "meetings": {
        **MEETINGS,
        "meetings": [{**_LONG, "number": each % 20} for each in range(150)],
        "minutes": [MINUTES] * 3,
    },
}
