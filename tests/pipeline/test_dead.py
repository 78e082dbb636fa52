"""What failed too often, on a real Redis."""

from __future__ import annotations

import attrs
import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults

from hubs.pipeline.backlog import backlog
from hubs.pipeline.burial import DEAD
from hubs.pipeline.dead import DeadItem, DeadItems, RetryError
from hubs.pipeline.queue import Limits, NewItem, Queue
from hubs.redis import Redis
from tests.until import until


@pytest.fixture
def queue(redis: Redis) -> Queue:
    return Queue("hubs:test", redis, Limits(max_length=3, attempts=1), reactor)


@pytest.fixture
def items(redis: Redis, queue: Queue) -> DeadItems:
    return DeadItems(redis, [queue])


async def bury(queue: Queue, redis: Redis, *texts: str) -> None:
    for text in texts:
        await queue.put([NewItem({"text": text})])
        [item] = await queue.take(redis, "one", 1)
        await queue.failed("one", item, f"no {text}")


def texts(found: list[DeadItem]) -> list[str]:
    return [item.fields["text"] for item in found]


async def test_they_are_told_with_message_error_and_time(
    items: DeadItems, queue: Queue, redis: Redis
) -> None:
    assert await items.newest(5) == []
    assert [item async for item in items.all()] == []
    before = reactor.seconds()
    await bury(queue, redis, "a", "žluť\n\u0000", "c")
    newest = await items.newest(2)
    assert texts(newest) == ["c", "žluť\n\u0000"]
    assert (newest[0].queue, newest[0].error) == ("hubs:test", "no c")
    assert before <= newest[0].time <= reactor.seconds()
    assert texts([item async for item in items.all()]) == ["a", "žluť\n\u0000", "c"]
    assert await items.find([newest[0].id, "1-1"]) == {newest[0].id: newest[0]}


async def test_all_are_many_pages_but_not_what_comes_meanwhile(
    items: DeadItems, queue: Queue, redis: Redis
) -> None:
    await bury(queue, redis, *map(str, range(401)))
    count = 0
    async for item in items.all():
        assert item.fields["text"] == str(count)
        count += 1
        if count == 1:
            await bury(queue, redis, "late")
    assert count == 401


async def test_one_is_put_back_once_with_all_its_attempts(
    items: DeadItems, queue: Queue, redis: Redis
) -> None:
    await bury(queue, redis, "žluť\n\u0000")
    [item] = await items.newest(1)
    done = await gatherResults([Deferred.fromCoroutine(items.retry(item)) for _ in range(2)])
    assert sorted(done) == [False, True]
    [again] = await queue.take(redis, "one", 10)
    assert (again.fields, again.attempts) == (item.fields, 1)
    assert await items.count() == 0


async def test_a_full_queue_takes_none_back(items: DeadItems, queue: Queue, redis: Redis) -> None:
    await bury(queue, redis, "a")
    await queue.put([NewItem({"text": text}) for text in "xyz"])
    [item] = await items.newest(1)
    with pytest.raises(RetryError, match="hubs:test is full, with 3 items"):
        await items.retry(item)
    assert texts(await items.newest(5)) == ["a"]
    assert await queue.length() == 3


async def test_one_of_a_queue_of_nobody_stays(items: DeadItems, redis: Redis) -> None:
    other = Queue("hubs:other", redis, Limits(attempts=1), reactor)
    await bury(other, redis, "a")
    [item] = await items.newest(1)
    with pytest.raises(RetryError, match="'hubs:other', expected one of hubs:test"):
        await items.retry(item)
    assert await items.count() == 1


async def test_one_is_dropped_once(items: DeadItems, queue: Queue, redis: Redis) -> None:
    await bury(queue, redis, "a", "b")
    [_, first] = await items.newest(2)
    assert await items.drop(first)
    assert not await items.drop(first)
    assert texts(await items.newest(5)) == ["b"]
    assert await queue.length() == 0


async def test_the_backlog_is_told_with_who_holds_what(queue: Queue, redis: Redis) -> None:
    assert (await backlog(redis, "hubs:test")).length == 0
    await queue.announce(redis, "idle")
    await queue.put([NewItem({"text": text}) for text in "abc"])
    await queue.take(redis, "busy", 2)

    async def aged() -> bool:
        return ((await backlog(redis, "hubs:test")).oldest or 0.0) > 0.0

    await until(aged)
    found = await backlog(redis, "hubs:test")
    assert (found.length, found.in_hand) == (3, 2)
    assert [(one.name, one.in_hand) for one in found.holders] == [("busy", 2), ("idle", 0)]
    assert await backlog(redis, DEAD) == attrs.evolve(await backlog(redis, "x"), stream=DEAD)
