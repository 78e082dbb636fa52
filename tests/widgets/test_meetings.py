from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from twisted.web.http import Request

from hubs.config import Services
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.errors import FailingError
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.help_wanted.asked import ENDED
from hubs.widgets.meetings.widget import FindMeetings, MeetingsWidget
from hubs.widgets.parameters import ConfigurationError, validate_config
from tests.sources.asking import failing
from tests.sources.conftest import NOON
from tests.sources.fedocal import MEETINGS, each, meeting, meetings
from tests.sources.meetbot import LOOK_UP, ROOM, on
from tests.sources.outside import Outside, in_turn, queries, says

SOURCES = {"calendars": ["lamps", "Oil & wicks"]}
TEAM = Hub(1, HubType.TEAM, "lamps", "", "", config={"sources": SOURCES})
BARE = Hub(1, HubType.TEAM, "lamps", "", "")
ZOE = Hub(2, HubType.USER, "zoe", "", "")
HALL = "#meeting:fedoraproject.org"
DAYS = {"start": "2026-11-23", "end": "2027-01-05"}


@pytest.fixture
def find(outside: Outside, session_for: Callable[[Services], Session]) -> Any:
    """Give what lets a worker find the meetings of a hub, at noon of 24 November."""
    nothing: Any = None
    url = outside.url()
    outside.paths[LOOK_UP] = says([])
    session = session_for(Services(fedocal=url, meetbot=url, meetbot_files=url))
    usual = Stores(nothing, nothing, session, nothing)

    async def find(hub: Hub, stores: Stores = usual, **config: Any) -> Any:
        widget = WidgetInstance(7, hub.id, "meetings", config=config)
        read_from = attrs.evolve(stores, sources=session, now=lambda: NOON)
        return json.loads(json.dumps(await FindMeetings().execute(hub, widget, read_from)))

    return find


def calendars_asked(outside: Outside) -> list[dict[str, str]]:
    """Give what was asked of calendars."""
    return [asked for asked in queries(outside) if "start" in asked]


def names_asked(outside: Outside) -> list[str]:
    """Give the names that minutes were looked for by."""
    return sorted(asked["srchtext"] for asked in queries(outside) if "srchtext" in asked)


async def test_the_meetings_of_all_calendars_of_a_team_come_in_order(
    outside: Outside, find: Any
) -> None:
    later = meeting(7, "Later", "2026-11-25T15:00:00", "2026-11-25T16:00:00")
    between = meeting(8, "Between", "2026-11-24T20:00:00", "2026-11-24T21:00:00")
    outside.paths[MEETINGS] = each(
        {
            "lamps": says(meetings(later, meeting(7, "First"))),
            "Oil & wicks": says(meetings(between)),
        }
    )
    found = await find(TEAM)
    assert [one["name"] for one in found["meetings"]] == ["First", "Between", "Later"]
    assert [one["name"] for one in found["calendars"]] == SOURCES["calendars"]
    assert found["calendars"][1]["ics"] == outside.url("/ical/Oil%20%26%20wicks/")
    assert all(DAYS.items() <= asked.items() for asked in calendars_asked(outside))


async def test_a_calendar_that_does_not_answer_is_named_and_the_others_are_shown(
    outside: Outside, find: Any
) -> None:
    outside.paths[MEETINGS] = each({"lamps": says(meetings(meeting(7, "First")))})
    found = await find(TEAM)
    assert [one["name"] for one in found["meetings"]] == ["First"]
    [failure] = found["failures"]
    assert failure == f"{outside.host} knows no calendar named “Oil & wicks” (HTTP status 400)"
    outside.paths[MEETINGS] = says(b"", 500)
    assert isinstance(await failing(find(TEAM)), FailingError)


async def test_of_a_person_it_is_what_they_lead_or_the_calendars_that_they_name(
    outside: Outside, find: Any
) -> None:
    others = meeting(8, "Others'", meeting_manager=["abe", "zoey"])
    outside.paths[MEETINGS] = says(meetings(meeting(7, "Zoe's"), others))
    found = await find(ZOE)
    assert [one["name"] for one in found["meetings"]] == ["Zoe's"]
    assert found["calendars"] == []
    found = await find(ZOE, calendars=["lamps"])
    assert [one["name"] for one in found["meetings"]] == ["Others'", "Zoe's"]
    assert calendars_asked(outside) == [DAYS, {**DAYS, "calendar": "lamps"}]


