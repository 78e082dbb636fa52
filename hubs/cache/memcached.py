"""The cache in memcached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from twisted.application.internet import ClientService, backoffPolicy
from twisted.application.service import Service
from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.interfaces import IReactorTime, IStreamClientEndpoint
from twisted.internet.protocol import Factory, connectionDone
from twisted.internet.task import deferLater
from twisted.protocols.memcache import MemCacheProtocol
from twisted.python.failure import Failure
from zope.interface import implementer

from hubs.cache.interfaces import CacheAwayError, Cached, ICache
from hubs.cache.record import NOTHING_FOUND, batches, check_key, decode, encode, known_keys

#: The longest that one question may take, the wait for a connection included, seconds. A page
#: waits that long at the most.
TIMEOUT = 2.0
#: What the names of our keys begin with: others may use the same memcached.
PREFIX = "hubs:"


class _Connection(MemCacheProtocol):
    def connectionLost(self, reason: Failure = connectionDone) -> None:
        # Twisted's own waits on for what cannot come any more.
        super().connectionLost(reason)
        self.setTimeout(None)


@implementer(ICache)
class MemcachedCache(Service):
    """See `ICache`. Its connection is opened again, with growing pauses, whenever it is lost."""

    def __init__(
        self,
        where: str,
        endpoint: IStreamClientEndpoint,
        clock: IReactorTime,
        *,
        keep: int,
        max_value: int,
        timeout: float = TIMEOUT,
    ) -> None:
        """Make a cache that connects when the service starts.

        Args:
            where: The endpoint in words.
            endpoint: Where memcached is.
            clock: What time is.
            keep: How long a value stays that nobody sets again, seconds. Past 30 days memcached
                would take it for a date.
            max_value: Bytes of the largest value. memcached itself takes 1 MiB unless it is
                started with ``-I``.
            timeout: How long one question may take, seconds.
        """
        self._where = where
        self._clock = clock
        self._keep = keep
        self._max_value = max_value
        self._timeout = timeout
        self._client = ClientService(
            endpoint,
            Factory.forProtocol(lambda: _Connection(timeOut=timeout)),
            retryPolicy=backoffPolicy(initialDelay=0.1, maxDelay=5.0),
            clock=clock,
        )

    def startService(self) -> None:
        """Begin to connect."""
        super().startService()
        self._client.startService()

    def stopService(self) -> Deferred[None]:
        """Close the connection."""
        super().stopService()
        return self._client.stopService()

    async def get_many(self, keys: Iterable[str]) -> Mapping[str, Cached]:
        """See `ICache`.

        Raises:
            CacheAwayError: memcached does not answer.
        """
        found = {}
        for key, data in (await self._values(keys)).items():
            cached = decode(data)
            if cached is not None:
                found[key] = cached
        return found

    async def set(self, key: str, cached: Cached) -> None:
        """See `ICache`.

        Raises:
            CacheAwayError: memcached does not answer.
            twisted.protocols.memcache.ServerError: It has no room.
        """
        name, data = _name(check_key(key)), encode(cached, self._max_value)
        await self._ask(MemCacheProtocol.set, name, data, 0, self._keep)

    async def present(self, keys: Iterable[str]) -> frozenset[str]:
        """See `ICache`. memcached tells of no value without giving it.

        Raises:
            CacheAwayError: memcached does not answer.
        """
        found: list[str] = []
        for some in batches(keys):
            values = await self._values(some)
            found += [key for key, data in values.items() if not data.startswith(NOTHING_FOUND)]
        return frozenset(found)

    async def delete(self, keys: Iterable[str]) -> int:
        """See `ICache`.

        Raises:
            CacheAwayError: memcached does not answer.
        """
        return sum(
            [
                await self._ask(MemCacheProtocol.delete, name)
                for name in map(_name, known_keys(keys))
            ]
        )

    async def check(self) -> None:
        """See `ICache`.

        Raises:
            CacheAwayError: memcached does not answer.
        """
        await self._ask(MemCacheProtocol.version)

    async def _values(self, keys: Iterable[str]) -> dict[str, bytes]:
        values: dict[str, bytes] = {}
        for some in batches(keys):
            names = {_name(key): key for key in some}
            found = await self._ask(MemCacheProtocol.getMultiple, names)
            values |= {names[name]: data for name, (_, data) in found.items() if data is not None}
        return values

    async def _ask(self, question: Callable[..., Deferred[Any]], *values: object) -> Any:
        try:
            connecting = self._client.whenConnected(failAfterFailures=1)
            memcached = await connecting.addTimeout(self._timeout, self._clock)
            return await question(memcached, *values).addTimeout(self._timeout, self._clock)
        except (ConnectError, ConnectionClosed, defer.TimeoutError, OSError) as error:
            reason = str(error) or type(error).__name__
            # The client tells us of it while it is not yet done with it itself.
            await deferLater(self._clock, 0)
            raise CacheAwayError(
                f"memcached at {self._where} cannot be reached: {reason}"
            ) from error


def _name(key: str) -> bytes:
    return (PREFIX + key).encode()
