"""Queues on a real Redis."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from hubs.pipeline.burial import DEAD
from hubs.pipeline.queue import Item, Limits, NewItem, Queue
from hubs.redis import Redis
from tests.until import until

LIMITS = Limits(max_length=5, lease=0.0, attempts=3)


def items(*texts: str, once: str = "") -> list[NewItem]:
    return [NewItem({"text": text}, once) for text in texts]


def texts(found: list[Item]) -> list[str]:
    return [item.fields["text"] for item in found]


@pytest.fixture
def queue(redis: Redis) -> Queue:
    return Queue("hubs:test", redis, LIMITS, reactor)


async def dead(redis: Redis) -> list[dict[str, str]]:
    reply: Any = await redis.execute_command("XRANGE", DEAD, "-", "+")
    return [dict(zip(parts[::2], parts[1::2], strict=True)) for _, parts in reply]


async def consumers(redis: Redis) -> set[str]:
    reply: Any = await redis.execute_command("XINFO", "CONSUMERS", "hubs:test", "hubs")
    return {consumer[1] for consumer in reply}


async def take(queue: Queue, redis: Redis, most: int = 10) -> list[Item]:
    return await queue.take(redis, "one", most)


async def test_what_is_put_is_taken_in_order_and_once(queue: Queue, redis: Redis) -> None:
    await queue.put(items("a", "b", "žluť\n\u0000"))
    assert texts(await take(queue, redis, 2)) == ["a", "b"]
    assert texts(await queue.take(redis, "two", 2)) == ["žluť\n\u0000"]
    assert await queue.take(redis, "two", 2) == []


async def test_an_item_stays_until_it_is_done(queue: Queue, redis: Redis) -> None:
    await queue.put(items("a", "b"))
    taken = await take(queue, redis)
    assert await queue.length() == 2
    await queue.done(taken)
    assert await queue.length() == 0
    assert await queue.claim("two", 10) == []


async def test_what_a_silent_process_holds_goes_to_another(queue: Queue, redis: Redis) -> None:
    await queue.put(items("a"))
    [first] = await take(queue, redis)
    [second] = await queue.claim("two", 10)
    assert (second.id, second.fields, second.attempts) == (first.id, first.fields, 2)


async def test_what_is_in_hand_for_less_than_the_lease_is_left_alone(redis: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=60.0), reactor)
    await queue.put(items("a"))
    await take(queue, redis)
    assert await queue.claim("two", 10) == []


async def test_what_fails_too_often_is_put_aside_with_its_error(queue: Queue, redis: Redis) -> None:
    await queue.put(items("bad", "good"))
    [bad, good] = await take(queue, redis)
    await queue.done([good])
    for attempt in (2, 3):
        await queue.failed("one", bad, "no answer")
        [bad] = await queue.claim("one", 10)
        assert bad.attempts == attempt
    await queue.failed("one", bad, "no answer")
    assert await queue.length() == 0
    [record] = await dead(redis)
    assert record["queue"] == "hubs:test"
    assert json.loads(record["item"]) == {"text": "bad"}
    assert record["error"] == "no answer"
    assert float(record["time"]) == pytest.approx(reactor.seconds(), abs=60)


async def test_what_fails_waits_longer_each_time(redis: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=1000.0), reactor)
    await queue.put(items("bad"))
    [bad] = await take(queue, redis)
    idle = []
    for attempt in (1, 2, 3, 4):
        await queue.failed("one", attrs.evolve(bad, attempts=attempt), "no answer")
        [[_, _, held, deliveries]] = await redis.execute_command(
            "XPENDING", "hubs:test", "hubs", bad.id, bad.id, 1
        )
        assert deliveries == 1
        idle.append(int(held))
    assert idle == sorted(idle, reverse=True)
    assert len(set(idle)) == 4


async def test_what_two_processes_hold_is_put_aside_once(queue: Queue, redis: Redis) -> None:
    await queue.put(items("bad"))
    [bad] = await take(queue, redis)
    for consumer in ("one", "two"):
        await queue.failed(consumer, attrs.evolve(bad, attempts=3), "no answer")
    assert len(await dead(redis)) == 1


async def test_one_who_fails_long_hides_nothing_from_those_who_claim(redis: Redis) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=1000.0), reactor)
    await queue.put(items(*map(str, range(30))))
    await take(queue, redis, 30)
    *_, last = await redis.execute_command("XRANGE", "hubs:test", "-", "+")
    await redis.execute_command(
        "XCLAIM", "hubs:test", "hubs", "one", 0, last[0], "IDLE", 2_000_000, "JUSTID"
    )
    assert texts(await queue.claim("two", 1)) == ["29"]


async def test_who_is_there_is_known_and_who_is_gone_and_holds_nothing_is_not(
    redis: Redis,
) -> None:
    queue = Queue("hubs:test", redis, Limits(lease=1000.0), reactor)
    await queue.announce(redis, "idle")
    await queue.put(items("a", "b"))
    await queue.done(await queue.take(redis, "gone", 1))
    await queue.take(redis, "busy", 1)
    assert await consumers(redis) == {"idle", "gone", "busy"}
    await Queue("hubs:test", redis, Limits(lease=0.0), reactor).announce(redis, "idle")
    assert await consumers(redis) == {"busy"}


async def test_what_kills_its_process_each_time_is_put_aside(queue: Queue, redis: Redis) -> None:
    await queue.put(items("deadly"))
    await take(queue, redis)
    assert len(await queue.claim("two", 10)) == 1
    assert len(await queue.claim("three", 10)) == 1
    assert await queue.claim("four", 10) == []
    [record] = await dead(redis)
    assert "died each time" in record["error"]


async def test_a_full_queue_takes_nothing_and_its_writer_waits(redis: Redis) -> None:
    clock = Clock()
    queue = Queue("hubs:test", redis, LIMITS, clock)
    await queue.put(items(*"abcde"))
    assert not await queue.offer(items("f", "g"))
    putting = Deferred.fromCoroutine(queue.put(items("f", "g")))
    await until(lambda: bool(clock.getDelayedCalls()))
    assert await queue.length() == 5
    await queue.done((await take(queue, redis))[:1])
    clock.advance(1)
    await putting
    assert await queue.length() == 6


async def test_what_is_put_aside_lets_another_be_queued_and_no_third(
    queue: Queue, redis: Redis
) -> None:
    mortal = Queue("hubs:test", redis, Limits(lease=0.0, attempts=1), reactor)
    await mortal.put(items("due", once="hubs:once"))
    assert len(await mortal.take(redis, "dies", 1)) == 1
    assert await mortal.claim("other", 1) == []
    assert await redis.execute_command("XLEN", DEAD) == 1
    await mortal.put(items("again", once="hubs:once"))
    [again] = await mortal.take(redis, "me", 9)
    assert again.fields == {"text": "again"}

    # It was released, as it is when a refresh begins, so that the key is of the next by now.
    await mortal.release("hubs:once")
    await mortal.put(items("next", once="hubs:once"))
    await mortal.failed("me", again, "no oil")
    await mortal.put(items("third", once="hubs:once"))
    assert texts(await mortal.take(redis, "me", 9)) == ["next"]


async def test_what_is_to_be_queued_once_waits_once(queue: Queue, redis: Redis) -> None:
    for _ in range(3):
        await queue.put(items("refresh", once="hubs:once"))
    assert len(await take(queue, redis)) == 1
    await queue.put(items("refresh", once="hubs:once"))
    assert await queue.length() == 1
    await queue.release("hubs:once")
    await queue.put(items("refresh", once="hubs:once"))
    assert await queue.length() == 2


async def test_there_is_nothing_to_claim_in_a_queue_that_never_was(queue: Queue) -> None:
    assert await queue.claim("one", 10) == []


async def test_a_redis_that_lost_everything_is_begun_anew(queue: Queue, redis: Redis) -> None:
    await queue.put(items("a"))
    await take(queue, redis)
    await redis.execute_command("FLUSHALL")
    await queue.put(items("b"))
    assert texts(await take(queue, redis)) == ["b"]
