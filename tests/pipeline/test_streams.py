"""From a message to the streams of people, through triage and worker, on real servers."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from twisted.internet import reactor

from hubs.bus.message import BusMessage
from hubs.cache.files import FileCache
from hubs.database.stream_store import StreamStore
from hubs.model.hub import FEED, Hub, HubType, Visibility, WidgetInstance
from hubs.model.person import Role
from hubs.model.stream import Hide, mentions_feed, stream_feed
from hubs.pipeline.later import Later
from hubs.pipeline.queue import WORK, Item, Limits, Queue
from hubs.pipeline.triage import Triage
from hubs.pipeline.worker import Worker
from hubs.redis import Redis
from hubs.teams.mirror import Mirror
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry


def message(item: Item) -> BusMessage:
    return BusMessage(**json.loads(item.fields["message"]))


class Team:
    """A team hub for the package wick, and whoever is asked for."""

    def __init__(self, stores: Stores, cache: FileCache, mirror: Mirror, redis: Redis) -> None:
        self.hubs, self.feeds = stores.hubs, stores.feeds
        self.streams = StreamStore(stores.hubs.pool)
        self.hub = Hub(0, HubType.TEAM, "lamps", "Lamps", "")
        self._redis = redis
        self._work = Queue(WORK, redis, Limits(), reactor)
        self._triage = Triage(message, stores.hubs, Registry({}), self._work)
        later = Later(self._work, redis, reactor)
        self._worker = Worker(
            stores, cache, Registry({}), mirror, self._work, later, redis, reactor
        )

    async def create(self, visibility: Visibility = Visibility.PUBLIC) -> None:
        config = {"sources": {"packages": ["wick"]}}
        self.hub = await self.hubs.create_hub(
            attrs.evolve(self.hub, visibility=visibility, config=config)
        )

    async def person(self, name: str, *roles: Role) -> int:
        home = await self.hubs.create_hub(Hub(0, HubType.USER, name, name, ""))
        await self.hubs.set_role(home.id, name, name, Role.OWNER)
        for role in roles:
            await self.hubs.set_role(self.hub.id, name, name, role)
        [[number]] = await self.hubs.pool.query("SELECT id FROM people WHERE username = %s", [name])
        return int(number)

    async def tell(self, topic: str = "bodhi.update.comment", **values: Any) -> None:
        told: dict[str, Any] = {"id": "m1", "topic": topic, "time": 1.0, "body": {}}
        told |= {"sentence": "zoe lit the wick", **values}
        await self._triage.handle([Item("1-1", {"message": json.dumps(told)})])
        while items := await self._work.take(self._redis, "me", 100):
            await self._worker.handle(items)
            await self._work.done(items)

    async def in_stream(self, person_id: int) -> list[tuple[int, ...]]:
        """Give, for each entry in the stream of a person, the hubs by which it came."""
        return [entry.hubs for entry in await self.feeds.entries(stream_feed(person_id))]


@pytest.fixture
def team(stores: Stores, cache: FileCache, mirror: Mirror, redis: Redis) -> Team:
    return Team(stores, cache, mirror, redis)


async def test_who_follows_a_hub_has_in_their_stream_what_happens_there(team: Team) -> None:
    await team.create()
    for role in (Role.SUBSCRIBER, Role.MEMBER, Role.OWNER):
        number = await team.person(role.value, role)
        await team.tell(id=role.value, packages=["wick"])
        assert await team.in_stream(number) == [(team.hub.id,)]
    for number in (await team.person("star", Role.STARGAZER), await team.person("stranger")):
        await team.tell(id=str(number), packages=["wick"])
        assert await team.in_stream(number) == []


async def test_two_ways_to_a_stream_make_one_entry(team: Team) -> None:
    await team.create()
    number = await team.person("abe", Role.MEMBER, Role.OWNER)
    home = await team.hubs.hub_named(HubType.USER, "abe")
    assert home is not None
    await team.tell(packages=["wick"], people=["abe"])
    assert await team.in_stream(number) == [(team.hub.id, home.id)]


async def test_many_followers_are_written_to_piece_by_piece(team: Team) -> None:
    await team.create()
    await team.hubs.pool.run(
        """
        WITH crowd AS (
            INSERT INTO people (username) SELECT 'p' || n FROM generate_series(1, 250) AS n
            RETURNING id
        )
        INSERT INTO roles (hub_id, person_id, role) SELECT %s, id, 'subscriber' FROM crowd
        """,
        [team.hub.id],
    )
    await team.tell(packages=["wick"])
    rows = await team.hubs.pool.query(
        "SELECT count(*) FROM feed_entries WHERE feed LIKE 'stream:%%'", []
    )
    assert rows == [(250,)]


@pytest.mark.parametrize(
    ("visibility", "role", "seen"),
    [
        (Visibility.PREVIEW, Role.SUBSCRIBER, False),
        (Visibility.PREVIEW, Role.MEMBER, True),
        (Visibility.PRIVATE, Role.SUBSCRIBER, False),
        (Visibility.PRIVATE, Role.OWNER, True),
    ],
)
async def test_nobody_sees_in_a_stream_what_they_may_not_see_on_the_hub(
    team: Team, visibility: Visibility, role: Role, seen: bool
) -> None:
    await team.create(visibility)
    number = await team.person("abe", role)
    await team.tell(packages=["wick"])
    assert bool(await team.in_stream(number)) is seen


@pytest.mark.parametrize(("role", "seen"), [(Role.SUBSCRIBER, False), (Role.MEMBER, True)])
async def test_nor_what_is_in_a_feed_for_members_but_that_they_are_named(
    team: Team, role: Role, seen: bool
) -> None:
    await team.create()
    widget = WidgetInstance(0, team.hub.id, FEED, visibility=Visibility.PREVIEW)
    await team.hubs.create_widget(widget, {})
    number = await team.person("abe", role)
    await team.tell(packages=["wick"])
    assert bool(await team.in_stream(number)) is seen
    await team.tell(id="m2", packages=["wick"], body={"comment": {"text": "@abe: see?"}})
    [named] = await team.feeds.entries(mentions_feed(number))
    assert named.hubs == ((team.hub.id,) if seen else ())


@pytest.mark.parametrize("where", ["this hub", "this kind here", "this kind everywhere"])
async def test_what_is_hidden_stays_out_and_the_rest_comes_in(team: Team, where: str) -> None:
    await team.create()
    number = await team.person("abe", Role.MEMBER)
    hide = {
        "this hub": Hide(team.hub.id, None),
        "this kind here": Hide(team.hub.id, "updates"),
        "this kind everywhere": Hide(None, "updates"),
    }[where]
    await team.streams.hide(number, hide)
    await team.tell(packages=["wick"])
    assert await team.in_stream(number) == []
    await team.tell("buildsys.build.state.change", id="m2", packages=["wick"])
    assert len(await team.in_stream(number)) == (0 if where == "this hub" else 1)


async def test_who_is_addressed_has_it_among_their_mentions_whatever_they_hide(team: Team) -> None:
    await team.create()
    number = await team.person("abe", Role.MEMBER)
    await team.streams.hide(number, Hide(None, "updates"))
    await team.tell(packages=["wick"], body={"comment": {"text": "@abe, @nobody: see?"}})
    [entry] = await team.feeds.entries(mentions_feed(number))
    assert entry.sentence == "zoe lit the wick"
    assert await team.in_stream(number) == [()]


async def test_what_waits_waits_in_actions_until_a_message_answers_it(team: Team) -> None:
    await team.create()
    number = await team.person("abe")
    update = {"update": {"alias": "FEDORA-1", "user": {"name": "abe"}}}
    await team.tell("bodhi.update.requirements_met.stable", body=update)
    [entry] = await team.streams.waiting(number)
    assert entry.id == "m1"
    await team.tell("bodhi.update.request.stable", id="m2", time=2.0, body=update)
    assert await team.streams.waiting(number) == []
