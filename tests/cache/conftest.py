"""Every kind of cache, on real servers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.endpoints import clientFromString
from twisted.protocols.memcache import MemCacheProtocol

from hubs.cache.files import FileCache
from hubs.cache.memcached import MemcachedCache
from hubs.cache.redis import RedisCache
from hubs.redis import Redis
from tests.killable import MemcachedServer
from tests.until import PATIENCE

#: Seconds that the caches of the tests keep a value, and bytes of the largest one.
KEEP, MAX_VALUE = 100, 100_000


@pytest.fixture(scope="session")
def memcached_server(servers_folder: Path) -> Iterator[MemcachedServer]:
    """Give a running memcached."""
    with MemcachedServer(servers_folder / "memcached") as server:
        yield server


def memcached_at(
    where: str, keep: int = KEEP, max_value: int = MAX_VALUE, timeout: float = PATIENCE
) -> MemcachedCache:
    """Make a cache in a memcached, which may be slow on a slow machine; it is not started."""
    endpoint = clientFromString(reactor, where)
    return MemcachedCache(where, endpoint, reactor, keep=keep, max_value=max_value, timeout=timeout)


@pytest.fixture
def file_cache(tmp_path: Path, keep: int) -> FileCache:
    return FileCache(
        tmp_path / "cache",
        reactor,  # type: ignore[arg-type]
        reactor.seconds,
        keep=keep,
        max_value=MAX_VALUE,
    )


@pytest.fixture
def redis_cache(redis: Redis, keep: int) -> RedisCache:
    return RedisCache(redis, keep, MAX_VALUE)


@pytest_twisted.async_yield_fixture
async def memcached_cache(
    memcached_server: MemcachedServer, keep: int
) -> AsyncIterator[MemcachedCache]:
    cache = memcached_at(memcached_server.url, keep)
    cache.startService()
    await cache._ask(MemCacheProtocol.flushAll)
    yield cache
    await cache.stopService()


@pytest.fixture
def keep() -> int:
    """Say how long values are kept, seconds."""
    return KEEP


@pytest.fixture(params=["file_cache", "memcached_cache", "redis_cache"])
def any_cache(request: pytest.FixtureRequest) -> FileCache | MemcachedCache | RedisCache:
    """Give an empty cache of each kind."""
    found: FileCache | MemcachedCache | RedisCache = request.getfixturevalue(request.param)
    return found
