"""What is bad costs only itself: triage and worker as the services make them, on real servers."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor

from hubs.config import Settings
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.pipeline.dead import DeadItem, DeadItems
from hubs.pipeline.queue import NewItem
from hubs.pipeline.work import RefreshWork
from hubs.redis import Redis
from hubs.twistd_plugins import triage, worker
from hubs.twistd_plugins.parts import Parts
from hubs.widgets.arrange import add_widget
from hubs.widgets.base import cache_key
from hubs.widgets.registry import Registry
from tests.live.test_live_page import pushed
from tests.pipeline.lamp_widget import CountLamps, LampWidget
from tests.until import until


class HastyLamps(CountLamps):
    """Counts lamps in no time, or not at all."""

    timeout = 0.1


class Plant:
    """A triage and a worker, and a team that messages concern."""

    def __init__(self, settings: Settings) -> None:
        self.count = HastyLamps()
        lamp = LampWidget()
        lamp.functions = (self.count,)  # type: ignore[misc]
        self.parts = Parts(settings, reactor)
        self.parts.registry = Registry({"lamp": lamp})
        triage.add_to(self.parts)
        worker.add_to(self.parts)
        self.parts.service.startService()
        self.dead = DeadItems(self.parts.redis, [])

    async def open(self) -> None:
        sources = {"sources": {"packages": ["lantern-kernel"]}}
        team = Hub(0, HubType.TEAM, "lamps", "Lamps", "", config=sources)
        self.hub = await self.parts.hubs.create_hub(team)

    async def widget(self, mood: str) -> WidgetInstance:
        instance = WidgetInstance(0, self.hub.id, "lamp", config={"mood": mood})
        return await add_widget(self.parts.hubs, self.parts.registry, self.hub, instance)

    async def refresh(self, *widgets: WidgetInstance) -> None:
        await self.parts.work.put([RefreshWork(one.id, "count").new_item() for one in widgets])

    async def is_idle(self) -> bool:
        return not (await self.parts.messages.length() or await self.parts.work.length())

    async def error_shown(self, widget: WidgetInstance) -> str:
        key = cache_key(widget, self.count)
        return (await self.parts.cache.get_many([key]))[key].error

    async def put_aside(self) -> list[DeadItem]:
        return [item async for item in self.dead.all()]


@pytest_twisted.async_yield_fixture
async def plant(
    database_url: str, redis: Redis, redis_server: str, tmp_path: Path
) -> AsyncIterator[Plant]:
    plant = Plant(
        Settings.model_validate(
            {
                "database": {"url": database_url, "pool_size": 2},
                "redis": {"url": redis_server},
                "cache": {"folder": tmp_path / "cache"},
                "queue": {"lease": 0.4},
            }
        )
    )
    await plant.open()
    yield plant
    if plant.parts.service.running:
        await plant.parts.service.stopService()


def raw(topic: str, body: str) -> NewItem:
    return NewItem({"topic": topic, "body": body, "received": str(reactor.seconds())})


def good(number: int) -> NewItem:
    message = pushed(number)
    return raw(message["topic"], json.dumps(message))


async def test_poison_among_messages_is_put_aside_after_five_attempts(plant: Plant) -> None:
    poison = [raw("org.fedoraproject.prod.a", "no message"), NewItem({"fish": "1"})]
    await plant.parts.messages.put([*map(good, range(10)), *poison, *map(good, range(10, 20))])
    await until(plant.is_idle)
    entries = await plant.parts.stores.feeds.entries(plant.hub.feed)
    assert {entry.id for entry in entries} == {f"2026-test-{number}" for number in range(20)}
    # Either may have failed for the fifth time first.
    first, second = sorted(await plant.put_aside(), key=lambda item: item.error, reverse=True)
    assert [item.queue for item in (first, second)] == ["hubs:messages"] * 2
    assert [item.fields for item in (first, second)] == [item.fields for item in poison]
    assert first.error.startswith("RefusedError: ")
    assert second.error == "KeyError: 'topic'"


@pytest.mark.parametrize(
    ("mood", "error"),
    [
        ("raise", "ValueError: no lamps"),
        ("hang", "TimeoutError: it took longer than 0.1 seconds"),
        ("stubborn", "TimeoutError: it took longer than 0.1 seconds"),
        ("cancelled", "CancelledError: "),
    ],
)
async def test_a_bad_function_is_tried_five_times_and_its_widget_says_why(
    plant: Plant, mood: str, error: str
) -> None:
    bad, healthy = await plant.widget(mood), await plant.widget("")
    await plant.refresh(bad)
    await plant.parts.messages.put(list(map(good, range(10))))
    await plant.refresh(healthy)
    await until(plant.is_idle)
    assert plant.count.runs == 6
    assert await plant.error_shown(bad) == error
    assert await plant.error_shown(healthy) == ""
    [item] = await plant.put_aside()
    assert (item.queue, item.error) == ("hubs:work", error)
    assert item.fields == RefreshWork(bad.id, "count").new_item().fields
    assert len(await plant.parts.stores.feeds.entries(plant.hub.feed)) == 10


async def test_a_stop_ends_though_functions_never_do(plant: Plant) -> None:
    await plant.refresh(*[await plant.widget("stubborn") for _ in range(8)])
    await until(lambda: plant.count.runs >= 8)
    await plant.parts.service.stopService()