async def test_a_team_without_a_calendar_asks_nobody(outside: Outside, find: Any) -> None:
    assert (await find(BARE))["meetings"] == []
    assert outside.seen == []


async def test_the_calendars_that_the_widget_names_go_before_those_of_the_team(
    outside: Outside, find: Any
) -> None:
    outside.paths[MEETINGS] = says(meetings())
    await find(TEAM, calendars=["moths"])
    assert calendars_asked(outside) == [{**DAYS, "calendar": "moths"}]


def test_what_is_too_long_for_a_calendar_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="expected the name of a calendar"):
        validate_config(MeetingsWidget.parameters, {"calendars": "x" * 81})
    with pytest.raises(ConfigurationError, match="expected a name with letters"):
        validate_config(MeetingsWidget.parameters, {"minutes": "#!"})


async def test_the_last_minutes_are_looked_for_by_the_names_of_team_calendars_and_meetings(
    outside: Outside, find: Any
) -> None:
    def search(request: Request) -> bytes | int:
        [name] = request.args[b"srchtext"]
        days = {b"lamps": ("10", "24"), b"wick-day": ("17", "03", "01")}
        return says([on(f"2026-11-{day}", name.decode()) for day in days.get(name, ())])(request)

    outside.paths[MEETINGS] = says(meetings(*[meeting(7, "Wick Day!")] * 2))
    outside.paths[LOOK_UP] = search
    team = attrs.evolve(TEAM, title="The Lamp Team")
    found = await find(team, calendars=["Lamps"])
    assert [one["title"] for one in found["minutes"]] == ["lamps", "wick day", "lamps"]
    assert [one["start"] for one in found["minutes"]] == sorted(
        (one["start"] for one in found["minutes"]), reverse=True
    )
    path = "/meeting_matrix_fedoraproject-org/2026-11-24/lamps.2026-11-24-14.01"
    assert found["minutes"][0]["url"] == outside.url(f"{path}.html")
    assert found["minutes"][0]["log"] == outside.url(f"{path}.log.html")
    assert names_asked(outside) == ["lamps", "the-lamp-team", "wick-day"]


async def test_names_of_minutes_that_the_owners_give_stand_for_all_others(
    outside: Outside, find: Any
) -> None:
    outside.paths[MEETINGS] = says(meetings(meeting(7, "Wick Day!")))
    outside.paths[LOOK_UP] = says([on("2026-11-24", "moths")])
    for hub in (TEAM, BARE, ZOE):
        [last] = (await find(hub, minutes=["Moths"]))["minutes"]
        assert last["title"] == "moths"
    assert names_asked(outside) == ["moths"] * 3


async def test_without_minutes_the_next_meetings_are_shown_all_the_same(
    outside: Outside, find: Any
) -> None:
    outside.paths[MEETINGS] = says(meetings(meeting(7, "First")))
    outside.paths[LOOK_UP] = says(b"", 500)
    found = await find(TEAM, calendars=["lamps"], minutes=["moths"])
    assert [one["name"] for one in found["meetings"]] == ["First"]
    assert found["failures"] == [f"{outside.host} has a fault of its own (HTTP status 500)"]


async def test_what_was_held_in_the_rooms_of_the_team_counts_as_soon_as_the_bus_tells_of_it(
    outside: Outside, find: Any, stores: Stores
) -> None:
    hub = await stores.hubs.create_hub(attrs.evolve(BARE, config={"sources": {"channels": [HALL]}}))
    outside.paths[LOOK_UP] = in_turn(says({"2026-11-17": ""}), says([on("2026-11-17", "moths")]))
    just_held = outside.url(on("2026-11-24", "wick-day")["slug"]["logs"])
    await stores.feeds.add(hub.feed, Entry("1", NOON, ENDED, "", just_held))
    found = await find(hub, stores)
    assert [one["title"] for one in found["minutes"]] == ["wick day", "moths"]
    assert queries(outside)[0]["channame"] == ROOM
    outside.paths[LOOK_UP] = says([])
    assert (await find(hub, stores, minutes=["oil"]))["minutes"] == []
