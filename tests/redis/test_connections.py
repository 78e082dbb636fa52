"""Connections to Redis, by URL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import txredisapi
from twisted.internet import reactor

from hubs.demo.private_redis import PrivateRedis
from hubs.redis import Redis, connect
from tests.cable import cable_to
from tests.killable import RedisServer
from tests.ports import free_port
from tests.redis.refusing import refused, refuses
from tests.until import until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "redis") as server:
        yield server


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
    with pytest.raises(txredisapi.TimeoutError):
        await redis.execute_command("PING")
    await redis.disconnect()


async def answers(redis: Redis) -> bool:
    try:
        await redis.execute_command("PING")
    except txredisapi.RedisError:
        return False
    return True


async def test_why_there_is_no_connection_is_said() -> None:
    redis = connect(f"redis://127.0.0.1:{free_port()}", reactor, timeout=0.5)
    await refused(redis, "Connection refused")


async def test_a_password_that_is_right_later_is_tried_again(server: RedisServer) -> None:
    admin = connect(server.url, reactor)
    await admin.execute_command("CONFIG", "SET", "requirepass", "old")
    redis = connect(f"redis://:new@127.0.0.1:{server.port}", reactor, timeout=2.0)
    await until(lambda: refuses(redis, "WRONGPASS"))
    await admin.execute_command("CONFIG", "SET", "requirepass", "new")
    await until(lambda: answers(redis))
    await admin.disconnect()
    await redis.disconnect()


async def test_a_connection_whose_peer_is_gone_without_a_word_is_replaced(
    server: RedisServer,
) -> None:
    async with cable_to(server.port) as cable:
        redis = connect(f"redis://127.0.0.1:{cable.near_port}", reactor, timeout=3.0)
        await redis.execute_command("SET", "key", "value")
        cable.cut()
        with pytest.raises(txredisapi.TimeoutError):
            await redis.execute_command("GET", "key")
        await until(lambda: answers(redis))
        assert await redis.execute_command("GET", "key") == "value"
        await redis.disconnect()
