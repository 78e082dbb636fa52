"""Doing the work, on real servers."""

from __future__ import annotations

from typing import Any

import pytest
from twisted.internet import defer, reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.database.hub_store import HubStore
from hubs.feeds.postgres import PostgresFeeds
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.pipeline.queue import WORK, Item, Limits, Queue
from hubs.pipeline.work import RELOAD, FeedWork, RefreshWork, WorkItemError
from hubs.pipeline.worker import Worker
from hubs.redis import Redis
from hubs.widgets.arrange import add_widget
from hubs.widgets.base import Stores, cache_key
from hubs.widgets.registry import Registry
from tests.pipeline.lamp_widget import LampWidget
from tests.until import until

ENTRY = Entry("m1", 1_790_000_000.0, "bodhi.update.comment", "abe lit a lamp")


class Shop:
    """A worker with all it needs, and a hub to work for."""

    def __init__(
        self, hubs: HubStore, feeds: PostgresFeeds, cache: FileCache, redis: Redis
    ) -> None:
        self.lamp = LampWidget()
        self.registry = Registry({"lamp": self.lamp})
        self.hubs, self.feeds, self.cache, self.redis = hubs, feeds, cache, redis
        self.queue = Queue(WORK, redis, Limits(), reactor)
        self.clock = Clock()
        self.worker = Worker(
            Stores(hubs, feeds), cache, self.registry, self.queue, redis, self.clock
        )

    async def hub(self) -> Hub:
        return await self.hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))

    async def widget(self, hub: Hub, mood: str = "") -> WidgetInstance:
        widget = WidgetInstance(0, hub.id, "lamp", config={"mood": mood})
        return await add_widget(self.hubs, self.registry, hub, widget)

    async def do(self, work: FeedWork | RefreshWork) -> None:
        await self.worker.handle([Item("1-1", work.new_item().fields)])

    async def found(self, widget: WidgetInstance) -> Cached | None:
        key = cache_key(widget, self.lamp.functions[0])
        return (await self.cache.get_many([key])).get(key)

    async def told(self) -> list[list[str]]:
        reply: Any = await self.redis.execute_command("XRANGE", RELOAD, "-", "+")
        return [parts for _, parts in reply]


@pytest.fixture
def shop(hub_store: HubStore, feed_store: PostgresFeeds, cache: FileCache, redis: Redis) -> Shop:
    return Shop(hub_store, feed_store, cache, redis)


async def test_an_entry_is_written_counted_and_told(shop: Shop) -> None:
    hub = await shop.hub()
    await shop.do(FeedWork(hub.id, ENTRY))
    assert await shop.feeds.entries(hub.feed) == [ENTRY]
    assert await shop.hubs.pool.query("SELECT hub_id, messages FROM activity") == [(hub.id, 1)]
    assert await shop.told() == [["hub", str(hub.id), "target", "feed"]]


async def test_the_same_entry_twice_is_there_and_counts_once_but_is_told_again(
    shop: Shop,
) -> None:
    hub = await shop.hub()
    for _ in range(2):
        await shop.do(FeedWork(hub.id, ENTRY))
    assert await shop.feeds.entries(hub.feed) == [ENTRY]
    assert await shop.hubs.pool.query("SELECT messages FROM activity") == [(1,)]
    assert len(await shop.told()) == 2


async def test_what_a_function_finds_is_kept_and_told(shop: Shop) -> None:
    hub = await shop.hub()
    widget = await shop.widget(hub)
    shop.clock.advance(7)
    await shop.do(RefreshWork(widget.id, "count"))
    assert await shop.found(widget) == Cached({"runs": 1}, time=7.0)
    assert await shop.told() == [["hub", str(hub.id), "target", f"widget-{widget.id}"]]


async def test_from_its_start_a_refresh_may_be_queued_again(shop: Shop) -> None:
    widget = await shop.widget(await shop.hub())
    work = RefreshWork(widget.id, "count")
    await shop.queue.put([work.new_item()])
    await shop.do(work)
    await shop.queue.put([work.new_item()])
    assert await shop.queue.length() == 2


async def test_a_function_that_raises_keeps_what_was_found_and_says_since_when(
    shop: Shop,
) -> None:
    hub = await shop.hub()
    widget = await shop.widget(hub, "raise")
    key = cache_key(widget, shop.lamp.functions[0])
    await shop.cache.set(key, Cached({"runs": 9}, time=3.0))
    shop.clock.advance(10)
    with pytest.raises(ValueError, match="no lamps"):
        await shop.do(RefreshWork(widget.id, "count"))
    assert await shop.found(widget) == Cached(
        {"runs": 9}, time=3.0, error="ValueError: no lamps", failed_at=10.0
    )
    assert len(await shop.told()) == 1


async def test_a_function_that_never_ends_is_ended(shop: Shop) -> None:
    widget = await shop.widget(await shop.hub(), "hang")
    working = Deferred.fromCoroutine(shop.do(RefreshWork(widget.id, "count")))
    await until(lambda: bool(shop.clock.getDelayedCalls()))
    shop.clock.advance(5)
    with pytest.raises(defer.TimeoutError):
        await working
    found = await shop.found(widget)
    assert found is not None
    assert found.value is None
    assert "Timeout" in found.error


async def test_a_widget_that_is_gone_is_no_work(shop: Shop) -> None:
    await shop.do(RefreshWork(12345, "count"))
    assert await shop.told() == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "fish"},
        {"kind": "feed", "hub": "1"},
        {"kind": "feed", "hub": "1", "entry": "{}"},
        {"kind": "refresh", "widget": "x", "function": "count"},
    ],
)
async def test_an_item_that_says_nothing_known_is_named(shop: Shop, fields: dict[str, str]) -> None:
    with pytest.raises(WorkItemError, match="expected"):
        await shop.worker.handle([Item("1-1", fields)])
