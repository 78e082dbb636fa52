"""Deciding what a message concerns, on real servers."""

from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.logger import capturedLogs

from hubs.bus.message import BusMessage
from hubs.database.hub_store import HubStore
from hubs.model.cause import Cause
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.pipeline.queue import WORK, Item, Limits, Queue
from hubs.pipeline.triage import Triage
from hubs.pipeline.work import FeedWork, GroupWork, PeopleWork, RefreshWork, Work, read
from hubs.redis import Redis
from hubs.widgets.arrange import add_widget
from hubs.widgets.registry import Registry
from tests.pipeline.lamp_widget import LampWidget
from tests.until import until


def message(item: Item) -> BusMessage:
    if item.fields["sentence"] == "unreadable":
        raise ValueError("unreadable")
    return BusMessage(
        id=item.id,
        topic=item.fields.get("topic", "bodhi.update.comment"),
        time=1.0,
        body={},
        sentence=item.fields["sentence"],
        people=item.fields.get("people", "").split(),
        packages=item.fields.get("packages", "").split(),
        groups=item.fields.get("groups", "").split(),
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


async def waiting(work: Queue, redis: Redis) -> list[Work]:
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
    assert await waiting(work, redis) == [RefreshWork(widget.id, "count", Cause("0", 1.0))]


async def test_a_message_that_does_not_matter_refreshes_nothing(
    triage: Triage, hub_store: HubStore, registry: Registry, work: Queue, redis: Redis
) -> None:
    _, abe = await hubs(hub_store)
    await add_widget(
        hub_store, registry, abe, WidgetInstance(0, abe.id, "lamp", config={"package": "oil"})
    )
    await triage.handle([Item("1", {"sentence": "a boring thing", "packages": "oil"})])
    assert await waiting(work, redis) == []


async def test_a_function_that_cannot_tell_whether_it_matters_costs_the_message_nothing(
    triage: Triage, hub_store: HubStore, registry: Registry, work: Queue, redis: Redis
) -> None:
    _, abe = await hubs(hub_store)
    widget = await add_widget(
        hub_store, registry, abe, WidgetInstance(0, abe.id, "lamp", config={"package": "oil"})
    )
    item = Item("1", {"sentence": "a broken thing", "packages": "oil", "people": "abe"})
    with capturedLogs() as logs:
        await triage.handle([item])
    assert await waiting(work, redis) == [
        FeedWork(abe.id, message(item).entry()),
        RefreshWork(widget.id, "count", Cause("1", 1.0)),
    ]
    assert [event["error"] for event in logs if "error" in event] == ["ValueError: no lamps"]


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


async def test_what_the_account_system_tells_of_is_read_anew_once(
    triage: Triage, work: Queue, redis: Redis
) -> None:
    joined = {"sentence": "A", "people": "abe zoe", "groups": "lamp"}
    await triage.handle(
        [
            Item("1", {**joined, "topic": "fas.group.member.sponsor"}),
            Item("2", {**joined, "topic": "fas.group.member.removed"}),
            Item("3", {"sentence": "B", "people": "abe", "topic": "fas.user.update"}),
            Item("4", {**joined, "topic": "fas.user.create"}),
        ]
    )
    assert await waiting(work, redis) == [
        GroupWork("lamp", Cause("1", 1.0)),
        PeopleWork(("abe",), Cause("3", 1.0)),
    ]


async def test_one_query_finds_what_a_batch_concerns_however_large_it_is(
    triage: Triage, hub_store: HubStore, servers_folder: Path
) -> None:
    await hubs(hub_store)
    # The pool has two connections, and what is asked at once goes over both.
    log_all = [hub_store.pool.run("SET log_statement = 'all'") for _ in range(2)]
    await gatherResults([Deferred.fromCoroutine(setting) for setting in log_all])
    log = servers_folder / "postgres" / "server.log"
    begin = log.stat().st_size
    many = [
        Item(str(n), {"sentence": "@zoe", "people": f"abe p{n}", "packages": f"wick x{n}"})
        for n in range(100)
    ]
    await triage.handle(many)
    await hub_store.pool.run("SELECT 'the end'")
    with log.open() as lines:
        lines.seek(begin)
        statements = [
            line.partition("statement:")[2].strip() for line in lines if "statement:" in line
        ]
    assert len(statements) == 2, statements
    assert statements[1] == "SELECT 'the end'"


async def test_work_for_a_crowd_comes_piece_by_piece_as_there_is_room(
    hub_store: HubStore, registry: Registry, redis: Redis
) -> None:
    team, _ = await hubs(hub_store)
    await hub_store.pool.run(
        """
        WITH crowd AS (
            INSERT INTO people (username) SELECT 'p' || n FROM generate_series(1, 10000) AS n
            RETURNING id
        )
        INSERT INTO roles (hub_id, person_id, role) SELECT %s, id, 'subscriber' FROM crowd
        """,
        [team.id],
    )
    work = Queue(WORK, redis, Limits(max_length=600), reactor)
    triage = Triage(message, hub_store, registry, work)
    busy = [Item(str(n), {"sentence": "A", "packages": "wick"}) for n in range(15)]
    handling = Deferred.fromCoroutine(triage.handle(busy))
    taken = 0

    async def all_there() -> bool:
        nonlocal taken
        # As much as is allowed, and what was put when there was still room.
        assert await work.length() <= 600 + 500
        was_all_put = handling.called
        items = await work.take(redis, "me", 1000)
        await work.done(items)
        taken += len(items)
        return was_all_put and not items

    await until(all_there)
    # For each message one item for the feed of the team, and one for a hundred streams.
    assert taken == 15 * (1 + 100)
