"""Telling what was changed, on a real PostgreSQL, Redis and RabbitMQ."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import pika
import pytest
from fedora_messaging.exceptions import BadDeclaration
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults

from hubs.bus.envelope import message_id, parse, sent_at
from hubs.bus.reader import Reader
from hubs.database.changes import record
from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.model.change import Topic, role_change
from hubs.model.hub import Hub, HubType, Visibility
from hubs.model.person import Role
from hubs.pipeline.dead import DeadItems
from hubs.pipeline.outbox import (
    OUTGOING,
    NotTakenError,
    Outbox,
    OutgoingMessage,
    Publish,
    Rows,
    outboxes,
)
from hubs.pipeline.publisher import PublishBroker, Publisher
from hubs.pipeline.queue import MESSAGES, Limits, Queue
from hubs.redis import Redis
from tests.killable import RabbitServer
from tests.until import until


@pytest.fixture(scope="module")
def rabbit(servers_folder: Path) -> Iterator[RabbitServer]:
    with RabbitServer(servers_folder / "rabbitmq-publish") as server:
        yield server


@attrs.frozen
class Town:
    """A database in which things change, and the queue that hears of it."""

    hubs: HubStore
    redis: Redis

    @property
    def pool(self) -> Pool:
        return self.hubs.pool

    async def change(
        self,
        *names: str,
        visibility: Visibility = Visibility.PUBLIC,
        topic: Topic = Topic.ROLE_ADDED,
    ) -> None:
        found = await self.hubs.hub_named(HubType.TEAM, "lamps")
        hub = found or await self.hubs.create_hub(
            Hub(0, HubType.TEAM, "lamps", "Lamps", "", visibility)
        )
        for name in names:
            change = role_change(topic, name, name, Role.MEMBER)
            await self.pool.transaction(partial(record, hub_id=hub.id, change=change))

    def boxes(self, publish: Publish | None = None, max_length: int = 1000) -> list[Outbox]:
        messages = Queue(MESSAGES, self.redis, Limits(max_length), reactor)
        return outboxes(self.rows(), messages, publish, reactor)

    def rows(self) -> Rows:
        limits = Limits(attempts=2, lease=0.1)
        prefix, url = "org.fedoraproject.stg", "https://hubs.example"
        return Rows(self.pool, self.redis, limits, reactor, prefix, url)

    async def heard(self) -> list[dict[str, Any]]:
        reply: Any = await self.redis.execute_command("XRANGE", MESSAGES, "-", "+")
        found = [dict(zip(parts[::2], parts[1::2], strict=True)) for _, parts in reply]
        return [parse(one["topic"].encode(), one["body"].encode(), 10_000, 20) for one in found]

    async def left(self) -> int:
        [(count,)] = await self.pool.query("SELECT count(*) FROM outgoing")
        return int(count)


@pytest.fixture
def town(hub_store: HubStore, redis: Redis) -> Town:
    return Town(hub_store, redis)


async def test_what_was_changed_comes_to_our_own_queue_as_a_message(town: Town) -> None:
    await town.change("abe", "bea")
    [box] = town.boxes()
    assert await box.tell_some() == 2
    assert await town.left() == 0
    first, second = await town.heard()
    assert first["topic"] == "org.fedoraproject.stg.hubs.user.role.added"
    [(now,)] = await town.pool.query("SELECT extract(epoch FROM now())::float")
    assert now - 60 < sent_at(first, now) <= now
    read = Reader().read(first, now)
    assert (read.topic, read.sentence) == ("hubs.user.role.added", "abe joined Lamps")
    assert read.link == "https://hubs.example/t/lamps/"
    assert {"user:abe", "team:lamps"} <= read.keys()
    assert Reader().read(second, now).sentence == "bea joined Lamps"
    assert message_id(first) != message_id(second)
    assert await box.tell_some() == 0


async def test_of_a_private_hub_no_message_comes(town: Town) -> None:
    await town.change("abe", visibility=Visibility.PRIVATE)
    [box] = town.boxes()
    assert await box.tell_some() == 0
    assert await town.heard() == []


async def test_what_is_for_members_comes_to_our_own_queue_and_to_no_bus(town: Town) -> None:
    told = []

    async def publish(message: OutgoingMessage) -> None:
        told.append(message.body["username"])

    await town.change("abe")
    await town.pool.run("UPDATE hubs SET visibility = 'preview'")
    await town.change("bea")
    ours, bus = town.boxes(publish)
    assert await ours.tell_some() == 2
    assert await town.left() == 1
    await bus.tell_some()
    assert told == ["abe"]
    assert await town.left() == 0
    first, second = [Reader().read(one, 1.0) for one in await town.heard()]
    assert first.keys() > {"user:abe"}
    assert second.keys() == {"team:lamps", "hub:team:lamps"}


async def test_who_dies_between_telling_and_forgetting_tells_it_again_as_the_same(
    town: Town,
) -> None:
    await town.change("abe")
    messages = Queue(MESSAGES, town.redis, Limits(), reactor)

    async def tell_and_die(some: list[OutgoingMessage]) -> dict[str, str]:
        await messages.put([one.new_item(1.0) for one in some])
        # What a killed process does to its transaction.
        await town.pool.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {}

    with pytest.raises(Exception):  # noqa: B017, PT011 - which one, the library decides
        await town.rows().tell(tell_and_die, queued=None, keep=False)
    assert await town.left() == 1
    [box] = town.boxes()
    assert await box.tell_some() == 1
    first, second = await town.heard()
    assert message_id(first) == message_id(second)


async def test_several_processes_tell_each_once(town: Town) -> None:
    names = [f"person{number}" for number in range(30)]
    await town.change(*names)
    boxes = [box for _ in range(2) for box in town.boxes()]
    told = await gatherResults([Deferred.fromCoroutine(box.tell_some()) for box in boxes])
    assert sum(told) == 30
    # Each of them may have had some, and be the first to tell.
    heard = [envelope["msg"]["username"] for envelope in await town.heard()]
    assert sorted(heard) == sorted(names)


async def test_what_a_full_queue_does_not_take_waits(town: Town) -> None:
    await town.change("abe")
    [box] = town.boxes(max_length=1)
    await town.redis.execute_command("XADD", MESSAGES, "*", "a", "b")
    assert await box.tell_some() == 0
    assert await town.left() == 1


async def test_as_a_service_it_tells_what_comes_and_stops_at_once(town: Town) -> None:
    [box] = town.boxes()
    box.startService()
    await town.change("abe")

    async def heard() -> bool:
        return len(await town.heard()) == 1

    await until(heard)
    await box.stopService()
    await town.change("bea")
    assert len(await town.heard()) == 1


class Ear:
    """A queue at a broker that hears all of ours."""

    def __init__(self, url: str) -> None:
        self._connection = pika.BlockingConnection(pika.URLParameters(url))
        self._channel = self._connection.channel()
        self._queue = self._channel.queue_declare("", exclusive=True).method.queue
        self._channel.queue_bind(self._queue, "amq.topic", "org.fedoraproject.stg.hubs.#")

    def heard(self) -> list[tuple[str, str, dict[str, Any]]]:
        found = []
        while (got := self._channel.basic_get(self._queue, auto_ack=True))[0] is not None:
            method, properties, body = got
            found.append((method.routing_key, properties.message_id, json.loads(body)))
        return found

    def close(self) -> None:
        self._connection.close()


async def test_the_bus_hears_the_same_under_the_same_id(town: Town, rabbit: RabbitServer) -> None:
    ear = Ear(rabbit.url)
    publisher = Publisher(PublishBroker(rabbit.url))
    publisher.startService()
    await town.change("abe")
    ours, bus = town.boxes(publisher.publish)
    assert await bus.tell_some() == 0
    assert await ours.tell_some() == 1
    assert await ours.tell_some() == 0
    assert await town.left() == 1
    assert await bus.tell_some() == 1
    assert await town.left() == 0
    [(topic, identifier, body)] = ear.heard()
    [envelope] = await town.heard()
    assert topic == envelope["topic"] == "org.fedoraproject.stg.hubs.user.role.added"
    assert (identifier, body) == (message_id(envelope), envelope["msg"])
    await publisher.stopService()
    ear.close()


async def test_a_bus_that_is_away_is_told_later_and_does_not_hold_up_our_own(
    town: Town, rabbit: RabbitServer
) -> None:
    rabbit.kill()
    publisher = Publisher(PublishBroker(rabbit.url))
    publisher.startService()
    boxes = town.boxes(publisher.publish)
    for box in boxes:
        box.startService()
    await town.change("abe")

    async def heard() -> bool:
        return len(await town.heard()) == 1

    await until(heard)
    assert await town.left() == 1
    for box in boxes:
        await box.stopService()
    await publisher.stopService()
    rabbit.start()
    ear = Ear(rabbit.url)
    publisher = Publisher(PublishBroker(rabbit.url))
    publisher.startService()
    [_, bus] = town.boxes(publisher.publish)
    assert await bus.tell_some() == 1
    [(_, identifier, _)] = ear.heard()
    assert identifier == message_id((await town.heard())[0])
    assert await town.left() == 0
    await publisher.stopService()
    ear.close()


async def test_what_the_bus_refuses_is_put_aside_and_holds_nothing_up(
    town: Town, rabbit: RabbitServer
) -> None:
    rabbit.control("set_topic_permissions", "guest", "amq.topic", r"^.*\.role\.added$", ".*")
    ear = Ear(rabbit.url)
    publisher = Publisher(PublishBroker(rabbit.url))
    publisher.startService()
    await town.change("abe", topic=Topic.ROLE_REMOVED)
    await town.change("bea", "cay")
    ours, bus = town.boxes(publisher.publish)
    await ours.tell_some()
    assert await bus.tell_some() == 3
    assert [body["username"] for _, _, body in ear.heard()] == ["bea", "cay"]
    assert await town.left() == 1
    dead = DeadItems(town.redis, [], town.rows().put_back)
    assert await dead.count() == 0

    async def put_aside() -> bool:
        await bus.tell_some()
        return await town.left() == 0

    await until(put_aside)
    [item] = await dead.newest(9)
    first, *_ = await town.heard()
    assert (item.queue, item.fields["id"]) == (OUTGOING, message_id(first))
    assert item.fields["topic"] == "hubs.user.role.removed"
    assert json.loads(item.fields["body"])["username"] == "abe"
    assert item.error.startswith("PublishForbidden: ")
    assert "ACCESS_REFUSED" in item.error

    # Once it is mended the message goes out as if nothing had been.
    rabbit.control("clear_topic_permissions", "guest")
    assert await dead.retry(item)
    assert await dead.count() == 0
    assert await bus.tell_some() == 1
    [(topic, identifier, body)] = ear.heard()
    assert (topic, identifier, body) == (first["topic"], message_id(first), first["msg"])
    await publisher.stopService()
    ear.close()


async def test_an_exchange_that_is_not_there_is_named_and_costs_no_message(
    town: Town, rabbit: RabbitServer
) -> None:
    publisher = Publisher(PublishBroker(rabbit.url, exchange="lamps"))
    publisher.startService()
    await town.change("abe")
    ours, bus = town.boxes(publisher.publish)
    await ours.tell_some()
    for _ in range(2):
        with pytest.raises(BadDeclaration, match="no exchange 'lamps'"):
            await bus.tell_some()
    assert await town.pool.query("SELECT attempts FROM outgoing") == [(0,)]
    await publisher.stopService()


async def test_what_is_not_as_its_schema_wants_it_is_refused(rabbit: RabbitServer) -> None:
    publisher = Publisher(PublishBroker(rabbit.url))
    publisher.startService()
    body: Any = ["no object"]
    with pytest.raises(NotTakenError, match=r"ValidationError: .* is not of type 'object'"):
        await publisher.publish(OutgoingMessage(str(uuid.uuid4()), "org.example", body, ""))
    await publisher.stopService()


async def test_what_waits_for_a_bus_that_is_told_nothing_any_more_goes(town: Town) -> None:
    await town.change("abe")
    await town.pool.run("UPDATE outgoing SET queued = true")
    [box] = town.boxes()
    assert await box.tell_some() == 1
    assert await town.left() == 0
