"""Somebody who is logged in, for the tests of what is theirs."""

from __future__ import annotations

import attrs

from hubs.database.people_store import PeopleStore
from hubs.database.stream_store import StreamStore
from hubs.klein_app.sessions import COOKIE, RedisSessions
from hubs.model.entry import Entry
from hubs.model.hub import Hub
from hubs.model.person import Role
from hubs.model.stream import stream_feed
from hubs.model.viewer import Viewer
from hubs.redis import Redis
from tests.klein_app.browser import Browser
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.visitor import Answer, Visitor

PUSH = Entry("push", NOON - 600, "git.receive", "bea pushed to wick", agent="bea")


@attrs.frozen
class Home:
    """Somebody who is logged in, and a team they follow.

    Attributes:
        viewer: They.
        browser: Theirs.
        hub: The team.
        town: Where it all is.
        store: What they hide, keep and are asked for.
    """

    viewer: Viewer
    browser: Browser
    hub: Hub
    town: Town
    store: StreamStore

    async def tell(self, *entries: Entry) -> None:
        """Let something happen on the team."""
        for entry in entries:
            await self.add(stream_feed(self.viewer.person_id), entry)

    async def add(self, feed: str, entry: Entry) -> None:
        """Put an entry that came by the team into a feed of theirs."""
        await self.town.stores.feeds.add(feed, attrs.evolve(entry, hubs=[self.hub.id]))

    async def look(self, path: str = "/stream/") -> Answer:
        """Look at a page."""
        answer = await self.browser.get(path)
        assert answer.status == 200
        return answer

    async def press(self, action: str, path: str = "/stream/", **fields: str) -> str:
        """Press a button of a page, and say where it leads."""
        answer = await self.browser.press(await self.look(path), action, **fields)
        assert answer.status == 303
        return answer.headers["location"]


async def at_home(visitor: Visitor, town: Town, redis: Redis) -> Home:
    """Log somebody in who follows a team."""
    hubs = town.stores.hubs
    hub = await town.team("lamps")
    viewer = await PeopleStore(hubs.pool, lambda *_: {}).welcome("abe", "Abe", [])
    await hubs.set_role(hub.id, "abe", "Abe", Role.SUBSCRIBER)
    session = await RedisSessions(redis, 3600).begin(viewer, confidential=False)
    browser = Browser(visitor, {COOKIE.decode(): session.identifier})
    return Home(viewer, browser, hub, town, StreamStore(hubs.pool))
