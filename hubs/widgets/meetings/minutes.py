"""The minutes of the last meetings: which names they are looked for by, and what tells of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from hubs.bus.body import texts
from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.errors import SourceError
from hubs.sources.meetbot import Meetbot, Meeting, slug
from hubs.widgets.base import Stores
from hubs.widgets.gathering import gather
from hubs.widgets.help_wanted.asked import in_the_feed, meeting_name, rooms_of
from hubs.widgets.parameters import Parameter, Type

#: The most names: each costs a request whenever the widget is brought up to date.
MOST_NAMES = 6
#: The most rooms: each costs several.
MOST_ROOMS = 2
#: Of how many meetings the minutes are shown.
SHOWN = 3
#: What the bot says of a meeting: https://pypi.org/project/meetbot-messages/
TOPIC = "meetbot.meeting"

MINUTES = Parameter(
    "minutes",
    gettext_noop("Minutes of"),
    gettext_noop(
        "One name a line, as the bot is told when a meeting begins. If there is none, they are "
        "those of what is held in the team's rooms, or named like the team, its calendars or its "
        "meetings."
    ),
    [],
    Type.LINES,
    most=MOST_NAMES,
    check=meeting_name,
)


def names_of(hub: Hub, widget: WidgetInstance, calendars: Iterable[str]) -> list[str]:
    """Say under which names there may be minutes, from configuration alone.

    Args:
        hub: The hub that the widget stands on.
        widget: The widget.
        calendars: The names of the calendars that it looks at.

    Returns:
        Those that its owners name; else, where there are calendars, theirs and those of the hub.
    """
    named = MINUTES.of(widget.config)
    others = list(calendars)
    return list(named) or ([*others, hub.title, hub.name] if others else [])


def interests(hub: Hub, widget: WidgetInstance, names: Iterable[str]) -> frozenset[str]:
    """Say what tells of minutes.

    Args:
        hub: The hub that the widget stands on.
        widget: The widget.
        names: As `names_of` gives them.

    Returns:
        Interest keys as `BusMessage.keys` gives them.
    """
    rooms = frozenset(f"channel:{room}" for room in _rooms(hub, widget))
    return rooms | {f"topic:{TOPIC}"} if any(names) else rooms


def told(hub: Hub, widget: WidgetInstance, names: Iterable[str], message: BusMessage) -> bool:
    """Say whether the bot tells of a meeting that may be one of those.

    Args:
        hub: The hub that the widget stands on.
        widget: The widget.
        names: As `names_of` gives them.
        message: What happened.

    Returns:
        True also for a name that only has one of them in it, and for what is in a room of the team.
    """
    if message.topic.rpartition(".")[0] != TOPIC:
        return False
    said = [slug(name) for name in texts(message.body, "meeting_name")]
    known = [part for part in map(slug, names) if part]
    in_room = message.channel in _rooms(hub, widget)
    return in_room or any(part in name for name in said for part in known)


async def find(
    hub: Hub, widget: WidgetInstance, names: Iterable[str], stores: Stores
) -> tuple[list[dict[str, Any]], list[str]]:
    """Find the minutes of the last meetings.

    Args:
        hub: The hub that the widget stands on.
        widget: The widget.
        names: What these may be called; of very many, the first.
        stores: Where to read.

    Returns:
        The newest first, as `shown` gives each; and a sentence for whom they could not be had from.
    """
    meetbot, rooms = Meetbot(stores.sources), _rooms(hub, widget)
    slugs = [part for part in dict.fromkeys(map(slug, names)) if part]
    asks = [
        *(partial(meetbot.held_in, room, SHOWN) for room in rooms),
        *(partial(meetbot.named, part, SHOWN) for part in slugs[:MOST_NAMES]),
    ]
    found: set[Meeting] = set()
    failures: Sequence[str] = ()
    try:
        gathered = await gather(asks, lambda ask: ask())
        found = {one for several in gathered.found.values() for one in several}
        failures = gathered.failures
    except SourceError as error:
        # The next meetings are of use without the last ones.
        failures = [f"{error.host} {error.reason}"]
    if rooms:
        found |= await in_the_feed(hub, meetbot, stores, (), rooms)
    newest = sorted(found, key=lambda one: (-one.start, one.name))[:SHOWN]
    last = [shown(one, meetbot.minutes(one), meetbot.log(one)) for one in newest]
    return last, list(failures)


def _rooms(hub: Hub, widget: WidgetInstance) -> list[str]:
    """Give the rooms whose meetings count; where names are given, none does."""
    return [] if MINUTES.of(widget.config) else rooms_of(hub)[:MOST_ROOMS]


def shown(meeting: Meeting, url: str, log: str) -> dict[str, Any]:
    """Give what is shown of a meeting that was.

    Args:
        meeting: It.
        url: Where its minutes are.
        log: Where its log is.
    """
    return {"title": meeting.title, "start": meeting.start, "url": url, "log": log}


def sample(now: float) -> list[dict[str, Any]]:
    """Give invented ones.

    Args:
        now: The time that it is, seconds since the epoch.
    """
    page = "https://minutes.example"
    facts = [("lantern-kernel-weekly", 7), ("triage", 9)]
    return [shown(Meeting(name, "", now - days * 86_400, ""), page, page) for name, days in facts]
