"""Listening to Fedora Messaging, on a real RabbitMQ and a real Redis."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pika
import pytest
import pytest_twisted
from prometheus_client import REGISTRY
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, formatEvent

from hubs.bus.envelope import message_id, parse
from hubs.bus.from_fedora_messaging import SCHEMA
from hubs.pipeline.amqp import AmqpListener, Broker
from hubs.pipeline.intake import Intake, RawMessage
from hubs.pipeline.queue import MESSAGES, Limits, NewItem, Queue
from hubs.redis import Redis
from tests.killable import RabbitServer
from tests.ports import free_port
from tests.until import until

TOPIC = "org.fedoraproject.prod.lamp.lit"
NO_JSON = ("hubs_messages_refused_total", {"kind": "no JSON"})


@pytest.fixture(scope="module")
def rabbit(servers_folder: Path) -> Iterator[RabbitServer]:
    with RabbitServer(servers_folder / "rabbitmq") as server:
        yield server


Lines = Callable[[], list[str]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Give what was logged until now."""
    with capturedLogs() as events:
        yield lambda: [formatEvent(event) for event in events]


class Listening:
    """A listener on a queue of its own, with a queue of messages behind it."""

    def __init__(self, url: str, redis: Redis, max_length: int = 100) -> None:
        self.broker = Broker(url, queue=str(uuid.uuid4()))
        self.messages = Queue(MESSAGES, redis, Limits(max_length), reactor)
        self._redis = redis
        self.intake = Intake(_check, self.messages, reactor)
        self.listener = AmqpListener(self.broker, self.intake.take, reactor)

    def start(self) -> None:
        self.listener.startService()

    async def stop(self) -> None:
        await self.listener.stopService()

    async def heard(self) -> list[dict[str, Any]]:
        reply: Any = await self._redis.execute_command("XRANGE", MESSAGES, "-", "+")
        fields = [dict(zip(parts[::2], parts[1::2], strict=True)) for _, parts in reply]
        return [json.loads(one["body"]) for one in fields]

    async def names(self) -> list[str]:
        return [envelope["msg"]["name"] for envelope in await self.heard()]


def _check(message: RawMessage) -> str:
    return message_id(parse(message.topic, message.body, 1024 * 1024, 100))


MakeListening = Callable[..., Listening]


@pytest_twisted.async_yield_fixture
async def listen(redis: Redis) -> AsyncIterator[MakeListening]:
    made: list[Listening] = []

    def make(url: str, **more: Any) -> Listening:
        made.append(Listening(url, redis, **more))
        made[-1].start()
        return made[-1]

    yield make
    for listening in made:
        await listening.stop()


