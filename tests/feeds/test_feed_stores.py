"""What every store of feeds must do, on real servers."""

from __future__ import annotations

import random

import pytest
from zope.interface.verify import verifyObject

from hubs.database.pool import Pool
from hubs.feeds.interfaces import IFeedStore
from hubs.feeds.postgres import PostgresFeeds
from hubs.model.entry import Entry


def entry(number: int, time: float | None = None) -> Entry:
    return Entry(
        id=f"m{number}",
        time=float(number if time is None else time),
        topic="bodhi.update.comment",
        sentence=f"abe said “{number}” — <b>",
        link="https://example.org/1",
        agent="abe",
        people=("abe", "zoe"),
    )


@pytest.fixture
def store(pool: Pool) -> IFeedStore:
    return PostgresFeeds(pool, limit=5)


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
