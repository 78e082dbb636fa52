"""Lists of open work, in each state that they can be in."""

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

TEAM = Hub(1, HubType.TEAM, "lamps", "Team Lamps", "")

WHERE = ["https://github.com/lamps/wick"]
ITEM: dict[str, Any] = {
    "place": "lamps/wick",
    "number": 7,
    "title": "The <wick> smokes",
    "url": "https://github.com/lamps/wick/issues/7",
    "author": "teacup",
    "labels": ["smoke", "<b>"],
    "created": NOON - 3 * 86_400,
    "updated": NOON - 7200,
}
TICKET = {**ITEM, "assignees": [], "asked": [], "speakers": [], "comments": 1}
PULL_REQUEST = {**ITEM, "reviewers": [], "draft": True, "head": "", "answered": None}
FOUND = {"count": 1, "whole": True, "failures": [], "nameless": False}


async def told(drawing: Drawing, plugin: str, found: Any, **config: Any) -> str:
    """Give the text of a widget that found something."""
    drawn = await drawing.draw(TEAM, plugin, {"where": WHERE, **config}, {plugin: found})
    assert "<b>" not in drawn.html
    return drawn.text


@pytest.mark.parametrize(
    ("view", "changes", "words"),
    [
        ("open", {}, "lamps/wick#7 active 2 hours ago 1 comment by teacup"),
        ("filed", {"comments": 2}, "lamps/wick#7 active 2 hours ago 2 comments"),
        ("incoming", {"comments": 0}, "lamps/wick#7 filed 3 days ago by teacup"),
        ("forgotten", {"author": ""}, "lamps/wick#7 quiet since 2 hours ago 1 comment"),
        (
            "lively",
            {"speakers": ["a", "b", "c"]},
            "lamps/wick#7 active 2 hours ago 3 people talk by teacup",
        ),
    ],
)
async def test_a_ticket_says_what_matters_in_its_view(
    view: str, changes: Any, words: str, drawing: Drawing
) -> None:
    found = {"tickets": [{**TICKET, **changes}], **FOUND}
    text = await told(drawing, "tickets", found, view=view)
    assert f"The <wick> smokes {words} smoke <b>" in " ".join(text.split())


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ("passed", "checks passed draft lamps/wick#7 opened 3 days ago by teacup"),
        ("failed", "checks failed draft lamps/wick#7"),
        ("running", "checks running draft lamps/wick#7"),
        ("none", "The <wick> smokes draft lamps/wick#7"),
        (None, "The <wick> smokes draft lamps/wick#7"),
    ],
)
async def test_a_pull_request_says_what_its_checks_say(
    checks: str | None, words: str, drawing: Drawing
) -> None:
    found = {"pull_requests": [{**PULL_REQUEST, "checks": checks}], **FOUND}
    assert words in await told(drawing, "pull_requests", found)


@pytest.mark.parametrize(
    ("plugin", "view", "words"),
    [
        (
            "tickets",
            "incoming",
            "New ones that nobody answered All that came lately has an answer.",
        ),
        ("tickets", "waiting", "Waiting for me Nothing waits for you here."),
        ("pull_requests", "review", "Those that wait for a review Nothing waits for a review."),
    ],
)
async def test_where_there_is_none_it_says_so(
    plugin: str, view: str, words: str, drawing: Drawing
) -> None:
    found = {plugin: [], **FOUND, "count": 0}
    assert words in await told(drawing, plugin, found, view=view)


@pytest.mark.parametrize(("plugin", "item"), [("tickets", TICKET), ("pull_requests", PULL_REQUEST)])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"count": 213}, "and 212 more"),
        ({"count": 213, "whole": False}, "There may be more than these."),
        ({"failures": ["pagure.io is away"]}, "pagure.io is away. What it has is missing here."),
        ({"nameless": True}, "Nobody is named whose these could be. The owners name them"),
    ],
)
async def test_too_many_and_those_that_are_missing_are_told_of(
    plugin: str,
    item: Any,
    changes: dict[str, Any],
    words: str,
    drawing: Drawing,
) -> None:
    found = {plugin: [{**item, "checks": None}], **FOUND, **changes}
    assert words in await told(drawing, plugin, found)


@pytest.mark.parametrize(("plugin", "item"), [("tickets", TICKET), ("pull_requests", PULL_REQUEST)])
async def test_while_its_source_is_down_it_shows_what_it_had_and_since_when(
    plugin: str, item: Any, visitor: Visitor, town: Town, cache: FileCache
) -> None:
    found = {plugin: [{**item, "checks": None}], **FOUND}
    down = Cached(
        found,
        time=NOON - 3600,
        error="FailingError: secret",
        failed_at=NOON - 120,
        reason="api.github.com has a fault of its own (HTTP status 500)",
        retry_at=NOON + 600,
    )
    team = await town.team("lamps")
    widget = await town.widget(team, plugin, where=WHERE)
    [function] = town.registry.widgets[plugin].functions
    await cache.set(cache_key(widget, function), down)
    text = (await visitor.get("/t/lamps/")).text
    assert "This is from 1 hour ago; it could not be brought up to date 2 minutes ago." in text
    assert "api.github.com has a fault of its own (HTTP status 500)." in text
    assert "The <wick> smokes" in text
    assert "secret" not in text


@pytest.mark.parametrize("plugin", ["tickets", "pull_requests"])
async def test_without_a_place_it_says_who_names_one(drawing: Drawing, plugin: str) -> None:
    drawn = await drawing.draw(TEAM, plugin, {}, {plugin: {plugin: [], **FOUND, "count": 0}})
    assert "No place is named where one could look. The owners name repositories" in drawn.text
