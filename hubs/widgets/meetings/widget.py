"""The meetings widget."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import attrs

from hubs.bus.body import texts
from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.fedocal import Fedocal, Meeting
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.chat.room import Room
from hubs.widgets.gathering import gather
from hubs.widgets.help_wanted.asked import WRITING
from hubs.widgets.meetings import minutes
from hubs.widgets.parameters import Parameter, Type, Unexpected, is_web_address
from hubs.widgets.places import COUNT

#: The most calendars of one widget: each costs a request whenever it is brought up to date.
MOST_CALENDARS = 6
#: As Fedocal's database has it (``calendar_name`` in its model).
_LONGEST_NAME = 80
#: How far it looks ahead.
AHEAD = datetime.timedelta(weeks=6)
#: One that goes on now may have begun yesterday; of whole days, before: Fedocal gives both.
_BEFORE = datetime.timedelta(days=1)
#: How many meetings are kept, each time that one repeats counted: while Fedocal is away, the next
#: ones are shown for as long as these last.
_KEPT = 150
_ALL = ""
_HOUR = 3600.0
_DAY = 24 * _HOUR
#: A meeting repeats after a number of weeks, give or take the hour of summer time.
_WEEK = 7 * _DAY


def _calendar(line: str) -> str:
    if len(line) > _LONGEST_NAME:
        raise Unexpected(gettext_noop("the name of a calendar, as in infrastructure"))
    return line


_CALENDARS = Parameter(
    "calendars",
    gettext_noop("Calendars"),
    gettext_noop(
        "One name a line, as https://calendar.fedoraproject.org has it. If there is none, those "
        "that the team is about, or the meetings that the person leads."
    ),
    [],
    Type.LINES,
    most=MOST_CALENDARS,
    check=_calendar,
)
# Each takes several lines.
_COUNT = attrs.evolve(COUNT, default=5)


class FindMeetings(CachedFunction):
    """Finds the meetings of the next weeks, each time that one repeats."""

    name = "meetings"
    time_to_live = 3600.0
    lag = WRITING

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: the calendars, or all meetings for a person; and the bot's."""
        # The keys of a message need not have who leads a meeting: its schema names the agent alone.
        calendars = {
            "topic:fedocal.meeting" if name == _ALL else f"calendar:{name}"
            for name in _asked(hub, widget)
        }
        return minutes.interests(hub, widget, _names(hub, widget)) | calendars

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: what happens to the calendars, or to what the person leads.

        A meeting that begins or ends, too, if its name or its room says that it may be one of them.
        """
        if not message.topic.startswith("fedocal."):
            return minutes.told(hub, widget, _names(hub, widget), message)
        if _asked(hub, widget) == [_ALL]:
            return hub.name in texts(message.body, "meeting.meeting_manager")
        return True

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        fedocal, asked = Fedocal(stores.sources), _asked(hub, widget)
        today = _day(stores.now())
        gathered = await gather(
            asked, lambda name: fedocal.meetings(name, today - _BEFORE, today + AHEAD)
        )
        meetings = [
            one
            for name, several in gathered.found.items()
            for one in several
            if name != _ALL or hub.name in one.managers
        ]
        meetings.sort(key=lambda one: (one.start, one.name))
        names = _names(hub, widget)
        if names and not minutes.MINUTES.of(widget.config):
            names += [one.name for one in meetings]
        last, without = await minutes.find(hub, widget, names, stores)
        return {
            "meetings": [attrs.asdict(one) for one in meetings[:_KEPT]],
            "minutes": last,
            "failures": [*gathered.failures, *without],
            "calendars": [
                {"name": name, "ics": fedocal.calendar_ics(name)} for name in asked if name != _ALL
            ],
        }


class MeetingsWidget(Widget):
    """Shows which meetings come next."""

    name = "meetings"
    title = gettext_noop("Meetings")
    summary = gettext_noop(
        "Shows which meetings come next, in your time zone, puts them into your calendar, and has "
        "the minutes of the last ones."
    )
    parameters = (_CALENDARS, minutes.MINUTES, _COUNT)
    functions = (FindMeetings(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`: what is over by now is left out, however old the data is."""
        found = data["meetings"]
        return _drawn(
            found, stores.now(), _COUNT.of(widget.config), named=bool(_asked(hub, widget))
        )

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: the calendars, and where minutes are."""
        fedocal = Fedocal(stores.sources)
        pages = [
            (name, fedocal.calendar_page(name)) if name != _ALL else ("Fedocal", fedocal.page)
            for name in _asked(hub, widget)
        ]
        if minutes.interests(hub, widget, _names(hub, widget)):
            page = stores.sources.services.meetbot
            pages.append((urlsplit(page).netloc, page))
        return [SourceLink(*page) for page in pages]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        hour = now - now % _HOUR
        facts = [
            ("Lantern kernel weekly", "#lantern:chat.example", hour - _HOUR / 2, 1.5),
            ("Triage of crash reports", "#lantern:chat.example", hour + 26 * _HOUR, 0.5),
            ("Evening of the first light", "https://video.example/lantern", hour + 76 * _HOUR, 2),
        ]
        page = "https://calendar.example"
        found = [
            Meeting(
                number=number,
                name=name,
                calendar="lantern",
                location=location,
                managers=("teacup",),
                start=start,
                end=start + hours * _HOUR,
                whole_days=False,
                url=page,
                ics=page,
            )
            for number, (name, location, start, hours) in enumerate(facts)
        ]
        data = {
            "meetings": [attrs.asdict(one) for one in found],
            "minutes": minutes.sample(now),
            "failures": [],
            "calendars": [{"name": "lantern", "ics": page}],
        }
        return _drawn(data, now, _COUNT.default, named=True)


def _asked(hub: Hub, widget: WidgetInstance) -> list[str]:
    """Give the calendars that are asked for; of a person who names none, all."""
    named = _CALENDARS.of(widget.config) or hub.config.get("sources", {}).get("calendars", ())
    names = [name for name in named if name][:MOST_CALENDARS]
    return names or ([_ALL] if hub.type is HubType.USER else [])


def _names(hub: Hub, widget: WidgetInstance) -> list[str]:
    return minutes.names_of(hub, widget, [name for name in _asked(hub, widget) if name != _ALL])


def _drawn(data: Mapping[str, Any], now: float, count: int, *, named: bool) -> dict[str, Any]:
    coming = _coming(data["meetings"], now)
    return {
        "meetings": coming[:count],
        "count": len(coming),
        "minutes": data["minutes"],
        "failures": data["failures"],
        "named": named,
        "calendars": data["calendars"],
    }


def _coming(meetings: Iterable[Mapping[str, Any]], now: float) -> list[dict[str, Any]]:
    """Give each meeting that is not over, once, by when it comes next."""
    times: dict[int, list[Mapping[str, Any]]] = {}
    for one in meetings:
        if one["end"] > now:
            times.setdefault(one["number"], []).append(one)
    return [_next(each, now) for each in times.values()]


def _next(times: Sequence[Mapping[str, Any]], now: float) -> dict[str, Any]:
    one, location = times[0], times[0]["location"]
    gaps = [later["start"] - before["start"] for before, later in pairwise(times)]
    return {
        **one,
        "is_now": one["start"] <= now,
        "is_short": one["end"] - one["start"] < _DAY,
        "weeks": round(min(gaps, default=0.0) / _WEEK),
        "first": _day(one["start"]),
        "last": _day(one["end"] - 1),
        "link": location if is_web_address(location) else Room(location).matrix,
    }


def _day(time: float) -> datetime.date:
    return datetime.datetime.fromtimestamp(time, datetime.UTC).date()
