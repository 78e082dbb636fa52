"""What somebody asked for help with, in each state that it can be in."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.model.hub import Hub, HubType
from hubs.widgets.base import cache_key
from tests.klein_app.community import ASKED, ASKED_FOR, HOUR
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.visitor import Visitor
from tests.widgets.drawing import Drawing

TEAM = Hub(1, HubType.TEAM, "lamps", "Team Lamps", "")
ROOMS = {"sources": {"channels": ["#lamps:fedoraproject.org"]}}
IN_A_ROOM = attrs.evolve(TEAM, config=ROOMS)
CALLS = {"calls": "Trim | wicks | Ask Zoe"}
DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("hub", "config", "found", "words"),
    [
        (
            IN_A_ROOM,
            CALLS,
            ASKED_FOR,
            "Trim Next step: Ask Zoe wicks Somebody who #draws a wick "
            "zoe asked in the meeting “ lamp sig ” 3 hours ago "
            "Next step: Say hello to zoe in #lamps:fedoraproject.org . draws",
        ),
        (TEAM, {}, ASKED_FOR, "3 hours ago Next step: Read the minutes."),
        (TEAM, {}, {**ASKED_FOR, "asked": []}, "Nobody has asked for help here right now."),
        (
            TEAM,
            {},
            {**ASKED_FOR, "asked": [{**ASKED, "time": NOON - 32 * DAY}]},
            "Nobody has asked for help here right now.",
        ),
        (TEAM, {}, {**ASKED_FOR, "failures": ["a.example is away"]}, "a.example is away. What"),
        (TEAM, {}, {**ASKED_FOR, "asked": [ASKED] * 30}, "and 25 more"),
        (TEAM, CALLS, None, "Trim Next step: Ask Zoe wicks"),
        (TEAM, {}, None, "Nobody has asked for help here right now."),
        (IN_A_ROOM, {}, None, "It is not known yet what was asked for in the last meetings."),
        (TEAM, {"meetings": "Oil"}, None, "It is not known yet what was asked for in the last"),
    ],
)
async def test_what_was_asked_for_in_meetings_stands_beside_what_owners_ask_for(
    hub: Hub, config: Any, found: Any, words: str, town: Town, drawing: Drawing
) -> None:
    stores = attrs.evolve(town.stores, now=lambda: NOON)
    drawn = await drawing.draw(hub, "help_wanted", config, {"asked": found}, stores)
    assert words in drawn.text


async def test_what_people_wrote_in_a_meeting_is_text(town: Town, drawing: Drawing) -> None:
    stores = attrs.evolve(town.stores, now=lambda: NOON)
    evil = dict.fromkeys(("what", "who", "meeting"), "<script>alert(1)</script>")
    found = {"asked": [{**ASKED, **evil, "tags": ["<b>"]}], "failures": []}
    drawn = await drawing.draw(IN_A_ROOM, "help_wanted", {}, {"asked": found}, stores)
    assert "<script" not in drawn.html
    assert "<b>" not in drawn.html
    assert "<script>alert(1)</script> asked in the meeting" in drawn.text


@pytest.mark.parametrize(
    ("cached", "words"),
    [
        (Cached(), "Trim Next step: Ask Zoe"),
        (
            Cached(error="x", failed_at=NOON - 120, reason="a.example did not answer in time"),
            "A part of this is missing; the last attempt to fetch it failed 2 minutes ago. "
            "a.example did not answer in time. Trim Next step: Ask Zoe",
        ),
    ],
)
async def test_what_owners_ask_for_needs_no_minutes(
    cached: Cached, words: str, visitor: Visitor, town: Town, cache: FileCache
) -> None:
    team = await town.team("lamps")
    widget = await town.widget(team, "help_wanted", calls=["Trim | wicks | Ask Zoe"])
    if cached.failed_at:
        [function] = town.registry.widgets["help_wanted"].functions
        await cache.set(cache_key(widget, function), cached)
    assert words in (await visitor.get("/t/lamps/")).text
