"""What is kept of a page for who comes next, and what never is."""

from __future__ import annotations

import gzip

import pytest
from twisted.internet.task import Clock

from hubs.klein_app import site
from hubs.klein_app.sessions import COOKIE, Sessions
from hubs.model.entry import Entry
from hubs.model.hub import Hub, Visibility
from hubs.model.person import Role
from hubs.model.viewer import Viewer
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.visitor import Visitor

KEEP = 5.0
pytestmark = pytest.mark.parametrize("keep", [KEEP])


async def lamps(town: Town) -> Hub:
    """Make a team with a feed and a text."""
    hub = await town.team("lamps")
    await town.widget(hub, "feed")
    await town.widget(hub, "about", text="We like light.")
    return hub


async def light(town: Town, hub: Hub) -> None:
    """Let something happen that no more than the feed says."""
    await town.stores.feeds.add(hub.feed, Entry("1", NOON, "lamp.lit", "a lamp was lit"))


async def test_widgets_are_kept_for_a_moment_and_the_page_listens_from_before(
    visitor: Visitor, town: Town, clock: Clock
) -> None:
    hub = await lamps(town)
    await visitor.get("/t/lamps/")
    await light(town, hub)
    clock.advance(KEEP - 0.1)
    kept = await visitor.get("/t/lamps/")
    assert "a lamp was lit" not in kept.text
    assert f"since={int(NOON - 2) * 1000}-0" in kept.html
    clock.advance(0.2)
    assert "a lamp was lit" in (await visitor.get("/t/lamps/")).text


async def test_a_widget_that_a_browser_fetches_again_is_made_again(
    visitor: Visitor, town: Town
) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "feed")
    await visitor.get("/t/lamps/")
    await light(town, hub)
    fragment = await visitor.get(f"/t/lamps/widgets/{widget.id}/", HX_Request="true")
    assert "a lamp was lit" in fragment.text


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE hubs SET visibility = 'private'",
        "UPDATE hubs SET visibility = 'preview'",
        "UPDATE widgets SET visibility = 'private' WHERE plugin = 'about'",
        """UPDATE widgets SET config = '{"text": "Dark."}' WHERE plugin = 'about'""",
        "DELETE FROM widgets WHERE plugin = 'about'",
    ],
)
async def test_a_change_shows_at_once(visitor: Visitor, town: Town, change: str) -> None:
    await lamps(town)
    assert "We like light." in (await visitor.get("/t/lamps/")).text
    await town.stores.hubs.pool.run(change)
    assert "We like light." not in (await visitor.get("/t/lamps/")).text


async def test_what_a_member_sees_is_not_kept_for_others(
    visitor: Visitor, town: Town, sessions: Sessions
) -> None:
    hub = await lamps(town)
    await town.widget(hub, "about", Visibility.PRIVATE, text="The key is under the mat.")
    await town.stores.hubs.set_role(hub.id, "abe", "Abe", Role.MEMBER)
    [(person,)] = await town.stores.hubs.pool.query("SELECT id FROM people")
    session = await sessions._store.begin(Viewer(person, "abe", "Abe"), confidential=False)
    cookie = f"{COOKIE.decode()}={session.identifier}"
    for _ in range(2):
        member = await visitor.get("/t/lamps/", Cookie=cookie)
        stranger = await visitor.get("/t/lamps/")
        assert "under the mat" in member.text
        assert "under the mat" not in stranger.text


async def test_languages_are_kept_apart(visitor: Visitor, town: Town) -> None:
    await lamps(town)
    for _ in range(2):
        assert "Activity" in (await visitor.get("/t/lamps/")).text
        assert "Aktivität" in (await visitor.get("/t/lamps/", Accept_Language="de")).text


async def test_the_same_page_is_compressed_once(visitor: Visitor, town: Town) -> None:
    await lamps(town)
    first = await visitor.get("/t/lamps/", Accept_Encoding="gzip")
    before = site._compressed.cache_info().misses
    again = await visitor.get("/t/lamps/", Accept_Encoding="gzip")
    assert again.body == first.body
    assert site._compressed.cache_info().misses == before


async def test_what_no_browser_may_store_is_not_kept_compressed(
    visitor: Visitor, town: Town
) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "about", text="Once.")
    before = site._compressed.cache_info()
    path = f"/t/lamps/widgets/{widget.id}/"
    answer = await visitor.get(path, Accept_Encoding="gzip", HX_Request="true")
    assert b"Once." in gzip.decompress(answer.body)
    assert site._compressed.cache_info() == before
