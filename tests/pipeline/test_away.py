"""What a real Redis says when it cannot do now what it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor
from txredisapi import ResponseError

from hubs.pipeline.away import is_away
from hubs.pipeline.queue import Limits, NewItem, Queue
from hubs.redis import Redis, connect
from tests.killable import RedisServer
from tests.ports import free_port


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "redis") as server:
        yield server


@pytest_twisted.async_yield_fixture
async def own_redis(server: RedisServer) -> AsyncIterator[Redis]:
    redis = connect(server.url, reactor)
    yield redis
    await redis.disconnect()


@pytest.mark.parametrize(
    "change",
    [
        ("CONFIG", "SET", "maxmemory", "1"),
        ("CONFIG", "SET", "min-replicas-to-write", "1"),
        ("REPLICAOF", "127.0.0.1", free_port()),
    ],
)
async def test_what_may_work_later_is_no_fault_of_an_item(
    own_redis: Redis, change: tuple[str | int, ...]
) -> None:
    await own_redis.execute_command(*change)
    with pytest.raises(ResponseError) as in_a_script:
        await Queue("hubs:test", own_redis, Limits(), reactor).put([NewItem({"a": "b"})])
    with pytest.raises(ResponseError) as alone:
        await own_redis.execute_command("XADD", "hubs:test", "*", "a", "b")
    assert is_away(in_a_script.value)
    assert is_away(alone.value)


async def test_what_never_works_is(own_redis: Redis) -> None:
    await own_redis.execute_command("SET", "hubs:test", "OOM READONLY")
    with pytest.raises(ResponseError, match="WRONGTYPE") as wrong:
        await own_redis.execute_command("XADD", "hubs:test", "*", "a", "b")
    assert not is_away(wrong.value)
