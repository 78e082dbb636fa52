"""What packagers look at, in each state that it can be in."""

from __future__ import annotations

import re
from typing import Any

import attrs
import pytest

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.model.hub import Hub, HubType
from hubs.widgets.base import cache_key
from tests.klein_app import community
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.packaging import (
    BUILD,
    BUILDS,
    FOUND,
    NO_BUILDS,
    NO_UPDATES,
    RELEASES,
    UPDATE,
    UPDATES,
    WATCHED,
    WATCHED_ROW,
)
from tests.klein_app.visitor import Visitor
from tests.widgets.drawing import Drawing

TEAM = Hub(1, HubType.TEAM, "lamps", "Team Lamps", "")
ZOE = Hub(2, HubType.USER, "zoe", "Zoe", "")
WICK = {"packages": "wick"}


@pytest.mark.parametrize(
    ("hub", "changes", "words"),
    [
        (TEAM, {}, "karma +2 of 3 Fedora 44 went to testing 3 days ago by teacup"),
        (ZOE, {}, "karma +2 of 3 Fedora 44 went to testing 3 days ago"),
        (ZOE, {"karma": -1, "wanted": None}, "wick-1.2-3.fc44 karma -1 Fedora 44"),
        (ZOE, {"karma": 0, "kind": "security"}, "wick-1.2-3.fc44 security karma 0 of 3"),
        (ZOE, {"ready": True}, "karma +2 of 3 ready for the stable updates Fedora 44"),
        (ZOE, {"request": "stable"}, "karma +2 of 3 on its way to the stable updates"),
        (ZOE, {"status": "pending"}, "on its way to testing Fedora 44 submitted 3 days ago"),
        (ZOE, {"others": 1}, "wick-1.2-3.fc44 and 1 more build karma"),
    ],
)
async def test_an_update_says_how_its_tests_go_and_how_far_it_is(
    hub: Hub, changes: Any, words: str, drawing: Drawing
) -> None:
    data = {"updates": {**UPDATES, "updates": [{**UPDATE, **changes}]}}
    assert words in (await drawing.draw(hub, "updates", {}, data)).text


@pytest.mark.parametrize(
    ("hub", "changes", "words"),
    [
        (ZOE, {}, "The last ones wick-1.2-3.fc45 failed Koji 2 hours ago"),
        (TEAM, {}, "wick-1.2-3.fc45 failed Koji 2 hours ago by zoe"),
        (ZOE, {"owner": "packit"}, "2 hours ago by packit"),
        (ZOE, {"state": "done"}, "wick-1.2-3.fc45 built Koji"),
        (ZOE, {"state": "running"}, "wick-1.2-3.fc45 building Koji"),
        (ZOE, {"state": "canceled", "place": "zoe/lamps"}, "canceled zoe/lamps 2 hours ago"),
    ],
)
async def test_a_build_says_how_it_went_and_where(
    hub: Hub, changes: Any, words: str, drawing: Drawing
) -> None:
    data = {"builds": {**BUILDS, "builds": [{**BUILD, **changes}]}}
    assert words in (await drawing.draw(hub, "builds", {}, data)).text


async def test_releases_say_where_they_are_and_milestones_when_they_come(
    town: Town, drawing: Drawing
) -> None:
    stores = attrs.evolve(town.stores, now=lambda: NOON)
    typed = {
        "milestones": """
            2027-02-16 Fedora 44 <freeze>
            2026-11-24 Elections
            2026-11-23 Fedora 44 Beta
            2026-10-01 Long ago
        """
    }
    drawn = await drawing.draw(TEAM, "release", typed, {"releases": RELEASES}, stores)
    assert drawn.text == (
        "Fedora 43 out cared for until 2 December 2026 Fedora 44 in beta frozen "
        "Fedora 45 in development, as Rawhide Milestones "
        "Fedora 44 Beta 23 November 2026 , 1 day ago Elections 24 November 2026 , today "
        "Fedora 43 is no longer cared for 2 December 2026 , in 8 days "
        "Fedora 44 <freeze> 16 February 2027 , in 84 days"
    )
    assert re.findall('milestone-(past|next)"', drawn.html) == ["past", "next"]
    bare = await drawing.draw(TEAM, "release", {}, {"releases": []}, stores)
    assert bare.text == "Bodhi knows of no such release."


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Last build wick 1.3 new 2 failed 2 hours ago"),
        ({"is_new": False, "bugs": 0}, "wick 1.3 0 failed 2 hours ago"),
        ({"version": None}, "wick not known 2 failed"),
        ({"bugs": None, "build": None}, "wick 1.3 new not known not known"),
    ],
)
async def test_a_watched_package_is_a_row_with_what_is_known_of_it(
    changes: Any, words: str, drawing: Drawing
) -> None:
    data = {"watched": {**WATCHED, "rows": [{**WATCHED_ROW, **changes}]}}
    assert words in (await drawing.draw(TEAM, "watched", {}, data)).text


@pytest.mark.parametrize(
    ("plugin", "config", "found", "words"),
    [
        ("updates", WICK, NO_UPDATES, "In testing Nothing is in testing."),
        ("updates", {"view": "test"}, NO_UPDATES, "Nothing waits for your test."),
        ("updates", {}, NO_UPDATES, "No package is named that one could look at."),
        ("updates", {}, {**UPDATES, "count": 40}, "and 39 more"),
        ("builds", WICK, NO_BUILDS, "The last ones Nothing has been built yet."),
        ("builds", {**WICK, "view": "failed"}, NO_BUILDS, "No build failed lately."),
        ("builds", {}, NO_BUILDS, "No package is named that one could look at."),
        ("builds", {}, {**BUILDS, "failures": ["Koji is away"]}, "Koji is away. What it has is"),
        ("watched", {}, {**WATCHED, "rows": []}, "No package is named that one could look at."),
        ("watched", {}, {**WATCHED, "count": 9}, "2 hours ago and 8 more"),
        ("watched", {}, {**WATCHED, "whole": False}, "wick 1.3 new 2+ failed"),
        ("watched", {}, {**WATCHED, "failures": ["Koji is away"]}, "Koji is away. What it has is"),
        ("updates", {}, {**UPDATES, "whole": False}, "There may be more than these."),
    ],
)
async def test_none_and_too_many_are_told_of(
    plugin: str, config: Any, found: Any, words: str, drawing: Drawing
) -> None:
    drawn = await drawing.draw(TEAM, plugin, config, {_function(drawing, plugin): found})
    assert words in drawn.text


@pytest.mark.parametrize("plugin", [*FOUND, *community.FOUND])
async def test_while_its_source_is_down_it_shows_what_it_had_and_since_when(
    plugin: str, visitor: Visitor, town: Town, cache: FileCache
) -> None:
    found, words = {**FOUND, **community.FOUND}[plugin]
    down = Cached(
        found,
        time=NOON - 3600,
        error="FailingError: secret",
        failed_at=NOON - 120,
        reason="bodhi.example has a fault of its own (HTTP status 500)",
        retry_at=NOON + 600,
    )
    team = await town.team("lamps")
    widget = await town.widget(team, plugin)
    [function] = town.registry.widgets[plugin].functions
    await cache.set(cache_key(widget, function), down)
    text = (await visitor.get("/t/lamps/")).text
    assert "This is from 1 hour ago; it could not be brought up to date 2 minutes ago." in text
    assert "bodhi.example has a fault of its own (HTTP status 500)." in text
    assert words in text
    assert "secret" not in text


def _function(drawing: Drawing, plugin: str) -> str:
    [function] = drawing.registry.widgets[plugin].functions
    return function.name
