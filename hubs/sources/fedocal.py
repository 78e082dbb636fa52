"""Fedocal, which has the calendars of meetings: its API, and where its pages are.

Its source is at https://github.com/fedora-infra/fedocal.

``/api/meetings/`` (``fedocal/api.py`` there) gives each time that a meeting repeats as a meeting of
its own, with the number of the first. Whatever zone a meeting is planned in, the dates and times
are in UTC (``get_by_date``). One of whole days begins and ends at midnight UTC (``add_meeting``);
nothing else tells of that. ``/ical/`` has calendars and meetings as iCalendar (RFC 5545).
"""

from __future__ import annotations

import datetime
from http import HTTPStatus
from urllib.parse import quote

import attrs
from pydantic import TypeAdapter

from hubs.sources.api import Api
from hubs.sources.errors import NotFoundError, StatusError
from hubs.sources.session import Session
from hubs.sources.shape import Shape

#: What stands for no place in the older rows of its database.
_NOWHERE = "None"
_MIDNIGHT = datetime.time()


class _Meeting(Shape):
    meeting_id: int
    meeting_name: str
    meeting_manager: tuple[str | None, ...] = ()
    meeting_date: datetime.date
    meeting_date_end: datetime.date
    meeting_time_start: datetime.time
    meeting_time_stop: datetime.time
    meeting_location: str | None = None
    calendar_name: str


class _Meetings(Shape):
    meetings: list[_Meeting]


_MEETINGS = TypeAdapter(_Meetings)


@attrs.frozen
class Meeting:
    """A meeting, or one of the times that it repeats.

    Attributes:
        number: Its number, which all the times have that it repeats.
        name: What it is called.
        calendar: The name of its calendar.
        location: Where it is, as somebody wrote it: a room, a place; empty if that is not said.
        managers: The account names of who leads it.
        start: When it begins, seconds since the epoch.
        end: When it ends, likewise; never before it begins.
        whole_days: Whether it lasts for whole days, in whatever zone one is.
        url: Where it is told of.
        ics: Where it is as iCalendar, with all the times that it repeats.
    """

    number: int
    name: str
    calendar: str
    location: str
    managers: tuple[str, ...]
    start: float
    end: float
    whole_days: bool
    url: str
    ics: str


class Fedocal:
    """Asks Fedocal.

    Attributes:
        page: The address of the page with all its calendars.
    """

    def __init__(self, session: Session) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
        """
        self.page = session.services.fedocal
        self._api = Api(session, self.page)

    def calendar_page(self, calendar: str) -> str:
        """Give the address of a calendar's page, by its name."""
        return f"{self.page}/{quote(calendar, safe='')}/"

    def calendar_ics(self, calendar: str) -> str:
        """Give the address of a whole calendar as iCalendar, by its name."""
        return f"{self.page}/ical/{quote(calendar, safe='')}/"

    async def meetings(
        self, calendar: str, first: datetime.date, last: datetime.date
    ) -> list[Meeting]:
        """Find the meetings of some days, the first ones first.

        Args:
            calendar: The name of the calendar; empty for all.
            first: The first day.
            last: The last day.

        Raises:
            NotFoundError: There is no such calendar.
            SourceError: They could not be had.
        """
        params = {"start": first.isoformat(), "end": last.isoformat()}
        if calendar:
            params["calendar"] = calendar
        try:
            found = await self._api.read("/api/meetings/", _MEETINGS, params)
        except StatusError as error:
            # The dates are right: what is wrong is the name.
            if not calendar or error.status != HTTPStatus.BAD_REQUEST:
                raise
            reason = f"knows no calendar named “{calendar}”"
            raise NotFoundError(error.host, error.status, reason) from None
        meetings = [self._meeting(one) for one in found.meetings]
        return sorted(meetings, key=lambda one: (one.start, one.name))

    def _meeting(self, one: _Meeting) -> Meeting:
        start = _time(one.meeting_date, one.meeting_time_start)
        end = _time(one.meeting_date_end, one.meeting_time_stop)
        midnights = one.meeting_time_start == one.meeting_time_stop == _MIDNIGHT
        number = one.meeting_id
        return Meeting(
            number=number,
            name=one.meeting_name,
            calendar=one.calendar_name,
            location="" if one.meeting_location in (None, _NOWHERE) else one.meeting_location,
            managers=tuple(name for name in one.meeting_manager if name),
            start=start,
            end=max(start, end),
            whole_days=midnights and end > start,
            url=f"{self.page}/meeting/{number}/?from_date={one.meeting_date.isoformat()}",
            ics=f"{self.page}/ical/calendar/meeting/{number}/",
        )


def _time(day: datetime.date, time: datetime.time) -> float:
    return datetime.datetime.combine(day, time, datetime.UTC).timestamp()
