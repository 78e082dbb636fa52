"""The cache in Redis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
from zope.interface import implementer

from hubs.cache.interfaces import Cached, ICache
from hubs.cache.record import NOTHING_FOUND, batches, check_key, decode, encode
from hubs.redis import Redis

#: What the names of our keys begin with, beside those of the queues.
PREFIX = "hubs:cache:"

_BEGINNINGS = """
local found = {}
for n, key in ipairs(KEYS) do found[n] = redis.call('GETRANGE', key, 0, ARGV[1]) end
return found
"""


@implementer(ICache)
@attrs.frozen
class RedisCache:
    """See `ICache`. What it raises is `txredisapi.RedisError`.

    Attributes:
        redis: Connections that nobody blocks.
        keep: How long a value stays that nobody sets again, seconds.
        max_value: Bytes of the largest value.
    """

    redis: Redis
    keep: int
    max_value: int

    async def get_many(self, keys: Iterable[str]) -> Mapping[str, Cached]:
        """See `ICache`."""
        found = {}
        for some in batches(keys):
            values = await self.redis.execute_command("MGET", *map(_name, some))
            for key, data in zip(some, values, strict=True):
                cached = decode(data) if data is not None else None
                if cached is not None:
                    found[key] = cached
        return found

    async def set(self, key: str, cached: Cached) -> None:
        """See `ICache`."""
        data = encode(cached, self.max_value).decode()
        await self.redis.execute_command("SET", _name(check_key(key)), data, "EX", self.keep)

    async def present(self, keys: Iterable[str]) -> frozenset[str]:
        """See `ICache`."""
        nothing = {"", NOTHING_FOUND.decode()}
        found: list[str] = []
        for some in batches(keys):
            beginnings = await self.redis.execute_command(
                "EVAL", _BEGINNINGS, len(some), *map(_name, some), len(NOTHING_FOUND) - 1
            )
            found += [
                key for key, data in zip(some, beginnings, strict=True) if data not in nothing
            ]
        return frozenset(found)

    async def delete(self, keys: Iterable[str]) -> int:
        """See `ICache`."""
        deleted = 0
        for some in batches(keys):
            deleted += int(await self.redis.execute_command("DEL", *map(_name, some)))
        return deleted

    async def check(self) -> None:
        """See `ICache`."""
        await self.redis.execute_command("PING")


def _name(key: str) -> str:
    return PREFIX + key
