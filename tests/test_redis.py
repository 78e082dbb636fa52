"""Connections to Redis, by URL."""

from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet import defer, reactor

from hubs.demo.private_redis import PrivateRedis
from hubs.redis import Redis, RedisUrlError, connect


async def test_numbers_in_replies_stay_text(redis: Redis) -> None:
    await redis.execute_command("SET", "n", 12)
    assert await redis.execute_command("GET", "n") == "12"


async def test_a_socket_may_have_any_path_and_a_database_a_number(servers_folder: Path) -> None:
    folder = servers_folder / "a b%20"
    with PrivateRedis(folder) as url:
        first, second = connect(url, reactor), connect(f"{url}?db=1", reactor)
        await first.execute_command("SET", "key", "first")
        assert await second.execute_command("GET", "key") is None
        await first.disconnect()
        await second.disconnect()


async def test_a_redis_that_is_not_there_is_not_waited_for_for_ever() -> None:
    redis = connect("unix:///nowhere/redis.sock", reactor, timeout=0.1)
    with pytest.raises(defer.TimeoutError):
        await redis.execute_command("PING")
    await redis.disconnect()


@pytest.mark.parametrize("url", ["http://x", "redis://", "redis", "redis://x/db", "unix:///x?db=y"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(RedisUrlError, match="expected"):
        connect(url, reactor)
