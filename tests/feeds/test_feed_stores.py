"""What every store of feeds must do, on real servers."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator

import attrs
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from zope.interface.verify import verifyObject

from hubs.database.pool import Pool
from hubs.feeds.interfaces import IFeedStore
from hubs.feeds.mongo import MongoFeeds
from hubs.feeds.postgres import PostgresFeeds
from hubs.model.entry import Entry
from tests.killable import MongoServer

_numbers = itertools.count()


def entry(number: int, time: float | None = None) -> Entry:
    return Entry(
        id=f"m{number}",
        time=float(number if time is None else time),
        topic="bodhi.update.comment",
        sentence=f"abe said “{number}” — <b>",
        link="https://example.org/1",
        agent="abe",
        people=("abe", "zoe"),
        target="forge.example/lamps/wick",
        several="abe commented {count} times",
        count=2,
        brief='{"topic": "a.b.c.d", "msg": {"$set": {"a.b": "\\u0000"}}}',
        hubs=(1, 2),
    )


@pytest.fixture
def postgres_feeds(pool: Pool) -> IFeedStore:
    return PostgresFeeds(pool, limit=5)


@pytest_twisted.async_yield_fixture
async def mongo_feeds(mongo_server: MongoServer) -> AsyncIterator[IFeedStore]:
    store = MongoFeeds(mongo_server.url_of(f"test_{next(_numbers)}"), 5, reactor)
    store.startService()
    yield store
    await store.stopService()


@pytest.fixture(params=["postgres_feeds", "mongo_feeds"])
def store(request: pytest.FixtureRequest) -> IFeedStore:
    found: IFeedStore = request.getfixturevalue(request.param)
    return found


async def test_it_offers_the_interface(store: IFeedStore) -> None:
    assert verifyObject(IFeedStore, store)


async def test_an_entry_comes_back_as_it_went(store: IFeedStore) -> None:
    assert await store.add("hub:1", entry(1))
    assert await store.entries("hub:1") == [entry(1)]
    assert await store.entries("hub:2") == []


async def test_the_same_entry_twice_is_there_once(store: IFeedStore) -> None:
    assert await store.add("hub:1", entry(1))
    assert not await store.add("hub:1", entry(1))
    assert await store.entries("hub:1") == [entry(1)]


async def test_entries_that_come_in_any_order_stand_in_order_of_time(store: IFeedStore) -> None:
    numbers = list(range(5))
    random.Random(7).shuffle(numbers)
    for number in numbers:
        await store.add("hub:1", entry(number))
    assert [found.id for found in await store.entries("hub:1")] == ["m4", "m3", "m2", "m1", "m0"]
    assert [found.id for found in await store.entries("hub:1", 2)] == ["m4", "m3"]


async def test_entries_of_one_time_stand_in_order_of_id(store: IFeedStore) -> None:
    for number in (2, 3, 1):
        await store.add("hub:1", entry(number, time=1.0))
    assert [found.id for found in await store.entries("hub:1")] == ["m3", "m2", "m1"]


async def test_past_the_limit_the_oldest_leaves(store: IFeedStore) -> None:
    for number in range(8):
        assert await store.add("hub:1", entry(number))
    assert [found.id for found in await store.entries("hub:1")] == ["m7", "m6", "m5", "m4", "m3"]


async def test_what_is_older_than_a_full_feed_does_not_enter(store: IFeedStore) -> None:
    for number in range(3, 8):
        await store.add("hub:1", entry(number))
    assert not await store.add("hub:1", entry(1))
    assert [found.id for found in await store.entries("hub:1")] == ["m7", "m6", "m5", "m4", "m3"]


async def test_a_feed_does_not_touch_another(store: IFeedStore) -> None:
    await store.add("hub:2", entry(100))
    for number in range(8):
        await store.add("hub:1", entry(number))
    assert [found.id for found in await store.entries("hub:2")] == ["m100"]


async def test_many_writers_at_once_lose_nothing_and_know_who_was_first(store: IFeedStore) -> None:
    adding = [
        Deferred.fromCoroutine(store.add("hub:new", entry(number % 5))) for number in range(20)
    ]
    assert sum(await gatherResults(adding)) == 5
    assert [found.id for found in await store.entries("hub:new")] == ["m4", "m3", "m2", "m1", "m0"]


async def test_a_feed_that_is_dropped_is_gone_and_others_stay(store: IFeedStore) -> None:
    for feed in ("hub:1", "hub:2"):
        await store.add(feed, entry(1))
    assert await store.drop("hub:1")
    assert not await store.drop("hub:1")
    assert await store.entries("hub:1") == []
    assert await store.entries("hub:2") == [entry(1)]


async def test_entries_with_a_word_are_counted_wherever_it_stands(store: IFeedStore) -> None:
    quiet = attrs.evolve(entry(1), people=(), brief="")
    for number, one in enumerate(
        (
            attrs.evolve(quiet, sentence="By\nŽluťásek (zoe)."),
            attrs.evolve(quiet, sentence="By Žluťásekova, and zoenix"),
            attrs.evolve(quiet, target="zoe/lamp"),
            attrs.evolve(quiet, link="https://example.org/xŽluťásek"),
            attrs.evolve(quiet, people=("zoe",)),
        )
    ):
        await store.add(f"hub:{number % 2}", attrs.evolve(one, id=f"m{number}"))
    assert await store.count_with(["zoe", "Žluťásek"]) == 3
    assert await store.count_with(["Žluťásek"]) == 1
    assert await store.count_with(["a.b"]) == 0


async def test_who_is_named_is_found_and_an_entry_can_be_said_otherwise(store: IFeedStore) -> None:
    of_others = attrs.evolve(entry(3), agent="bea", people=("bea",))
    for one in (entry(1), entry(2), of_others):
        await store.add("hub:1", one)
    await store.add("hub:2", of_others)
    assert await store.naming("zoe") == [("hub:1", entry(2)), ("hub:1", entry(1))]
    assert await store.naming("z") == []
    changed = entry(1).without("zoe", ["zoe"])
    await store.replace("hub:1", changed)
    assert await store.entries("hub:1") == [of_others, entry(2), changed]
    await store.replace("hub:2", changed)
    assert await store.entries("hub:2") == [of_others]
