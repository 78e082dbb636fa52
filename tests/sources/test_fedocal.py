from __future__ import annotations

from collections.abc import Callable

import pytest

from hubs.config import Services
from hubs.sources.errors import NotFoundError, StatusError
from hubs.sources.fedocal import Fedocal
from hubs.sources.session import Session
from tests.sources.asking import failing
from tests.sources.conftest import NOON
from tests.sources.fedocal import FIRST, LAST, MEETINGS, UNKNOWN, meeting, meetings, services
from tests.sources.outside import Outside, queries, says

HOUR = 3600.0


@pytest.fixture
def fedocal(outside: Outside, session_for: Callable[[Services], Session]) -> Fedocal:
    return Fedocal(session_for(services(outside.url())))


async def test_the_meetings_of_a_calendar_come_in_order_with_times_in_utc(
    fedocal: Fedocal, outside: Outside
) -> None:
    outside.paths[MEETINGS] = says(
        meetings(
            meeting(7, "Wicks", "2026-12-01T15:00:00", "2026-12-01T16:00:00"),
            meeting(7, "Wicks"),
            meeting(8, "Oil", meeting_manager=["zoe", None], meeting_location="None"),
        )
    )
    oil, wicks, again = await fedocal.meetings("Lamps & wicks", FIRST, LAST)
    assert (oil.name, oil.managers, oil.location) == ("Oil", ("zoe",), "")
    assert (wicks.number, wicks.start, wicks.end) == (7, NOON + 3 * HOUR, NOON + 4 * HOUR)
    assert (wicks.calendar, wicks.location) == ("lamps", "#meeting:fedoraproject.org")
    assert wicks.url == outside.url("/meeting/7/?from_date=2026-11-24")
    assert again.url == outside.url("/meeting/7/?from_date=2026-12-01")
    assert wicks.ics == again.ics == outside.url("/ical/calendar/meeting/7/")
    assert queries(outside) == [
        {"calendar": "Lamps & wicks", "start": "2026-11-23", "end": "2027-01-05"}
    ]


async def test_a_meeting_from_midnight_to_a_later_midnight_lasts_for_whole_days(
    fedocal: Fedocal, outside: Outside
) -> None:
    midnight = "2026-11-26T00:00:00"
    outside.paths[MEETINGS] = says(
        meetings(
            meeting(1, "a", midnight, "2026-11-28T00:00:00"),
            meeting(2, "b", midnight, midnight),
            meeting(3, "c", midnight, "2026-11-26T01:00:00"),
        )
    )
    found = await fedocal.meetings("", FIRST, LAST)
    assert [one.whole_days for one in found] == [True, False, False]
    assert found[0].end - found[0].start == 48 * HOUR
    assert queries(outside) == [{"start": "2026-11-23", "end": "2027-01-05"}]


async def test_a_meeting_does_not_end_before_it_begins(fedocal: Fedocal, outside: Outside) -> None:
    outside.paths[MEETINGS] = says(meetings(meeting(1, "a", stop="2026-11-24T14:00:00")))
    [found] = await fedocal.meetings("lamps", FIRST, LAST)
    assert found.start == found.end == NOON + 3 * HOUR


async def test_a_calendar_that_there_is_not_is_named(fedocal: Fedocal, outside: Outside) -> None:
    outside.paths[MEETINGS] = UNKNOWN
    error = await failing(fedocal.meetings("lamps", FIRST, LAST))
    assert isinstance(error, NotFoundError)
    assert f"{outside.host} knows no calendar named “lamps”" in str(error)
    error = await failing(fedocal.meetings("", FIRST, LAST))
    assert type(error) is StatusError


def test_names_stand_in_addresses_as_they_must(fedocal: Fedocal, outside: Outside) -> None:
    assert fedocal.calendar_page("Lamps & wicks/x") == outside.url("/Lamps%20%26%20wicks%2Fx/")
    assert fedocal.calendar_ics("lamps") == outside.url("/ical/lamps/")
