"""Taking items from a queue on a real Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import psycopg2
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from txredisapi import RedisError

from hubs.demo.private_redis import PrivateRedis
from hubs.pipeline.consumer import Consumer
from hubs.pipeline.queue import Item, Limits, NewItem, Queue
from hubs.redis import Redis, connect
from tests.until import until


class Handler:
    """Writes down what it is given; fails for what is bad, and waits where it is told to."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []
        self.waiting: list[Deferred[None]] = []
        self.slow = False
        self.away = 0

    async def __call__(self, items: Sequence[Item]) -> None:
        texts = [item.fields["text"] for item in items]
        self.given.append(texts)
        if self.away:
            self.away -= 1
            raise psycopg2.OperationalError("the server is away")
        if self.slow:
            waiting: Deferred[None] = Deferred()
            self.waiting.append(waiting)
            await waiting
        if "bad" in texts:
            raise ValueError("it is bad")


@pytest_twisted.async_yield_fixture
async def blocking(redis_server: str) -> AsyncIterator[Redis]:
    redis = connect(redis_server, reactor)
    yield redis
    await redis.disconnect()


def put(queue: Queue, *texts: str) -> Deferred[None]:
    return Deferred.fromCoroutine(queue.put([NewItem({"text": text}) for text in texts]))


async def stored(queue: Queue, text: str) -> bool:
    try:
        await put(queue, text)
    except RedisError:
        return False
    return True


async def empty(queue: Queue) -> bool:
    return await queue.length() == 0


async def test_it_handles_what_comes_in_batches(redis: Redis, blocking: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(), reactor)
    handler = Handler()
    await put(queue, *"abcde")
    consumer = Consumer(queue, handler, blocking, "me", reactor, batch=3)
    consumer.startService()
    await until(lambda: empty(queue))
    await put(queue, "f")
    await until(lambda: empty(queue))
    await consumer.stopService()
    assert handler.given == [["a", "b", "c"], ["d", "e"], ["f"]]


async def test_a_bad_item_costs_only_itself(redis: Redis, blocking: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(attempts=1), reactor)
    handler = Handler()
    await put(queue, "a", "bad", "b")
    consumer = Consumer(queue, handler, blocking, "me", reactor, batch=3)
    consumer.startService()
    await until(lambda: empty(queue))
    await consumer.stopService()
    assert handler.given == [["a", "bad", "b"], ["a"], ["bad"], ["b"]]
    assert await redis.execute_command("XLEN", "hubs:dead") == 1


async def test_what_fails_does_not_wait_for_the_lease(redis: Redis, blocking: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=10_000.0, attempts=2), reactor)
    handler = Handler()
    await put(queue, "bad")
    consumer = Consumer(queue, handler, blocking, "me", reactor)
    consumer.startService()
    await until(lambda: empty(queue))
    await consumer.stopService()
    assert handler.given == [["bad"], ["bad"]]
    assert await redis.execute_command("XLEN", "hubs:dead") == 1


async def test_it_is_known_while_it_runs_and_forgets_those_who_are_gone(
    redis: Redis, blocking: Redis
) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=1.0), reactor)

    async def known() -> list[str]:
        reply: Any = await redis.execute_command("XINFO", "CONSUMERS", "hubs:test", "hubs")
        return [one[1] for one in reply]

    async def alone() -> bool:
        return await known() == ["me"]

    await queue.announce(redis, "gone")
    consumer = Consumer(queue, Handler(), blocking, "me", reactor)
    consumer.startService()
    await until(alone)
    await consumer.stopService()


async def test_a_store_that_is_away_costs_no_item_an_attempt(
    redis: Redis, blocking: Redis, redis_server: str
) -> None:
    second = connect(redis_server, reactor, poolsize=1)
    # Longer than this machine may stand still, and shorter than the six pauses together.
    queue = Queue("hubs:test", redis, Limits(lease=1.0, attempts=2), reactor)
    handler = Handler()
    handler.away = 6
    await put(queue, "a")
    consumer, other = (
        Consumer(queue, handler, connection, name, reactor)
        for name, connection in (("me", blocking), ("other", second))
    )
    consumer.startService()
    other.startService()
    await until(lambda: empty(queue))
    await consumer.stopService()
    await other.stopService()
    await second.disconnect()
    assert handler.given == [["a"]] * 7
    assert await redis.execute_command("XLEN", "hubs:dead") == 0


async def test_what_takes_longer_than_the_lease_is_not_taken_from_who_works_on_it(
    redis: Redis, blocking: Redis
) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=1.0), reactor)
    handler = Handler()
    handler.slow = True
    await put(queue, "a")
    consumer = Consumer(queue, handler, blocking, "me", reactor)
    consumer.startService()
    await until(lambda: bool(handler.waiting))
    idle = [0]

    async def held_anew() -> bool:
        [[_, _, milliseconds, deliveries]] = await redis.execute_command(
            "XPENDING", "hubs:test", "hubs", "-", "+", 1
        )
        assert int(deliveries) == 1
        idle.append(int(milliseconds))
        return idle[-1] < idle[-2]

    await until(held_anew)
    await until(held_anew)
    handler.waiting[0].callback(None)
    await consumer.stopService()
    assert await queue.length() == 0


