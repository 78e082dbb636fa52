"""A mote on this machine, and the files of its bots.

The JSON is that of ``mote/main.py`` and ``mote/modules/find.py`` in
https://github.com/fedora-infra/mote, the minutes those that the templates of
https://github.com/GregSutcliffe/maubot-meetings and ``ircmeeting/writers.py`` of
https://github.com/openstack-infra/meetbot make.
"""

from __future__ import annotations

from html import escape
from typing import Any

from hubs.config import Services
from hubs.sources.meetbot import Meetbot, Meeting
from tests.sources.conditions import Row, without

LOOK_UP = "/fragedpt/"
ROOM = "meeting_matrix_fedoraproject-org"
#: Of 24 November 2026, 14:01 UTC.
LAMPS = f"/{ROOM}/2026-11-24/lamp-sig.2026-11-24-14.01.html"
WHEN = 1795528860.0


def services(url: str) -> Services:
    return Services(meetbot=url, meetbot_files=url)


def listed(path: str = LAMPS) -> dict[str, Any]:
    """Give a meeting as a search has it."""
    log = path.replace(".html", ".log.html")
    files = "https://meetbot-raw.fedoraproject.org"
    return {
        "topic": "lamp-sig",
        "channel": ROOM,
        "datetime": "2026-11-24T14:01:00",
        "url": {"logs": files + log, "summary": files + path},
        "slug": {"logs": log, "summary": path},
    }


def on(day: str, name: str = "lamp-sig", room: str = ROOM) -> dict[str, Any]:
    """Give a meeting of a day as a search has it."""
    return listed(f"/{room}/{day}/{name}.{day}-14.01.html")


def minutes(*items: str) -> bytes:
    """Give minutes as the bot on Matrix writes them; its items as people wrote them."""
    said = "".join(f"<li>{escape(one)}</li>" for one in items)
    return f"""<html><head><title>#meeting: lamp-sig</title></head><body>
        <span class="details">Meeting started by @zoe:fedora.im at 2026-11-24 14:01:00</span>
        <h3>Meeting summary</h3><ol>
        <li>TOPIC: Wicks (@zoe:fedora.im, 14:02:00)</li><ol type="a">{said}</ol></ol>
        <h3>Action items</h3><ol><li>(none)</li></ol></body></html>""".encode()


def halp(what: str, who: str = "@zoe:fedora.im") -> str:
    """Give an item that asks for help."""
    return f"HALP: {what} ({who}, 14:10:00)"


ROWS = (
    Row(
        name="meetbot-named",
        services=services,
        path=LOOK_UP,
        ask=lambda session, _: Meetbot(session).named("Lamp SIG"),
        two=lambda _: [on("2026-11-17"), on("2026-11-24")],
        none=[],
        pages=None,
        wrong={
            "the beginning": {"error": "no"},
            "0.slug": [without(listed(), "slug")],
            "0.slug.summary": [{"slug": {"summary": 5}}],
        },
    ),
    Row(
        name="meetbot-minutes",
        services=services,
        path=LAMPS,
        ask=lambda session, _: Meetbot(session).help_requests(
            Meeting("lamp-sig", ROOM, WHEN, LAMPS)
        ),
        two=lambda _: minutes(halp("Trim the wicks"), "INFO: Fine", halp("Draw a lamp")),
        none=minutes("INFO: Fine (@zoe:fedora.im, 14:05:00)"),
        pages=None,
        wrong={},
        language="minutes",
    ),
)
