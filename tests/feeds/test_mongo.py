"""Feeds on a MongoDB that dies, comes back, or was never there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest
from pymongo.errors import OperationFailure
from pymongo.uri_parser import parse_uri
from twisted.internet import reactor
from twisted.internet.defer import Deferred, fail
from twisted.internet.task import Clock
from txmongo.connection import ConnectionPool

from hubs.feeds.mongo import TIMEOUT, MongoAwayError, MongoFeeds
from hubs.model.entry import Entry
from tests.killable import MongoServer
from tests.ports import free_port
from tests.until import until

ENTRY = Entry("m1", 1.0, "bodhi.update.comment", "abe lit a lamp")


async def there(store: MongoFeeds) -> bool:
    try:
        return await store.entries("hub:1") == [ENTRY]
    except MongoAwayError:
        return False


async def test_what_is_stored_outlives_a_killed_server_and_the_store_finds_back(
    servers_folder: Path,
) -> None:
    with MongoServer(servers_folder / "killed-mongodb") as server:
        store = MongoFeeds(server.url, 100, reactor)
        store.startService()
        assert await store.add("hub:1", ENTRY)
        server.kill()
        waiting = Deferred.fromCoroutine(there(store))
        server.start()
        # What was asked over the connection that was just lost may be asked again.
        if not await waiting:
            await until(lambda: there(store))
        assert not await store.add("hub:1", ENTRY)
        await store.stopService()


class Profile:
    """What a database of a MongoDB has done."""

    def __init__(self, url: str) -> None:
        self._connections = ConnectionPool(url)
        self._database = self._connections[parse_uri(url)["database"]]

    async def begin(self) -> None:
        """Write down each operation from now on."""
        await self._database.command("profile", 2)

    async def end(self) -> list[dict[str, Any]]:
        """Give what was done to feeds."""
        await self._database.command("profile", 0)
        reply = await self._database.command("find", "system.profile")
        await self._connections.disconnect()
        done: list[dict[str, Any]] = reply["cursor"]["firstBatch"]
        return [one for one in done if one["ns"].endswith(".feeds")]


@pytest.mark.parametrize(
    ("number", "enters"),
    [(1000, True), (50.5, True), (99, False), (-1, False)],
    ids=["newest", "late", "twice", "too late"],
)
async def test_a_write_to_a_full_feed_is_one_small_update(
    mongo_server: MongoServer, number: float, enters: bool
) -> None:
    url = mongo_server.url_of(f"profiled_{int(number) % 10_000}")
    store = MongoFeeds(url, 100, reactor)
    store.startService()
    entries = [attrs.evolve(ENTRY, id=f"m{n}", time=float(n)) for n in range(100)]
    for entry in entries:
        await store.add("hub:1", entry)
    profile = Profile(url)
    await profile.begin()
    added = attrs.evolve(ENTRY, id=f"m{number}", time=float(number))
    assert await store.add("hub:1", added) is enters
    done = await profile.end()
    held = {entry.id: entry for entry in (*entries, added)}.values()
    newest = sorted(held, key=lambda entry: entry.time, reverse=True)[:100]
    assert await store.entries("hub:1", 1000) == newest
    await store.stopService()
    # What is there already is refused, and so is a second attempt: nobody has just made the feed.
    assert len(done) == (2 if number == 99 else 1)
    assert {one["command"]["findAndModify"] for one in done} == {"feeds"}
    assert max(one.get("docsExamined", 1) for one in done) == 1
    assert max(one["responseLength"] for one in done) < 1000


async def test_a_server_that_is_away_fails_a_call_in_time_without_the_password() -> None:
    clock = Clock()
    port = free_port()
    store = MongoFeeds(f"mongodb://abe:secret@127.0.0.1:{port}/hubs", 100, clock)
    store.startService()
    adding = Deferred.fromCoroutine(store.add("hub:1", ENTRY))
    await until(lambda: bool(clock.getDelayedCalls()))
    clock.advance(TIMEOUT)
    with pytest.raises(MongoAwayError, match=f"127.0.0.1:{port}.*Timeout") as caught:
        await adding
    assert "secret" not in str(caught.value)
    await store.stopService()


async def test_a_store_that_is_not_started_says_so() -> None:
    with pytest.raises(MongoAwayError, match="not started"):
        await MongoFeeds("mongodb://127.0.0.1/hubs", 100, Clock()).entries("hub:1")


async def test_a_full_disk_is_no_fault_of_an_entry_and_a_wrong_update_is() -> None:
    store = MongoFeeds("mongodb://127.0.0.1/hubs", 100, reactor)
    with pytest.raises(MongoAwayError, match="no space"):
        await store._within_time(fail(OperationFailure("no space", 14031)))
    with pytest.raises(OperationFailure, match="wrong"):
        await store._within_time(fail(OperationFailure("wrong", 9)))