async def test_who_stood_still_for_longer_than_the_lease_takes_nothing_from_itself(
    redis: Redis, blocking: Redis
) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=1000.0), reactor)
    handler = Handler()
    handler.slow = True
    await put(queue, "a")
    consumer = Consumer(queue, handler, blocking, "me", reactor, concurrency=2)
    consumer.startService()
    await until(lambda: len(handler.waiting) == 1)
    [[entry_id, _]] = await redis.execute_command("XRANGE", "hubs:test", "-", "+")
    idle = ("IDLE", 2_000_000, "JUSTID")
    await redis.execute_command("XCLAIM", "hubs:test", "hubs", "me", 0, entry_id, *idle)
    consumer._next_claim = 0.0
    await until(lambda: consumer._next_claim > 0.0)
    await put(queue, "b")
    await until(lambda: len(handler.waiting) == 2)
    assert handler.given == [["a"], ["b"]]
    for waiting in handler.waiting:
        waiting.callback(None)
    await consumer.stopService()


async def test_a_stop_leaves_to_others_what_waits_for_a_store(
    redis: Redis, blocking: Redis
) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=100.0), reactor)
    handler = Handler()
    handler.away = 1000
    await put(queue, "a")
    consumer = Consumer(queue, handler, blocking, "me", reactor)
    consumer.startService()
    await until(lambda: len(handler.given) > 1)
    await consumer.stopService()
    assert await queue.length() == 1
    # At once, whatever the lease is, and with all its attempts.
    [item] = await queue.claim("other", 5)
    assert (item.fields, item.attempts) == ({"text": "a"}, 1)


async def test_a_stop_does_not_wait_for_room(redis: Redis, blocking: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=100.0), reactor)
    full = Queue("hubs:full", redis, Limits(max_length=1), reactor)
    begun = []

    async def pass_on(items: Sequence[Item]) -> None:
        begun.append(items)
        await full.put([NewItem(item.fields) for item in items])

    await put(full, "x")
    await put(queue, "a", "b")
    consumer = Consumer(queue, pass_on, blocking, "me", reactor, into=full)
    consumer.startService()
    await until(lambda: bool(begun))
    await consumer.stopService()
    assert len(begun) == 1
    assert await full.length() == 1
    claimed = await queue.claim("other", 5)
    new = await queue.take(redis, "other", 5)
    assert [(item.fields["text"], item.attempts) for item in claimed + new] == [("a", 1), ("b", 1)]


async def test_it_has_no_more_in_hand_than_it_may(redis: Redis, blocking: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(), reactor)
    handler = Handler()
    handler.slow = True
    await put(queue, *"abc")
    consumer = Consumer(queue, handler, blocking, "me", reactor, concurrency=2)
    consumer.startService()
    await until(lambda: len(handler.waiting) == 2)
    handler.waiting[0].callback(None)
    await until(lambda: len(handler.waiting) == 3)
    for waiting in handler.waiting[1:]:
        waiting.callback(None)
    await until(lambda: empty(queue))
    await consumer.stopService()


async def test_a_stop_waits_for_what_is_in_hand(redis: Redis, blocking: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(), reactor)
    handler = Handler()
    handler.slow = True
    await put(queue, "a")
    consumer = Consumer(queue, handler, blocking, "me", reactor)
    consumer.startService()
    await until(lambda: bool(handler.waiting))
    stopping = consumer.stopService()
    assert not stopping.called
    handler.waiting[0].callback(None)
    await stopping
    assert await queue.length() == 0


async def test_it_claims_what_another_left(redis: Redis, blocking: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=1.0), reactor)
    await put(queue, "a")
    assert len(await queue.take(redis, "dead", 1)) == 1
    handler = Handler()
    consumer = Consumer(queue, handler, blocking, "me", reactor)
    consumer.startService()
    await until(lambda: empty(queue))
    await consumer.stopService()
    assert handler.given == [["a"]]


async def test_it_goes_on_when_redis_comes_back(servers_folder: Path) -> None:
    server = PrivateRedis(servers_folder / "restarted")
    url = server.start()
    redis, blocking = connect(url, reactor, poolsize=2), connect(url, reactor)
    queue = Queue("hubs:test", redis, Limits(), reactor)
    handler = Handler()
    consumer = Consumer(queue, handler, blocking, "me", reactor)
    consumer.startService()
    await put(queue, "a")
    await until(lambda: handler.given == [["a"]])
    server.stop()
    assert server.start() == url
    await until(lambda: stored(queue, "b"))
    await until(lambda: ["b"] in handler.given)
    await consumer.stopService()
    await redis.disconnect()
    await blocking.disconnect()
    server.stop()
