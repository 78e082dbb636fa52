from __future__ import annotations

import re

import attrs
import pytest
import pytest_twisted

from hubs.model.hub import FEED, Visibility
from hubs.model.person import Role
from hubs.model.stream import mentions_feed
from hubs.redis import Redis
from tests.klein_app.conftest import Town
from tests.klein_app.home import PUSH, Home, at_home
from tests.klein_app.visitor import Visitor


@pytest_twisted.async_fixture
async def home(visitor: Visitor, town: Town, redis: Redis) -> Home:
    """Give somebody who is logged in."""
    return await at_home(visitor, town, redis)


async def follow(home: Home, *names: str, role: Role = Role.SUBSCRIBER) -> None:
    """Let somebody follow teams."""
    for name in names:
        hub = await home.town.team(name)
        await home.town.stores.hubs.set_role(hub.id, "abe", "Abe", role)


async def listed(home: Home) -> list[str]:
    """Give the paths of the hubs in the bar."""
    bar = await home.browser.get("/bookmarks/", HX_Request="true")
    assert bar.status == 200
    return re.findall(r'<a class="bookmark" href="([^"]+)"', bar.html)


async def test_who_is_not_logged_in_has_no_bookmarks(visitor: Visitor) -> None:
    assert (await visitor.get("/bookmarks/")).status == 401
    assert 'hx-get="/bookmarks/"' not in (await visitor.get("/")).html


async def test_what_somebody_is_something_to_is_in_the_bar_but_for_their_own_hub(
    home: Home,
) -> None:
    await follow(home, "docs", role=Role.STARGAZER)
    await home.town.team("other")
    assert 'hx-get="/bookmarks/"' in (await home.browser.get("/")).html
    assert await listed(home) == ["/t/docs/", "/t/lamps/"]


async def test_what_became_private_is_in_the_bar_no_longer(home: Home) -> None:
    await home.town.stores.hubs.pool.run(
        "UPDATE hubs SET visibility = %s WHERE id = %s", (Visibility.PRIVATE.value, home.hub.id)
    )
    assert await listed(home) == []
    assert "No hubs are at hand yet" in (await home.browser.get("/bookmarks/")).text


async def test_hubs_are_moved_with_buttons(home: Home) -> None:
    await follow(home, "docs", "web")
    page = await home.browser.get("/bookmarks/")
    answer = await home.browser.press(page, "/bookmarks/move/", hub=str(home.hub.id), step="up")
    assert answer.headers["location"] == f"/bookmarks/#up-{home.hub.id}"
    assert await listed(home) == ["/t/lamps/", "/t/docs/", "/t/web/"]
    await home.browser.press(page, "/bookmarks/move/", hub=str(home.hub.id), step="up")
    assert await listed(home) == ["/t/lamps/", "/t/docs/", "/t/web/"]
    await home.browser.press(page, "/bookmarks/move/", hub=str(home.hub.id), step="down")
    assert await listed(home) == ["/t/docs/", "/t/lamps/", "/t/web/"]


async def test_hubs_are_put_into_the_order_they_were_dragged_into(home: Home) -> None:
    await follow(home, "docs", "web")
    page = await home.browser.get("/bookmarks/")
    ids = re.findall(r'data-hub="(\d+)"', page.html)
    stranger = await home.town.team("stranger")
    token = page.html.partition('name="csrf_token" value="')[2].partition('"')[0]
    hubs = ",".join([*reversed(ids), str(stranger.id)])
    answer = await home.browser.post("/bookmarks/order/", {"csrf_token": token, "hubs": hubs})
    assert answer.status == 303
    assert await listed(home) == ["/t/web/", "/t/lamps/", "/t/docs/"]


@pytest.mark.parametrize("hubs", ["", "x", "1,", "99999999999", "1," * 2000])
async def test_an_order_that_makes_no_sense_is_refused(home: Home, hubs: str) -> None:
    page = await home.browser.get("/bookmarks/")
    token = page.html.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = await home.browser.post("/bookmarks/order/", {"csrf_token": token, "hubs": hubs})
    assert answer.status == 400


async def test_a_dot_says_where_somebody_was_named_until_they_have_seen_it(home: Home) -> None:
    await follow(home, "docs")
    await home.add(mentions_feed(home.viewer.person_id), attrs.evolve(PUSH, id="mention"))
    bar = await home.browser.get("/bookmarks/", HX_Request="true")
    before_dot = bar.html.partition('class="dot"')[0]
    assert before_dot.rpartition('href="')[2].startswith("/t/lamps/")
    await home.press("/stream/seen/", "/stream/mentions/")
    assert 'class="dot"' not in (await home.browser.get("/bookmarks/", HX_Request="true")).html


async def test_no_dot_tells_of_a_feed_that_one_may_not_see(home: Home) -> None:
    await home.add(mentions_feed(home.viewer.person_id), attrs.evolve(PUSH, id="mention"))
    assert 'class="dot"' in (await home.browser.get("/bookmarks/", HX_Request="true")).html
    await home.town.widget(home.hub, FEED, Visibility.PREVIEW)
    bar = await home.browser.get("/bookmarks/", HX_Request="true")
    assert "/t/lamps/" in bar.html
    assert 'class="dot"' not in bar.html
    # A fragment in the place of the page would be what the browser goes back to.
    assert bar.headers["cache-control"] == "no-store"
