"""A browser that has a page already is told so, and gets nothing again."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from hubs.klein_app.sessions import COOKIE, Sessions
from hubs.model.entry import Entry
from hubs.model.viewer import Viewer
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.visitor import Visitor


@pytest.mark.parametrize("path", ["/", "/t/lamps/", "/t/lamps/feed.atom"])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_what_did_not_change_is_not_sent_again(
    visitor: Visitor, town: Town, clock: Clock, path: str, encoding: str
) -> None:
    team = await town.team("lamps")
    await town.widget(team, "feed")
    first = await visitor.get(path, Accept_Encoding=encoding)
    assert first.status == 200
    assert first.headers["cache-control"] == "no-cache"
    clock.advance(5)
    tag = first.headers["etag"]
    again = await visitor.get(path, Accept_Encoding=encoding, If_None_Match=tag)
    assert again.status == 304
    assert again.body == b""
    assert again.headers["etag"] == tag
    assert "Accept-Language" in again.headers["vary"]
    head = await visitor.get(path, "HEAD", If_None_Match=tag)
    assert head.status == 304


async def test_what_changed_is_sent(visitor: Visitor, town: Town) -> None:
    team = await town.team("lamps")
    await town.widget(team, "feed")
    for path in ("/t/lamps/", "/t/lamps/feed.atom"):
        tag = (await visitor.get(path)).headers["etag"]
        entry = Entry(path, NOON, "lamp.lit", f"{path} was lit")
        await town.stores.feeds.add(team.feed, entry)
        again = await visitor.get(path, If_None_Match=tag)
        assert again.status == 200
        assert entry.sentence in again.text


async def test_another_language_is_another_page(visitor: Visitor) -> None:
    tag = (await visitor.get("/")).headers["etag"]
    assert (await visitor.get("/", If_None_Match=tag, Accept_Language="de")).status == 200


async def test_a_page_that_is_not_there_has_no_tag(visitor: Visitor) -> None:
    assert "etag" not in (await visitor.get("/t/nope/")).headers


async def test_a_person_s_page_is_kept_by_their_browser_alone(
    visitor: Visitor, sessions: Sessions
) -> None:
    session = await sessions._store.begin(Viewer(7, "abe", "Abe"), confidential=False)
    cookie = f"{COOKIE.decode()}={session.identifier}"
    nobody, abe = await visitor.get("/"), await visitor.get("/", Cookie=cookie)
    assert abe.headers["cache-control"] == "private, no-cache"
    assert "Cookie" in abe.headers["vary"]
    assert abe.headers["etag"] != nobody.headers["etag"]
    again = await visitor.get("/", Cookie=cookie, If_None_Match=abe.headers["etag"])
    assert again.status == 304
    assert again.headers["cache-control"] == "private, no-cache"
