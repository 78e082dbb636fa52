"""Meetings, in each state that they can be in."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hubs.model.hub import Hub, HubType
from tests.klein_app.community import HOUR, MEETING, MEETINGS, MINUTES
from tests.klein_app.conftest import NOON, Town
from tests.widgets.drawing import Drawing, Drawn

WEEK = 168 * HOUR
LAMPS = {"sources": {"calendars": ["lamps"]}}
TEAM = Hub(1, HubType.TEAM, "lamps", "Team Lamps", "", config=LAMPS)
BARE = Hub(1, HubType.TEAM, "lamps", "Team Lamps", "")
ZOE = Hub(2, HubType.USER, "zoe", "Zoe", "")

NONE = {**MEETINGS, "meetings": []}
NO_CALENDAR = {**NONE, "calendars": []}
LINKS = "Add all of lamps to calendar"
#: From 26 to 27 November.
DAYS = {**MEETING, "whole_days": True, "start": NOON + 36 * HOUR, "end": NOON + 84 * HOUR}


@pytest.fixture
def draw(town: Town, drawing: Drawing) -> Any:
    """Give what draws the widget at noon."""

    async def draw(hub: Hub, found: Any, config: Any = None) -> Drawn:
        return await drawing.draw(hub, "meetings", config, {"meetings": found}, town.stores)

    return draw


def repeated(*starts: float, **others: Any) -> dict[str, Any]:
    """Give what is found of a meeting that repeats, by when it begins each time after noon."""
    times = [{"start": NOON + start, "end": NOON + start + HOUR, **others} for start in starts]
    return {**MEETINGS, "meetings": [{**MEETING, **each} for each in times]}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            MEETINGS,
            "Lamps weekly happening now Tuesday, 24 November 2026, 15:00 UTC until 16:00 UTC "
            f"#meeting:fedoraproject.org Add to calendar : Lamps weekly {LINKS}",
        ),
        (repeated(HOUR, WEEK), "14:00 UTC every week #"),
        (repeated(HOUR, 3 * WEEK, 5 * WEEK - HOUR), "14:00 UTC every 2 weeks #"),
        (repeated(HOUR, location="In the hall"), "14:00 UTC In the hall Add"),
        ({**MEETINGS, "meetings": [DAYS]}, "26 November 2026 \u2013 27 November 2026 , all day"),
        (
            {**MEETINGS, "meetings": [{**DAYS, "end": NOON + 60 * HOUR}]},
            "now 26 November 2026 , all",
        ),
        (
            {**MEETINGS, "meetings": [{**MEETING, "end": NOON + 40 * HOUR}]},
            "15:00 UTC until Thursday, 26 November 2026, 04:00 UTC",
        ),
        (
            NONE,
            f"No meeting is planned for the next six weeks. Whoever plans one adds it to the "
            f"calendar, and it is here within a minute. {LINKS}",
        ),
        ({**MEETINGS, "failures": ["a.example is away"]}, "a.example is away. What it has is"),
    ],
)
async def test_the_next_meetings_say_when_and_where_they_are(
    found: Any, words: str, draw: Any
) -> None:
    assert words in (await draw(TEAM, found)).text


async def test_what_goes_on_and_what_is_over_is_told_by_now_and_not_by_when_it_was_found(
    draw: Any,
) -> None:
    found = repeated(-WEEK, -2 * HOUR, name="Over")
    found["meetings"] += repeated(-HOUR / 2, number=8, name="Now")["meetings"]
    found["meetings"] += repeated(2 * HOUR, number=9, name="Next")["meetings"]
    drawn = await draw(TEAM, found)
    assert re.findall(r'data-from="[^"]*" data-until="[^"]*"( hidden)?>', drawn.html) == [
        "",
        " hidden",
    ]
    assert re.findall(r'<a class="work-title"[^>]*>(\w+)</a>', drawn.html) == ["Now", "Next"]


async def test_a_meeting_and_a_whole_calendar_can_be_had_as_icalendar(draw: Any) -> None:
    html = (await draw(TEAM, MEETINGS)).html
    for address in (
        "https://calendar.fedoraproject.org/ical/calendar/meeting/7/",
        "https://calendar.fedoraproject.org/ical/lamps/",
        "https://matrix.to/#/%23meeting%3Afedoraproject.org",
    ):
        assert f'href="{address}"' in html


async def test_of_many_meetings_the_first_are_shown_and_the_rest_is_counted(draw: Any) -> None:
    many = [{**MEETING, "number": number} for number in range(9)]
    drawn = await draw(TEAM, {**MEETINGS, "meetings": many}, {"count": 2})
    assert drawn.html.count('class="work-item"') == 2
    assert f"and 7 more {LINKS}" in drawn.text


async def test_minutes_are_shown_under_what_comes_next_or_without_it(draw: Any) -> None:
    for found in (MEETINGS, NONE):
        drawn = await draw(TEAM, {**found, "minutes": [MINUTES]})
        assert drawn.text.endswith(
            "Minutes of the last meetings lamps weekly 6 days ago Log : lamps weekly"
        )
        for address in (MINUTES["url"], MINUTES["log"]):
            assert f'href="{address}"' in drawn.html
    drawn = await draw(BARE, {**NO_CALENDAR, "minutes": [MINUTES]}, {"minutes": "lamps weekly"})
    assert drawn.text.startswith("Minutes of the last meetings lamps weekly")


@pytest.mark.parametrize(
    ("hub", "words"),
    [
        (BARE, "No calendar is named. The owners name calendars of Fedocal where they set up"),
        (
            ZOE,
            "They lead no meeting in the next six weeks. Whoever is a manager of a meeting in "
            "Fedocal leads it.",
        ),
    ],
)
async def test_who_has_no_calendar_is_told_what_to_do(hub: Hub, words: str, draw: Any) -> None:
    text = (await draw(hub, NO_CALENDAR)).text
    assert words in text
    assert "to calendar" not in text


async def test_a_place_cannot_bring_a_script(draw: Any) -> None:
    html = (await draw(TEAM, repeated(HOUR, location="javascript:alert(1)", name="<b>"))).html
    assert 'href="javascript' not in html
    assert "&lt;b&gt;" in html
