"""What the services are made of: here the settings pick implementations."""

from __future__ import annotations

import os
import socket
from functools import cached_property
from typing import Any

from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred

from hubs.cache.files import FileCache
from hubs.config import Settings
from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.feeds.postgres import PostgresFeeds
from hubs.pipeline.queue import MESSAGES, WORK, Limits, Queue
from hubs.redis import Redis, RedisUrlError, connect
from hubs.twistd_plugins.ordered import OrderedServices
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry


class _Closing(Service):
    """Closes connections to Redis when it stops."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def stopService(self) -> Deferred[None]:
        super().stopService()
        return self._redis.disconnect()


class Parts:
    """Makes each part once, when it is first asked for.

    Attributes:
        settings: The settings.
        reactor: What everything runs on.
        service: What starts and stops with the parts; stores are in it before who uses them.
    """

    def __init__(self, settings: Settings, reactor: Any) -> None:
        """Make nothing yet.

        Args:
            settings: The settings.
            reactor: What everything runs on.
        """
        self.settings = settings
        self.reactor = reactor
        self.service = OrderedServices()

    def add(self, service: IService) -> None:
        """Let a service start after, and stop before, all that was made until now."""
        service.setServiceParent(self.service)

    @cached_property
    def hubs(self) -> HubStore:
        """The SQL store."""
        database = self.settings.database
        pool = Pool(database.url.get_secret_value(), database.pool_size, self.reactor)
        self.add(pool)
        return HubStore(pool)

    @cached_property
    def stores(self) -> Stores:
        """What widgets read from."""
        return Stores(self.hubs, PostgresFeeds(self.hubs.pool, self.settings.feeds.limit))

    @cached_property
    def cache(self) -> FileCache:
        """Where what cached functions find is kept."""
        return FileCache(self.settings.cache.folder, self.reactor)

    @cached_property
    def registry(self) -> Registry:
        """The widgets there are."""
        return Registry.from_entry_points()

    @cached_property
    def redis(self) -> Redis:
        """Connections to Redis that nobody blocks."""
        return self._connect(poolsize=4)

    def blocking_redis(self) -> Redis:
        """Give a connection to Redis for somebody who blocks it."""
        return self._connect(poolsize=1)

    @cached_property
    def messages(self) -> Queue:
        """The queue of messages."""
        return self._queue(MESSAGES)

    @cached_property
    def work(self) -> Queue:
        """The queue of work."""
        return self._queue(WORK)

    def _queue(self, stream: str) -> Queue:
        queue = self.settings.queue
        limits = Limits(queue.max_length, queue.lease, queue.attempts)
        return Queue(stream, self.redis, limits, self.reactor)

    def _connect(self, poolsize: int) -> Redis:
        url = self.settings.redis.url.get_secret_value()
        try:
            redis = connect(url, self.reactor, poolsize=poolsize)
        except RedisUrlError as error:
            raise SystemExit(f"redis.url: {error}") from None
        self.add(_Closing(redis))
        return redis

    @staticmethod
    def consumer_name() -> str:
        """Give a name for us that no other process has."""
        return f"{socket.gethostname()}-{os.getpid()}"
