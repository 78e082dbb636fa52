"""Work that an outside service puts off, with a real service and a real Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import attrs
import pytest_twisted
from prometheus_client import REGISTRY
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults, succeed

from hubs.accounts.fasjson import FasjsonAccounts
from hubs.accounts.interfaces import no_progress
from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.config import Services, Sources
from hubs.model.cause import Cause
from hubs.model.hub import Hub, HubType, Visibility, WidgetInstance
from hubs.pipeline.backlog import measure_backlog
from hubs.pipeline.burial import DEAD
from hubs.pipeline.later import LATER, LOOK, SPREAD, Later
from hubs.pipeline.queue import WORK, Limits, NewItem, Queue
from hubs.pipeline.work import GroupWork, RefreshWork
from hubs.pipeline.worker import Worker
from hubs.redis import Redis
from hubs.sources.breaker import REST
from hubs.sources.session import Session
from hubs.teams.mirror import Mirror
from hubs.widgets.arrange import add_widget
from hubs.widgets.base import CachedFunction, Stores, Widget, cache_key
from hubs.widgets.parameters import Parameter, Type
from hubs.widgets.registry import Registry
from tests.sources.conftest import NOON, Reactor
from tests.sources.outside import Outside, in_turn, says
from tests.until import until


class Ask(CachedFunction):
    """Asks the service for everything under two addresses at once."""

    name = "ask"

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        return frozenset()

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        paths = widget.config["paths"]
        base = stores.sources.services.datagrepper
        asking = [Deferred.fromCoroutine(stores.sources.get(f"{base}{path}")) for path in paths]
        return [answer.json(list) for answer in await gatherResults(asking, consumeErrors=True)]


class AskingWidget(Widget):
    """Shows what the service says."""

    name = "asking"
    title = "Asking"
    summary = "Asks."
    parameters = (Parameter("paths", "Paths", "", type=Type.LINES),)
    functions = (Ask(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Any, stores: Stores
    ) -> dict[str, Any]:
        return dict(data)

    def sample(self, now: float) -> dict[str, Any]:
        return {}


class Shop:
    """A worker, a widget that asks an outside service, and a clock."""

    def __init__(
        self, stores: Stores, cache: FileCache, mirror: Mirror, redis: Redis, timed: Reactor
    ) -> None:
        self.stores, self.cache, self.redis, self.clock = stores, cache, redis, timed.clock
        self.registry = Registry({"asking": AskingWidget()})
        self.work = Queue(WORK, redis, Limits(max_length=20), reactor)
        self.later = Later(self.work, redis, timed.clock)
        self.worker = Worker(
            stores, cache, self.registry, mirror, self.work, self.later, redis, timed.clock
        )
        self.widget = WidgetInstance(0, 0, "asking")

    async def open(self, *paths: str) -> None:
        hub = await self.stores.hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
        widget = WidgetInstance(0, hub.id, "asking", config={"paths": list(paths)})
        self.widget = await add_widget(self.stores.hubs, self.registry, hub, widget)
        await self.work.put([self.refresh.new_item()])

    @property
    def refresh(self) -> RefreshWork:
        return RefreshWork(self.widget.id, "ask")

    async def do_all(self) -> None:
        """Do what is in the queue, as a worker does."""
        while await self.work.length():
            items = await self.work.take(self.redis, "me", 10)
            await self.worker.handle(items)
            await self.work.done(items)

    async def found(self) -> Cached:
        key = cache_key(self.widget, Ask())
        return (await self.cache.get_many([key]))[key]

    async def put_off(self) -> list[float]:
        """Give when what is put off is due."""
        reply = await self.redis.execute_command("ZRANGE", LATER, 0, -1, "WITHSCORES")
        return [float(time) for time in reply[1::2]]


@pytest_twisted.async_yield_fixture
async def outside() -> AsyncIterator[Outside]:
    """Give an outside service."""
    outside = Outside()
    outside.open()
    yield outside
    await outside.close()


@pytest_twisted.async_yield_fixture
async def shop(
    stores: Stores, cache: FileCache, mirror: Mirror, redis: Redis, outside: Outside
) -> AsyncIterator[Shop]:
    """Give a worker that asks the outside service."""
    timed = Reactor()
    services = Services(datagrepper=outside.url(), fasjson=outside.url())
    session = Session(Sources(), services, timed)
    accounts = FasjsonAccounts(session, lambda _: succeed("Negotiate ticket"), 20)
    mirror = attrs.evolve(mirror, accounts=accounts)
    yield Shop(Stores(stores.hubs, stores.feeds, session), cache, mirror, redis, timed)
    await session.close()


async def test_what_a_service_cannot_give_now_is_asked_for_when_it_says(
    shop: Shop, outside: Outside
) -> None:
    outside.paths["/a"] = in_turn(says([1]), says([], 429, retry_after="600"), says([2]))
    await shop.open("/a")
    await shop.do_all()
    await shop.work.put([shop.refresh.new_item()])
    await shop.do_all()
    assert await shop.found() == Cached(
        [[1]],
        time=NOON,
        error=(
            f"RateLimitedError: {outside.host} wants no more requests for now; "
            "the next try is after 2026-11-24 12:10 UTC"
        ),
        failed_at=NOON,
        reason=f"{outside.host} wants no more requests for now",
        retry_at=NOON + 600,
    )
    [due] = await shop.put_off()
    assert NOON + 600 <= due <= NOON + 600 + SPREAD

    shop.clock.advance(599)
    await shop.later.put_back()
    assert await shop.work.length() == 0
    shop.clock.advance(1 + SPREAD)
    await shop.later.put_back()
    assert await shop.put_off() == []
    await shop.do_all()
    assert await shop.found() == Cached([[2]], time=NOON + 600 + SPREAD)


async def test_a_service_that_is_down_for_long_costs_no_item_its_life(
    shop: Shop, outside: Outside
) -> None:
    outside.paths["/a"] = says([], 500)
    await shop.open("/a")
    for _ in range(20):
        await shop.do_all()
        shop.clock.advance(REST + SPREAD)
        await shop.later.put_back()
    assert await shop.redis.execute_command("XLEN", DEAD) == 0
    assert len(outside.seen) < 12
    outside.paths["/a"] = says([1])
    shop.clock.advance(600 + SPREAD)
    await shop.later.put_back()
    await shop.do_all()
    assert (await shop.found()).value == [[1]]


async def test_what_would_be_the_same_again_is_not_tried_again(
    shop: Shop, outside: Outside
) -> None:
    await shop.open("/nowhere")
    await shop.do_all()
    found = await shop.found()
    assert found.reason == f"{outside.host} has nothing there (HTTP status 404)"
    assert found.retry_at is None
    assert await shop.put_off() == []


async def test_a_group_that_cannot_be_read_now_is_read_later(
    shop: Shop, outside: Outside, mirror: Mirror, accounts_file: Path
) -> None:
    accounts_file.write_text("[groups.lamp]\nmembers = ['abe']\n")
    await mirror.create("lamp", "Lamp", Visibility.PUBLIC, no_progress)
    outside.paths["/v1/groups/lamp/"] = says({}, 500)
    await shop.work.put([GroupWork("lamp").new_item()])
    await shop.do_all()
    assert len(outside.seen) == 1
    [due] = await shop.put_off()
    assert due >= NOON + REST


async def test_of_several_things_asked_at_once_the_one_that_failed_is_named(
    shop: Shop, outside: Outside
) -> None:
    outside.paths["/a"] = says([1])
    await shop.open("/a", "/nowhere")
    await shop.do_all()
    assert (await shop.found()).reason == f"{outside.host} has nothing there (HTTP status 404)"


async def test_what_is_put_off_twice_is_due_once(shop: Shop) -> None:
    await shop.later.put(RefreshWork(1, "ask", Cause("m1", NOON)), NOON + 30)
    await shop.later.put(RefreshWork(1, "ask", Cause("m2", NOON)), NOON + 300)
    [due] = await shop.put_off()
    assert due >= NOON + 300
    await shop.later.put(RefreshWork(2, "ask"), NOON - 30)
    assert min(await shop.put_off()) >= NOON


async def test_what_is_put_off_anew_meanwhile_stays(shop: Shop) -> None:
    await shop.later.put(RefreshWork(1, "ask"), NOON)
    shop.clock.advance(SPREAD)
    offer = shop.work.offer

    async def slowly(items: list[NewItem]) -> bool:
        await shop.later.put(RefreshWork(1, "ask"), NOON + 300)
        return await offer(items)

    shop.work.offer = slowly  # type: ignore[method-assign,assignment]
    await shop.later.put_back()
    assert len(await shop.put_off()) == 1


async def test_what_cannot_be_read_holds_nothing_else_up(shop: Shop) -> None:
    fields = '{"kind": "of a newer version"}'
    await shop.redis.execute_command("ZADD", LATER, NOON, fields)
    await shop.later.put(RefreshWork(1, "ask"), NOON)
    shop.clock.advance(SPREAD)
    await shop.later.put_back()
    assert await shop.put_off() == []
    kinds = {item.fields["kind"] for item in await shop.work.take(shop.redis, "me", 10)}
    assert kinds == {"of a newer version", "refresh"}


async def test_what_the_queue_has_no_room_for_stays(shop: Shop) -> None:
    await shop.work.put([NewItem({"kind": "feed"})] * 20)
    await shop.later.put(RefreshWork(1, "ask"), NOON)
    shop.clock.advance(SPREAD)
    await shop.later.put_back()
    assert len(await shop.put_off()) == 1


async def test_past_its_bound_a_refresh_waits_for_who_looks_and_no_message_waits(
    shop: Shop, outside: Outside
) -> None:
    shop.work.limits = Limits(max_length=1)
    for number in (101, 102):
        assert await shop.later.put(RefreshWork(number, "ask"), NOON + 300)
    assert await shop.later.put(RefreshWork(101, "ask"), NOON + 600, if_room=True)
    assert await shop.later.put(GroupWork("lamp"), NOON + 600)
    await measure_backlog(shop.redis)
    assert REGISTRY.get_sample_value("hubs_queue_length", {"queue": LATER}) == 3

    outside.paths["/a"] = says([1])
    await shop.open("/a")
    await shop.do_all()
    outside.paths["/a"] = says({}, 500)
    await shop.work.put([shop.refresh.new_item()])
    await shop.do_all()
    assert len(await shop.put_off()) == 3
    found = await shop.found()
    assert (found.value, found.retry_at) == ([[1]], NOON + REST)
    assert not Ask().is_due(found, NOON + REST - 1)
    assert Ask().is_due(found, NOON + REST)


async def test_it_looks_by_itself_while_it_runs(shop: Shop) -> None:
    await shop.later.put(RefreshWork(1, "ask"), NOON)
    shop.later.startService()
    await until(lambda: bool(shop.clock.getDelayedCalls()))
    shop.clock.advance(SPREAD + LOOK)

    async def moved() -> bool:
        return await shop.work.length() == 1

    await until(moved)
    await until(lambda: bool(shop.clock.getDelayedCalls()))
    await shop.later.stopService()
    assert shop.clock.getDelayedCalls() == []
