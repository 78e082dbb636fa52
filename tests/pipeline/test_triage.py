"""Deciding what a message concerns, on real servers."""

from __future__ import annotations

import pytest
from twisted.internet import reactor

from hubs.bus.message import BusMessage
from hubs.database.hub_store import HubStore
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.pipeline.queue import WORK, Item, Limits, Queue
from hubs.pipeline.triage import Triage
from hubs.pipeline.work import FeedWork, RefreshWork, read
from hubs.redis import Redis
from hubs.widgets.arrange import add_widget
from hubs.widgets.registry import Registry
from tests.pipeline.lamp_widget import LampWidget


def message(item: Item) -> BusMessage:
    if item.fields["sentence"] == "unreadable":
        raise ValueError("unreadable")
    return BusMessage(
        id=item.id,
        topic="bodhi.update.comment",
        time=1.0,
        body={},
        sentence=item.fields["sentence"],
        people=item.fields.get("people", "").split(),
        packages=item.fields.get("packages", "").split(),
    )


@pytest.fixture
def registry() -> Registry:
    return Registry({"lamp": LampWidget()})


@pytest.fixture
def work(redis: Redis) -> Queue:
    return Queue(WORK, redis, Limits(), reactor)


@pytest.fixture
def triage(hub_store: HubStore, registry: Registry, work: Queue) -> Triage:
    return Triage(message, hub_store, registry, work)


async def waiting(work: Queue, redis: Redis) -> list[FeedWork | RefreshWork]:
    return [read(item) for item in await work.take(redis, "me", 100)]


async def hubs(store: HubStore) -> tuple[Hub, Hub]:
    team = Hub(0, HubType.TEAM, "lamps", "Lamps", "", config={"sources": {"packages": ["wick"]}})
    return (
        await store.create_hub(team),
        await store.create_hub(Hub(0, HubType.USER, "abe", "Abe", "")),
    )


async def test_each_feed_concerned_gets_the_entry_once(
    triage: Triage, hub_store: HubStore, work: Queue, redis: Redis
) -> None:
    team, abe = await hubs(hub_store)
    both = Item("1", {"sentence": "A", "people": "abe zoe", "packages": "wick"})
    nobody = Item("2", {"sentence": "B", "people": "zoe"})
    await triage.handle([both, nobody])
    found = await waiting(work, redis)
    entry = message(both).entry()
    assert sorted(found, key=str) == sorted(
        [FeedWork(team.id, entry), FeedWork(abe.id, entry)], key=str
    )


async def test_a_cached_function_concerned_is_queued_once_however_many_messages(
    triage: Triage, hub_store: HubStore, registry: Registry, work: Queue, redis: Redis
) -> None:
    _, abe = await hubs(hub_store)
    widget = await add_widget(
        hub_store, registry, abe, WidgetInstance(0, abe.id, "lamp", config={"package": "oil"})
    )
    flood = [Item(str(n), {"sentence": "A", "packages": "oil"}) for n in range(50)]
    await triage.handle(flood)
    await triage.handle(flood)
    assert await waiting(work, redis) == [RefreshWork(widget.id, "count")]


async def test_a_message_that_does_not_matter_refreshes_nothing(
    triage: Triage, hub_store: HubStore, registry: Registry, work: Queue, redis: Redis
) -> None:
    _, abe = await hubs(hub_store)
    await add_widget(
        hub_store, registry, abe, WidgetInstance(0, abe.id, "lamp", config={"package": "oil"})
    )
    await triage.handle([Item("1", {"sentence": "a boring thing", "packages": "oil"})])
    assert await waiting(work, redis) == []


async def test_a_widget_whose_plug_in_is_gone_is_passed_over(
    hub_store: HubStore, registry: Registry, work: Queue, redis: Redis
) -> None:
    _, abe = await hubs(hub_store)
    await add_widget(
        hub_store, registry, abe, WidgetInstance(0, abe.id, "lamp", config={"package": "oil"})
    )
    without = Triage(message, hub_store, Registry({}), work)
    await without.handle([Item("1", {"sentence": "A", "packages": "oil"})])
    assert await waiting(work, redis) == []
