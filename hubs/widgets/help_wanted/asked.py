"""What was asked for in the meetings of a team."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from hubs.bus.body import texts
from hubs.bus.facts import without_addresses
from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.errors import NotFoundError
from hubs.sources.meetbot import Meetbot, Meeting, slug, slug_of_room
from hubs.sources.minutes import HelpRequest
from hubs.widgets.base import CachedFunction, Stores
from hubs.widgets.gathering import gather
from hubs.widgets.parameters import Parameter, Type, Unexpected

#: What the bus says when minutes are there.
ENDED = "meetbot.meeting.complete"
#: For how long the bot writes minutes once it has told of them, seconds: four files, and after each
#: it has a word for the room (``endmeeting`` in its ``backends/fedora``).
WRITING = 30.0
#: After so many seconds nobody waits for an answer any more: four weekly meetings were since.
TOO_OLD = 31 * 86_400.0
#: How many meetings are read: each costs a request whenever the widget is brought up to date.
MOST_MEETINGS = 8
#: How many names and rooms are looked up, likewise.
MOST_PLACES = 6
_HASHTAG = re.compile(r"(?<!\S)#([a-z][a-z0-9+-]{1,30})\b(?![:\w])", re.IGNORECASE)


def meeting_name(line: str) -> str:
    """Make sure that minutes can be looked for by a name.

    Args:
        line: What an owner typed.

    Returns:
        The same.

    Raises:
        Unexpected: Nothing of it would stand in an address.
    """
    if not slug(line):
        raise Unexpected(gettext_noop("a name with letters, as in Fedora Council Meeting"))
    return line


MEETINGS = Parameter(
    "meetings",
    gettext_noop("Meetings"),
    gettext_noop(
        "What people asked help for with ^halp in these meetings is shown, too. One a line, as "
        "the bot was told its name. Without any, they are all that are held in the team's rooms."
    ),
    [],
    Type.LINES,
    most=MOST_PLACES,
    check=meeting_name,
)
MINUTES = Parameter(
    "minutes",
    gettext_noop("Requests from meetings"),
    gettext_noop("Whether the minutes are read at all."),
    True,
    Type.YES_NO,
)


@attrs.frozen
class Asked:
    """A request for help out of the minutes of a meeting.

    Attributes:
        what: What was asked for, without the hosts of mail addresses.
        who: Who asked.
        url: Where it stands.
        tags: What it is about: the words that were written with a hash before them.
        meeting: The name of the meeting.
        time: When the meeting began, seconds since the epoch.
    """

    what: str
    who: str
    url: str
    tags: Sequence[str]
    meeting: str
    time: float

    @classmethod
    def of(cls, meeting: Meeting, request: HelpRequest) -> Asked:
        """Make one of a request and the meeting that it was made in."""
        tags = list(dict.fromkeys(tag.lower() for tag in _HASHTAG.findall(request.what)))
        what = without_addresses(request.what)
        return cls(what, request.who, request.url, tags, meeting.title, meeting.start)


class FindAsked(CachedFunction):
    """Finds what was asked for in the last meetings."""

    name = "asked"
    time_to_live = 1800.0
    lag = WRITING
    optional = True

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: the end of meetings, in the team's rooms or wherever they are."""
        names, rooms = looked_up(hub, widget)
        return frozenset({f"topic:{ENDED}"} if names else {f"channel:{room}" for room in rooms})

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: the end of one of the meetings alone."""
        if message.topic != ENDED:
            return False
        names = {slug(line) for line in MEETINGS.of(widget.config)}
        told = {slug(name) for name in texts(message.body, "meeting_name", "meeting_topic")}
        return bool(names & told) if names else message.channel in rooms_of(hub)

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        meetbot = Meetbot(stores.sources)
        names, rooms = looked_up(hub, widget)
        if names:
            listed = await gather(names, meetbot.named)
        else:
            listed = await gather(rooms, meetbot.held_in)
        found = {one for several in listed.found.values() for one in several}
        found |= await in_the_feed(hub, meetbot, stores, names, rooms)
        since = stores.now() - TOO_OLD
        meetings = sorted((one for one in found if one.start > since), key=lambda one: -one.start)
        read = await gather(meetings[:MOST_MEETINGS], lambda one: _requests(meetbot, one))
        asked = [Asked.of(one, request) for one, all_ in read.found.items() for request in all_]
        failures = sorted({*listed.failures, *read.failures})
        return {"asked": [attrs.asdict(one) for one in _once(asked)], "failures": failures}


def rooms_of(hub: Hub) -> list[str]:
    """Give the rooms of a team, as `hubs.model.hub.SOURCE_PREFIXES` names them; a person has none.

    Args:
        hub: The hub.

    Returns:
        Their names.
    """
    if hub.type is not HubType.TEAM:
        return []
    return list(hub.config.get("sources", {}).get("channels", ()))[:MOST_PLACES]


def looked_up(hub: Hub, widget: WidgetInstance) -> tuple[list[str], list[str]]:
    """Say which meetings are read.

    Args:
        hub: The hub that the widget stands on.
        widget: The widget.

    Returns:
        Their names, and if there are none, the rooms in which they are held.
    """
    if not MINUTES.of(widget.config):
        return [], []
    names: list[str] = MEETINGS.of(widget.config)
    return names, [] if names else rooms_of(hub)


async def in_the_feed(
    hub: Hub, meetbot: Meetbot, stores: Stores, names: Iterable[str], rooms: Iterable[str]
) -> set[Meeting]:
    """Find the meetings that the bus has just told of, which a search may not know yet.

    Args:
        hub: The hub whose feed is read.
        meetbot: Knows the addresses of minutes.
        stores: Where to read.
        names: What the meetings are called.
        rooms: If there are no names, where the meetings are.

    Returns:
        They.
    """
    slugs = {slug(name) for name in names}
    in_rooms = {slug_of_room(room) for room in rooms}
    entries = await stores.feeds.entries(hub.feed)
    known = [meetbot.known(entry.link) for entry in entries if entry.topic == ENDED]
    return {one for one in known if one and (one.name in slugs if slugs else one.room in in_rooms)}


async def _requests(meetbot: Meetbot, meeting: Meeting) -> list[HelpRequest]:
    try:
        return await meetbot.help_requests(meeting)
    except NotFoundError:
        return []  # They are not written yet, or were lost: the other meetings count.


def _once(asked: Iterable[Asked]) -> list[Asked]:
    """Leave out what was asked for again; the last time counts."""
    first: dict[str, Asked] = {}
    for one in asked:
        first.setdefault(one.what.casefold(), one)
    return list(first.values())