def publish(
    url: str,
    *names: str,
    headers: dict[str, Any] | None = None,
    body: Any = None,
    encoding: str = "utf-8",
) -> None:
    """Publish messages as any program does, and wait until the broker has them."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for name in names:
            properties = pika.BasicProperties(
                message_id=name,
                content_type="application/json",
                content_encoding=encoding,
                delivery_mode=2,
                headers={
                    SCHEMA: "base.message",
                    "fedora_messaging_severity": 20,
                    "sent-at": "2026-11-24T10:00:00+00:00",
                    **(headers or {}),
                },
            )
            text = json.dumps(body or {"name": name}).encode()
            channel.basic_publish("amq.topic", TOPIC, text, properties, mandatory=True)


def ready(url: str, queue: str) -> int:
    """Say how many messages wait in a queue of the broker, handed to nobody."""
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        found = connection.channel().queue_declare(queue, passive=True)
        return int(found.method.message_count)


async def consuming(url: str, queue: str) -> None:
    """Wait until somebody reads a queue."""

    def read() -> bool:
        with pika.BlockingConnection(pika.URLParameters(url)) as connection:
            try:
                found = connection.channel().queue_declare(queue, passive=True)
            except pika.exceptions.ChannelClosedByBroker:
                return False
            return bool(found.method.consumer_count)

    await until(read)


async def test_what_is_published_is_stored_with_its_headers(
    rabbit: RabbitServer, listen: MakeListening
) -> None:
    listening = listen(rabbit.url)
    await consuming(rabbit.url, listening.broker.queue)
    publish(rabbit.url, "first", "second", headers={"fedora_messaging_user_abe": True})

    async def both() -> bool:
        return len(await listening.heard()) == 2

    await until(both)
    [envelope, second] = await listening.heard()
    assert second["msg_id"] == "second"
    assert envelope["topic"] == TOPIC
    assert envelope["timestamp"] == 1795514400.0
    assert envelope["headers"]["fedora_messaging_user_abe"] is True
    assert envelope["msg"] == {"name": "first"}


async def test_what_cannot_be_read_is_refused_and_the_next_goes_through(
    rabbit: RabbitServer, listen: MakeListening, lines: Lines
) -> None:
    listening = listen(rabbit.url)
    await consuming(rabbit.url, listening.broker.queue)
    counted = REGISTRY.get_sample_value(*NO_JSON) or 0
    deep: dict[str, Any] = {"name": "deep"}
    for _ in range(150):
        deep = {"deeper": deep}
    publish(rabbit.url, "deep", body=deep)
    publish(rabbit.url, "strange", encoding="no such encoding")
    publish(rabbit.url, "good")

    async def one() -> bool:
        return await listening.names() == ["good"]

    await until(one)
    assert sum(listening.intake.refused.values()) == 1
    assert any("did not pass validation" in line for line in lines())
    assert REGISTRY.get_sample_value(*NO_JSON) == counted + 1
    assert ready(rabbit.url, listening.broker.queue) == 0


@pytest.mark.parametrize(
    "headers",
    [
        # Its class raises TypeError when it is made, and the one after it when it is validated.
        {SCHEMA: "koji_fedoramessaging.tag.TagV1"},
        {SCHEMA: "ci_messages.CIMessageV1"},
        # Its class wants other facts than there are.
        {SCHEMA: "bodhi.update.comment.v1"},
        {SCHEMA: ["a", "list"]},
        {"fedora_messaging_severity": "?"},
    ],
)
async def test_no_schema_keeps_a_message_from_being_stored(
    rabbit: RabbitServer, listen: MakeListening, headers: dict[str, Any]
) -> None:
    listening = listen(rabbit.url)
    await consuming(rabbit.url, listening.broker.queue)
    publish(rabbit.url, "odd", headers=headers, body={"name": "odd", "tag": 5})
    publish(rabbit.url, "good")

    async def both() -> bool:
        return await listening.names() == ["odd", "good"]

    await until(both)
    assert ready(rabbit.url, listening.broker.queue) == 0


async def test_what_cannot_be_stored_stays_with_the_broker(
    rabbit: RabbitServer, listen: MakeListening, lines: Lines, redis: Redis
) -> None:
    listening = listen(rabbit.url, max_length=2)
    queue = listening.broker.queue
    await consuming(rabbit.url, queue)
    await listening.messages.put([NewItem({"body": '{"msg": {"name": "old"}}'})] * 2)
    publish(rabbit.url, "a", "b", "c")
    await until(lambda: any("takes no more" in line for line in lines()))
    stopping = Deferred.fromCoroutine(listening.stop())
    listening.listener._give_up()
    await stopping
    await until(lambda: ready(rabbit.url, queue) == 3)
    await redis.execute_command("FLUSHALL")
    again = listen(rabbit.url)
    await again.stop()
    again.listener = AmqpListener(listening.broker, again.intake.take, reactor)
    again.start()

    async def all_three() -> bool:
        return await again.names() == ["a", "b", "c"]

    await until(all_three)


async def test_a_broker_that_dies_is_told_of_once_and_misses_nothing(
    servers_folder: Path, listen: MakeListening, lines: Lines
) -> None:
    with RabbitServer(servers_folder / "killed-rabbitmq") as server:
        listening = listen(server.url)
        await consuming(server.url, listening.broker.queue)
        publish(server.url, "before")
        server.kill()
        await until(lambda: any("is away" in line for line in lines()))
        server.start()
        await until(lambda: any("is back" in line for line in lines()))
        await consuming(server.url, listening.broker.queue)
        publish(server.url, "after")

        async def both() -> bool:
            return {"before", "after"} <= set(await listening.names())

        await until(both)
        await listening.stop()
    about = [line for line in lines() if "AMQP broker" in line]
    assert len(about) == 2, about


async def test_a_message_in_hand_outlives_the_broker_that_gave_it(
    servers_folder: Path, listen: MakeListening, lines: Lines, redis: Redis
) -> None:
    with RabbitServer(servers_folder / "rabbitmq-killed-with-message") as server:
        listening = listen(server.url, max_length=1)
        await consuming(server.url, listening.broker.queue)
        await listening.messages.put([NewItem({"body": '{"msg": {"name": "old"}}'})])
        publish(server.url, "in hand")
        await until(lambda: any("takes no more" in line for line in lines()))
        server.kill()
        await until(lambda: any("is away" in line for line in lines()))
        await redis.execute_command("FLUSHALL")

        async def stored() -> bool:
            return await listening.names() == ["in hand"]

        # Once from our hand; the broker cannot be told, and is no more there to hear it.
        await until(stored)
        await redis.execute_command("FLUSHALL")
        server.start()
        # And again from the broker, which never heard that it was stored.
        await until(stored)
        await listening.stop()


async def test_a_broker_that_is_not_there_at_the_start_is_waited_for(
    listen: MakeListening, lines: Lines
) -> None:
    listen(f"amqp://guest:secret@127.0.0.1:{free_port()}/%2F")
    await until(lambda: any("is away" in line for line in lines()))
    assert not any("secret" in line for line in lines())


async def test_a_queue_that_is_deleted_is_declared_again(
    rabbit: RabbitServer, listen: MakeListening, lines: Lines
) -> None:
    listening = listen(rabbit.url)
    await consuming(rabbit.url, listening.broker.queue)
    with pika.BlockingConnection(pika.URLParameters(rabbit.url)) as connection:
        connection.channel().queue_delete(listening.broker.queue)
    await until(lambda: any("is away" in line for line in lines()))
    await consuming(rabbit.url, listening.broker.queue)
    publish(rabbit.url, "again")

    async def heard() -> bool:
        return await listening.names() == ["again"]

    await until(heard)
