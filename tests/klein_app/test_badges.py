"""The badges of a person, in each state that they can be in."""

from __future__ import annotations

from typing import Any

import pytest

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.model.hub import Hub, HubType
from hubs.widgets.base import cache_key
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.visitor import Visitor
from tests.widgets.drawing import Drawing

ZOE = Hub(2, HubType.USER, "zoe", "Zoe", "")
BADGE: dict[str, Any] = {
    "name": "Night owl",
    "description": "You wrote at four.",
    "url": "https://badges.fedoraproject.org/badge/night-owl",
    "time": NOON - 7200,
}
BADGES: dict[str, Any] = {
    "known": True,
    "latest": [BADGE],
    "total": 23,
    "rank": 118,
    "people": 4210,
    "next": {"badges": 2, "rank": 112},
}


@pytest.mark.parametrize(
    ("config", "changes", "words"),
    [
        (
            {},
            {},
            "Badges 23 Rank, of 4210 118 2 more badges lead to rank 112. "
            "Night owl You wrote at four. 2 hours ago",
        ),
        ({}, {"next": {"badges": 1, "rank": 112}}, "118 1 more badge leads to rank 112."),
        ({}, {"next": None}, "Rank, of 4210 118 Night owl"),
        ({}, {"rank": None, "next": None}, "Badges 23 Night owl"),
        (
            {"count": 1},
            {"latest": [BADGE] * 20},
            "112. Night owl You wrote at four. 2 hours ago",
        ),
        ({}, {"total": 0, "latest": []}, "No badge has been earned yet."),
    ],
)
async def test_badges_are_told_with_rank_and_what_is_next(
    config: Any, changes: Any, words: str, drawing: Drawing
) -> None:
    data = {"badges": {**BADGES, **changes}}
    assert words in (await drawing.draw(ZOE, "badges", config, data)).text


async def test_no_more_are_told_than_are_wanted(drawing: Drawing) -> None:
    data = {"badges": {**BADGES, "latest": [BADGE] * 20}}
    drawn = await drawing.draw(ZOE, "badges", {"count": 3}, data)
    assert drawn.text.count("Night owl") == 3


async def test_of_who_is_not_known_there_nothing_is_told(drawing: Drawing) -> None:
    data = {"badges": {"known": False}}
    assert (await drawing.draw(ZOE, "badges", {}, data)).text == (
        "Fedora Badges shows no badges of this person. Who has never been there logs in once; who "
        "wants to be left out there is left out here."
    )


async def test_what_badges_are_called_is_text(drawing: Drawing) -> None:
    evil = {**BADGE, "name": "<script>alert(1)</script>", "description": "<b>"}
    drawn = await drawing.draw(ZOE, "badges", {}, {"badges": {**BADGES, "latest": [evil]}})
    assert "<script" not in drawn.html
    assert "<b>" not in drawn.html
    assert "<img" not in drawn.html


async def test_while_badges_is_down_what_it_said_is_shown_with_its_age(
    visitor: Visitor, town: Town, cache: FileCache
) -> None:
    widget = await town.widget(await town.person("zoe"), "badges")
    [function] = town.registry.widgets["badges"].functions
    down = Cached(BADGES, NOON - 3600, error="x", failed_at=NOON - 120, reason="b.example is away")
    await cache.set(cache_key(widget, function), down)
    text = (await visitor.get("/u/zoe/")).text
    assert "This is from 1 hour ago; it could not be brought up to date 2 minutes ago." in text
    assert "b.example is away." in text
    assert "Night owl" in text
