"""Doing the work, on real servers."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from prometheus_client import REGISTRY
from twisted.internet import defer, reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import capturedLogs

from hubs.accounts.interfaces import no_progress
from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached, TooLargeError
from hubs.database.activity import daily_counts
from hubs.model.cause import Cause
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType, Visibility, WidgetInstance
from hubs.pipeline.later import LATER, SPREAD, Later
from hubs.pipeline.queue import WORK, Item, Limits, Queue
from hubs.pipeline.work import RELOAD, FeedWork, GroupWork, PeopleWork, RefreshWork, WorkItemError
from hubs.pipeline.worker import Worker
from hubs.redis import Redis
from hubs.teams.mirror import Mirror
from hubs.widgets.arrange import add_widget
from hubs.widgets.base import Stores, cache_key
from hubs.widgets.registry import Registry
from tests.pipeline.lamp_widget import CountLamps, LampWidget
from tests.until import until

ENTRY = Entry("m1", 1_790_000_000.0, "bodhi.update.comment", "abe lit a lamp")


class Shop:
    """A worker with all it needs, and a hub to work for."""

    def __init__(self, stores: Stores, cache: FileCache, mirror: Mirror, redis: Redis) -> None:
        self.lamp = LampWidget()
        self.registry = Registry({"lamp": self.lamp})
        self.hubs, self.feeds, self.cache, self.redis = stores.hubs, stores.feeds, cache, redis
        self.queue = Queue(WORK, redis, Limits(), reactor)
        self.clock = Clock()
        later = Later(self.queue, redis, self.clock)
        self.worker = Worker(
            stores, cache, self.registry, mirror, self.queue, later, redis, self.clock
        )

    async def hub(self) -> Hub:
        return await self.hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))

    async def widget(self, hub: Hub, mood: str = "") -> WidgetInstance:
        widget = WidgetInstance(0, hub.id, "lamp", config={"mood": mood})
        return await add_widget(self.hubs, self.registry, hub, widget)

    async def do(self, work: FeedWork | RefreshWork | GroupWork | PeopleWork) -> None:
        await self.worker.handle([Item("1-1", work.new_item().fields)])

    async def found(self, widget: WidgetInstance) -> Cached | None:
        key = cache_key(widget, self.lamp.functions[0])
        return (await self.cache.get_many([key])).get(key)

    async def told(self) -> list[list[str]]:
        reply: Any = await self.redis.execute_command("XRANGE", RELOAD, "-", "+")
        return [parts for _, parts in reply]


@pytest.fixture
def shop(stores: Stores, cache: FileCache, mirror: Mirror, redis: Redis) -> Shop:
    return Shop(stores, cache, mirror, redis)


async def test_an_entry_is_written_counted_and_told(shop: Shop) -> None:
    hub = await shop.hub()
    await shop.do(FeedWork(hub.id, ENTRY))
    assert await shop.feeds.entries(hub.feed) == [ENTRY]
    assert await shop.hubs.pool.query("SELECT hub_id, messages FROM activity") == [(hub.id, 1)]
    cause = ["message", "m1", "sent", "1790000000.0"]
    assert await shop.told() == [["hub", str(hub.id), "target", "feed", *cause]]


async def test_the_same_entry_twice_is_there_and_counts_once_but_is_told_again(
    shop: Shop,
) -> None:
    hub = await shop.hub()
    for _ in range(2):
        await shop.do(FeedWork(hub.id, ENTRY))
    assert await shop.feeds.entries(hub.feed) == [ENTRY]
    assert await shop.hubs.pool.query("SELECT messages FROM activity") == [(1,)]
    assert len(await shop.told()) == 2


async def test_what_happens_is_counted_by_kind_each_once(shop: Shop) -> None:
    hub = await shop.hub()
    push = attrs.evolve(ENTRY, id="m2", topic="git.receive")
    for entry in (ENTRY, push, attrs.evolve(push, id="m3"), push):
        await shop.do(FeedWork(hub.id, entry))
    counts = await daily_counts(shop.hubs.pool, hub.id, datetime.date(2026, 1, 1))
    day = datetime.date(2026, 9, 21)
    assert counts == [(day, "code", 2), (day, "updates", 1)]


async def test_what_the_one_who_wrote_an_entry_could_not_do_any_more_is_done(shop: Shop) -> None:
    hub = await shop.hub()
    await shop.feeds.add(hub.feed, ENTRY)
    await shop.do(FeedWork(hub.id, ENTRY))
    assert await shop.hubs.pool.query("SELECT messages FROM activity") == [(1,)]
    assert len(await shop.told()) == 1


async def test_what_a_function_finds_is_kept_and_told(shop: Shop) -> None:
    hub = await shop.hub()
    widget = await shop.widget(hub)
    shop.clock.advance(7)
    await shop.do(RefreshWork(widget.id, "count"))
    assert await shop.found(widget) == Cached({"runs": 1}, time=7.0)
    assert await shop.told() == [["hub", str(hub.id), "target", f"widget-{widget.id}"]]


async def test_a_refresh_tells_for_which_message_it_is(shop: Shop) -> None:
    hub = await shop.hub()
    widget = await shop.widget(hub)
    with capturedLogs() as logged:
        await shop.do(RefreshWork(widget.id, "count", Cause("m7", 5.0)))
    [told] = await shop.told()
    assert told[4:] == ["message", "m7", "sent", "5.0"]
    assert [event["bus_message"] for event in logged if "bus_message" in event] == ["m7"]


async def test_what_is_done_is_counted_by_kind_and_result(shop: Shop) -> None:
    def counted(kind: str, result: str) -> float:
        labels = {"kind": kind, "result": result}
        return REGISTRY.get_sample_value("hubs_work_done_total", labels) or 0.0

    hub = await shop.hub()
    widget = await shop.widget(hub, "raise")
    before = counted("feed", "done"), counted("refresh", "failed")
    await shop.do(FeedWork(hub.id, ENTRY))
    with pytest.raises(ValueError, match="no lamps"):
        await shop.do(RefreshWork(widget.id, "count"))
    assert (counted("feed", "done"), counted("refresh", "failed")) == (before[0] + 1, before[1] + 1)


async def test_from_its_start_a_refresh_may_be_queued_again(shop: Shop) -> None:
    widget = await shop.widget(await shop.hub())
    work = RefreshWork(widget.id, "count")
    await shop.queue.put([work.new_item()])
    await shop.do(work)
    await shop.queue.put([work.new_item()])
    assert await shop.queue.length() == 2


async def test_what_somebody_looks_at_is_found_anew_only_if_it_is_missing_or_too_old(
    shop: Shop,
) -> None:
    widget = await shop.widget(await shop.hub())
    look = RefreshWork(widget.id, "count", if_due=True)
    await shop.do(look)
    shop.clock.advance(100)
    await shop.do(look)
    assert await shop.found(widget) == Cached({"runs": 1}, time=0.0)
    shop.clock.advance(1)
    await shop.do(look)
    assert await shop.found(widget) == Cached({"runs": 2}, time=101.0)
    assert len(await shop.told()) == 2


async def test_what_rests_is_put_off_and_runs_once_for_all_who_asked(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CountLamps, "rest", 60.0)
    widget = await shop.widget(await shop.hub())
    shop.clock.advance(1000)
    for number in range(5):
        await shop.do(RefreshWork(widget.id, "count", Cause(f"m{number}", 5.0)))
    assert await shop.found(widget) == Cached({"runs": 1}, time=1000.0)
    assert await shop.redis.execute_command("ZCARD", LATER) == 1
    shop.clock.advance(60)
    await shop.do(RefreshWork(widget.id, "count"))
    assert await shop.found(widget) == Cached({"runs": 2}, time=1060.0)


@pytest.mark.parametrize(("sent", "waits"), [(995.0, 15.0), (2000.0, 20.0)])
async def test_what_its_source_may_not_know_yet_is_looked_for_a_little_later(
    sent: float, waits: float, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CountLamps, "lag", 20.0)
    widget = await shop.widget(await shop.hub())
    shop.clock.advance(1000)
    await shop.do(RefreshWork(widget.id, "count", Cause("m1", sent)))
    assert await shop.told() == []
    [_, due] = await shop.redis.execute_command("ZRANGE", LATER, 0, -1, "WITHSCORES")
    assert 1000 + waits <= float(due) <= 1000 + waits + SPREAD
    # What was put off has no message any more, and an old one is nothing to wait for.
    await shop.do(RefreshWork(widget.id, "count"))
    await shop.do(RefreshWork(widget.id, "count", Cause("m0", 980.0)))
    assert await shop.found(widget) == Cached({"runs": 2}, time=1000.0)


async def test_while_something_is_found_for_who_looks_others_who_look_ask_for_no_more(
    shop: Shop,
) -> None:
    widget = await shop.widget(await shop.hub(), "hang")
    look = RefreshWork(widget.id, "count", if_due=True)
    await shop.queue.put([look.new_item()])
    working = Deferred.fromCoroutine(shop.do(look))
    await until(lambda: bool(shop.clock.getDelayedCalls()))
    await shop.queue.put([look.new_item()])
    assert await shop.queue.length() == 1
    shop.clock.advance(5)
    with pytest.raises(defer.TimeoutError):
        await working
    await shop.queue.put([look.new_item()])
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


async def test_a_value_that_is_too_large_for_the_cache_is_a_failure_that_shows(shop: Shop) -> None:
    widget = await shop.widget(await shop.hub(), "large")
    with pytest.raises(TooLargeError):
        await shop.do(RefreshWork(widget.id, "count"))
    found = await shop.found(widget)
    assert found is not None
    assert found.time is None
    assert "cache.max_value" in found.error
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


async def test_who_joins_a_group_joins_its_team(
    shop: Shop, mirror: Mirror, accounts_file: Path
) -> None:
    accounts_file.write_text("[groups.lamp]\nmembers = ['abe']\n")
    change = await mirror.create("lamp", "Lamp", Visibility.PUBLIC, no_progress)
    work = GroupWork("lamp")
    await shop.queue.put([work.new_item()])
    accounts_file.write_text(
        "[groups.lamp]\nmembers = ['abe', 'zoe']\n[people.abe]\nname = 'Abraham'\n"
    )
    await shop.do(work)
    await shop.do(PeopleWork(("abe",)))
    members = await shop.hubs.members(change.hub.id)
    assert [(one.username, one.full_name) for one in members] == [("abe", "Abraham"), ("zoe", "")]
    # The next message is not taken for this one.
    await shop.queue.put([work.new_item()])
    assert await shop.queue.length() == 2
