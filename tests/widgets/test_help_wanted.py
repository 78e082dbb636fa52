from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from hubs.cache.interfaces import Cached
from hubs.config import Services
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.errors import FailingError
from hubs.sources.session import Session
from hubs.widgets.base import CachedFunction, Stores
from hubs.widgets.help_wanted.asked import ENDED, WRITING, FindAsked
from hubs.widgets.meetings.widget import FindMeetings
from tests.sources.asking import failing
from tests.sources.conftest import NOON
from tests.sources.meetbot import LAMPS, LOOK_UP, ROOM, WHEN, halp, minutes, on, services
from tests.sources.outside import Outside, in_turn, queries, says

CHANNELS = {"sources": {"channels": ["#meeting:fedoraproject.org"]}}
TEAM = Hub(1, HubType.TEAM, "lamps", "", "", config=CHANNELS)
NAMED = {"meetings": ["Lamp SIG"]}
EARLIER = f"/{ROOM}/2026-11-17/lamp-sig.2026-11-17-14.01.html"


@pytest.fixture
def read_from(
    stores: Stores, outside: Outside, session_for: Callable[[Services], Session]
) -> Stores:
    """Give stores whose meetbot is the outside service, an evening after the meeting."""
    session = session_for(services(outside.url()))
    return attrs.evolve(stores, sources=session, now=lambda: NOON + 40_000)


async def ask(stores: Stores, config: dict[str, Any], hub: Hub = TEAM) -> Any:
    """Run the function, and give what the cache would keep of what it found."""
    widget = WidgetInstance(7, hub.id, "help_wanted", config=config)
    return json.loads(json.dumps(await FindAsked().execute(hub, widget, stores)))


async def test_what_was_asked_for_in_the_last_meetings_is_found_once(
    outside: Outside, read_from: Stores
) -> None:
    long_ago = on("2026-10-13")
    outside.paths[LOOK_UP] = says([on("2026-11-17"), on("2026-11-24"), long_ago])
    outside.paths[LAMPS] = says(minutes(halp("Somebody for the #Docs, see #wick:fedora.im #12")))
    outside.paths[EARLIER] = says(
        minutes(
            halp("Oil", "@abe:fedora.im"), halp("somebody for the #docs, see #wick:fedora.im #12")
        )
    )
    found = await ask(read_from, NAMED)
    assert found["failures"] == []
    assert [(one["what"], one["who"]) for one in found["asked"]] == [
        ("Somebody for the #Docs, see #wick:fedora.im #12", "zoe"),
        ("Oil", "abe"),
    ]
    assert found["asked"][0] | {"what": ""} == {
        "what": "",
        "who": "zoe",
        "url": outside.url(LAMPS),
        "tags": ["docs"],
        "meeting": "lamp sig",
        "time": WHEN,
    }
    assert not [seen for seen in outside.seen if "2026-10-13" in seen.uri]


async def test_without_names_the_meetings_in_the_rooms_of_the_team_are_read(
    outside: Outside, read_from: Stores
) -> None:
    outside.paths[LOOK_UP] = in_turn(says({"2026-11-24": ""}), says([on("2026-11-24")]))
    outside.paths[LAMPS] = says(minutes(halp("Oil")))
    found = await ask(read_from, {})
    assert [one["what"] for one in found["asked"]] == ["Oil"]
    assert queries(outside)[0] == {"rqstdata": "listdate", "channame": ROOM}


async def test_a_meeting_that_the_bus_told_of_is_read_before_a_search_knows_it(
    outside: Outside, read_from: Stores
) -> None:
    hub = await read_from.hubs.create_hub(TEAM)
    addresses = [
        outside.url(LAMPS),
        outside.url(LAMPS).replace("lamp-sig", "oil"),
        "http://10.0.0.1" + LAMPS.replace("14.01", "15.01"),
    ]
    for number, address in enumerate(addresses):
        await read_from.feeds.add(hub.feed, Entry(str(number), NOON, ENDED, "", address))
    await read_from.feeds.add(hub.feed, Entry("x", NOON, "wiki.article.edit", "", addresses[1]))
    outside.paths[LOOK_UP] = says([])
    outside.paths[LAMPS] = says(minutes(halp("Oil")))
    found = await ask(read_from, NAMED, hub)
    assert [one["what"] for one in found["asked"]] == ["Oil"]
    assert [seen.uri for seen in outside.seen[1:]] == [LAMPS]


async def test_who_asks_may_leave_a_mail_address_in_the_minutes_alone(
    outside: Outside, read_from: Stores
) -> None:
    outside.paths[LOOK_UP] = says([on("2026-11-24")])
    outside.paths[LAMPS] = says(minutes(halp("Oil, mail zoe@mail.example #docs")))
    [one] = (await ask(read_from, NAMED))["asked"]
    assert one["what"] == "Oil, mail zoe@… #docs"


@pytest.mark.parametrize("function", [FindAsked(), FindMeetings()])
def test_the_bot_that_tells_of_minutes_before_it_writes_them_has_the_time(
    function: CachedFunction,
) -> None:
    assert function.rests_until(Cached(), NOON, NOON) == NOON + WRITING


async def test_minutes_that_are_not_written_yet_are_none_and_others_that_fail_are_named(
    outside: Outside, read_from: Stores
) -> None:
    outside.paths[LOOK_UP] = says([on("2026-11-17"), on("2026-11-24")])
    assert await ask(read_from, NAMED) == {"asked": [], "failures": []}
    outside.paths[EARLIER] = says(b"", 500)
    fault = f"{outside.host} has a fault of its own (HTTP status 500)"
    assert await ask(read_from, NAMED) == {"asked": [], "failures": [fault]}


async def test_when_mote_is_away_what_was_found_before_stays(
    outside: Outside, read_from: Stores
) -> None:
    outside.paths[LOOK_UP] = says(b"", 500)
    assert isinstance(await failing(ask(read_from, NAMED)), FailingError)


async def test_who_has_neither_meetings_nor_rooms_asks_nobody(
    outside: Outside, read_from: Stores
) -> None:
    nothing: dict[str, Any] = {"asked": [], "failures": []}
    for hub in (Hub(1, HubType.TEAM, "lamps", "", ""), Hub(2, HubType.USER, "zoe", "", "")):
        assert await ask(read_from, {}, hub) == nothing
    assert await ask(read_from, {**NAMED, "minutes": False}) == nothing
    assert outside.seen == []
