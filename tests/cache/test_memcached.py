"""The cache on a memcached that dies, comes back, hangs, or was never there."""

from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet.defer import Deferred, gatherResults
from twisted.protocols.memcache import ServerError

from hubs.cache.interfaces import CacheAwayError, Cached
from hubs.cache.memcached import MemcachedCache
from hubs.pipeline.away import is_away
from tests.cache.conftest import memcached_at
from tests.killable import MemcachedServer
from tests.ports import free_port
from tests.until import until


async def stored(cache: MemcachedCache, cached: Cached) -> bool:
    try:
        await cache.set("a", cached)
    except CacheAwayError:
        return False
    return True


async def test_it_finds_back_to_a_server_that_was_killed(servers_folder: Path) -> None:
    with MemcachedServer(servers_folder / "killed-memcached") as server:
        cache = memcached_at(server.url)
        cache.startService()
        await cache.set("a", Cached(1))
        server.kill()
        with pytest.raises(CacheAwayError, match=f"memcached at {server.url} cannot be reached"):
            await cache.get_many(["a"])
        server.start()

        await until(lambda: stored(cache, Cached(2)))
        assert await cache.get_many(["a"]) == {"a": Cached(2)}
        await cache.stopService()


async def test_a_server_that_was_never_there_is_named_and_is_an_outage() -> None:
    where = f"tcp:127.0.0.1:{free_port()}"
    cache = memcached_at(where)
    cache.startService()
    with pytest.raises(
        CacheAwayError, match=f"memcached at {where} cannot be reached: .*refused"
    ) as caught:
        await cache.get_many(["a"])
    assert is_away(caught.value)
    with pytest.raises(CacheAwayError, match="refused"):
        await cache.check()
    await cache.stopService()


async def test_a_server_that_hangs_fails_what_waits_for_it_and_no_more(
    servers_folder: Path,
) -> None:
    with MemcachedServer(servers_folder / "hanging-memcached") as server:
        cache = memcached_at(server.url, timeout=2.0)
        cache.startService()
        await until(lambda: stored(cache, Cached(1)))
        with server.frozen():
            asking = [Deferred.fromCoroutine(cache.get_many(["a"])) for _ in range(3)]
            for asked in asking:
                with pytest.raises(CacheAwayError):
                    await asked

        async def back() -> bool:
            try:
                return await cache.get_many(["a"]) == {"a": Cached(1)}
            except CacheAwayError:
                return False

        await until(back)
        await cache.stopService()


async def test_what_memcached_itself_finds_too_large_is_no_outage(
    memcached_server: MemcachedServer,
) -> None:
    cache = memcached_at(memcached_server.url, max_value=3_000_000)
    cache.startService()
    with pytest.raises(ServerError, match="too large") as caught:
        await cache.set("a", Cached("x" * 2_000_000))
    assert not is_away(caught.value)
    await cache.set("a", Cached(1))
    assert await cache.get_many(["a"]) == {"a": Cached(1)}
    await cache.stopService()


async def test_several_processes_see_each_others_values(
    memcached_cache: MemcachedCache, memcached_server: MemcachedServer
) -> None:
    other = memcached_at(memcached_server.url)
    other.startService()
    await gatherResults(
        [Deferred.fromCoroutine(cache.set("a", Cached("x"))) for cache in (memcached_cache, other)]
    )
    assert await other.delete(["a"]) == 1
    assert await memcached_cache.get_many(["a"]) == {}
    await other.stopService()
