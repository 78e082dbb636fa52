"""What the services are made of: here the settings pick implementations."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import clientFromString

from hubs.accounts.fasjson import FasjsonAccounts
from hubs.accounts.interfaces import IAccounts
from hubs.accounts.negotiate import KerberosMissingError, Negotiate
from hubs.accounts.toml_file import TomlAccounts
from hubs.cache.files import FileCache
from hubs.cache.interfaces import ICache
from hubs.cache.memcached import TIMEOUT, MemcachedCache
from hubs.cache.redis import RedisCache
from hubs.config import Settings
from hubs.database.hub_store import HubStore
from hubs.database.people_store import PeopleStore
from hubs.database.pool import Pool
from hubs.database.team_store import TeamStore
from hubs.feeds.interfaces import IFeedStore
from hubs.feeds.mongo import MongoFeeds
from hubs.feeds.postgres import PostgresFeeds
from hubs.klein_app.sessions import RedisSessions, Sessions
from hubs.model.hub import WidgetInstance
from hubs.model.reload import AccessChange
from hubs.pipeline.backlog import measure_backlog
from hubs.pipeline.dead import DeadItems
from hubs.pipeline.outbox import Rows
from hubs.pipeline.queue import MESSAGES, WORK, Limits, Queue
from hubs.pipeline.work import RefreshWork, tell_of_access
from hubs.redis import (
    COMMAND_TIMEOUT,
    CertificateError,
    Identity,
    Redis,
    RedisUrlError,
    connect,
)
from hubs.sources.errors import AddressError
from hubs.sources.session import Session
from hubs.teams.mirror import Mirror
from hubs.twistd_plugins.ordered import OrderedServices
from hubs.watch.health import Health
from hubs.watch.resource import Probe
from hubs.widgets.arrange import functions_of
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry


class _Closing(Service):
    """Closes connections when it stops."""

    def __init__(self, close: Callable[[], Deferred[None]]) -> None:
        self._close = close

    def stopService(self) -> Deferred[None]:
        super().stopService()
        return self._close()


class Parts:
    """Makes each part once, when it is first asked for.

    Attributes:
        settings: The settings.
        reactor: What everything runs on.
        service: What starts and stops with the parts; stores are in it before who uses them.
        health: Asks the stores that were made until now.
        probes: Set those metrics that are not kept up to date by themselves.
        patience: How long a command to the queues may take, seconds.
    """

    patience = COMMAND_TIMEOUT

    def __init__(self, settings: Settings, reactor: Any) -> None:
        """Make nothing yet.

        Args:
            settings: The settings.
            reactor: What everything runs on.
        """
        self.settings = settings
        self.reactor = reactor
        self.service = OrderedServices()
        self.health = Health(reactor)
        self.probes: list[Probe] = []

    def add(self, service: IService) -> None:
        """Let a service start after, and stop before, all that was made until now."""
        service.setServiceParent(self.service)

    @cached_property
    def hubs(self) -> HubStore:
        """The SQL store."""
        database = self.settings.database
        pool = Pool(database.url.get_secret_value(), database.pool_size, self.reactor)
        self.add(pool)
        self.health.add("database", partial(pool.query, "SELECT 1"))
        return HubStore(pool)

    @cached_property
    def people(self) -> PeopleStore:
        """The SQL store of people."""
        return PeopleStore(self.hubs.pool, functions_of(self.registry))

    @cached_property
    def stores(self) -> Stores:
        """What widgets read from."""
        return Stores(self.hubs, self._feeds(), self.sources, now=self.reactor.seconds)

    @cached_property
    def sources(self) -> Session:
        """The session of all outside services."""
        issuer = self.settings.login.issuer
        try:
            session = Session(
                self.settings.sources,
                self.settings.services,
                self.reactor,
                others=[issuer] if issuer else [],
            )
        except AddressError as error:
            raise SystemExit(f"services: {error}") from None
        self.add(_Closing(session.close))
        return session

    @cached_property
    def cache(self) -> ICache:
        """Where what cached functions find is kept."""
        cache = {"files": self._files, "memcached": self._memcached, "redis": self._redis_cache}[
            self.settings.cache.backend
        ]()
        # Without it pages show placeholders, and workers wait.
        self.health.add("cache", cache.check, needed=False)
        return cache

    def _files(self) -> ICache:
        cache = self.settings.cache
        return FileCache(
            cache.folder,
            self.reactor,
            self.reactor.seconds,
            keep=cache.keep,
            max_value=cache.max_value,
        )

    def _memcached(self) -> ICache:
        cache = self.settings.cache
        try:
            endpoint = clientFromString(self.reactor, cache.memcached)
        except (ValueError, TypeError) as error:
            raise SystemExit(
                f"cache.memcached: got {cache.memcached!r}, expected a Twisted endpoint such as "
                f"tcp:localhost:11211 ({error})"
            ) from None
        store = MemcachedCache(
            cache.memcached, endpoint, self.reactor, keep=cache.keep, max_value=cache.max_value
        )
        self.add(store)
        return store

    def _redis_cache(self) -> ICache:
        cache = self.settings.cache
        url = cache.redis_url.get_secret_value() or self.settings.redis.url.get_secret_value()
        redis = self._connect("cache.redis_url", url, poolsize=4, timeout=TIMEOUT)
        return RedisCache(redis, cache.keep, cache.max_value)

    @cached_property
    def registry(self) -> Registry:
        """The widgets there are."""
        return Registry.from_entry_points()

    @cached_property
    def redis(self) -> Redis:
        """Connections to Redis that nobody blocks."""
        redis = self._queues(poolsize=4)
        self.health.add("redis", partial(redis.execute_command, "PING"))
        self.probes.append(partial(measure_backlog, redis))
        return redis

    @cached_property
    def session_store(self) -> RedisSessions:
        """Who is logged in."""
        return RedisSessions(self.redis, self.settings.login.session_days * 86_400)

    @cached_property
    def sessions(self) -> Sessions:
        """Who requests are from."""
        return Sessions(self.session_store, self.settings.web.url)

    def blocking_redis(self) -> Redis:
        """Give a connection to Redis for somebody who blocks it."""
        return self._queues(poolsize=1)

    @cached_property
    def messages(self) -> Queue:
        """The queue of messages."""
        return self._queue(MESSAGES)

    @cached_property
    def work(self) -> Queue:
        """The queue of work."""
        return self._queue(WORK)

    @cached_property
    def outgoing(self) -> Rows:
        """What is to be told to the bus."""
        prefix, url = self.settings.publish.prefix, self.settings.web.url
        return Rows(self.hubs.pool, self.redis, self._limits, self.reactor, prefix, url)

    @cached_property
    def dead(self) -> DeadItems:
        """What failed too often."""

        async def tell_again(fields: Mapping[str, str]) -> None:
            # Who only looks needs no database.
            await self.outgoing.put_back(fields)

        return DeadItems(self.redis, [self.messages, self.work], tell_again)

    @cached_property
    def accounts(self) -> IAccounts:
        """Where people and groups come from."""
        accounts = self.settings.accounts
        if accounts.backend == "file":
            return TomlAccounts(accounts.file, self.reactor)
        try:
            negotiate = Negotiate(accounts.keytab, self.reactor)
        except KerberosMissingError as error:
            raise SystemExit(f"accounts.backend: {error}") from None
        return FasjsonAccounts(self.sources, negotiate.token, accounts.page_size)

    @cached_property
    def mirror(self) -> Mirror:
        """What makes team hubs of groups and keeps them like their groups."""

        async def refresh(widget: WidgetInstance, function: str) -> None:
            # When the queue is full this is passed over: the message itself asks for the same.
            await self.work.offer([RefreshWork(widget.id, function).new_item()])

        async def tell(change: AccessChange) -> None:
            await tell_of_access(self.redis, change)

        teams = TeamStore(self.hubs.pool, functions_of(self.registry))
        return Mirror(self.accounts, teams, refresh, tell)

    @property
    def _limits(self) -> Limits:
        queue = self.settings.queue
        return Limits(queue.max_length, queue.lease, queue.attempts)

    def _queue(self, stream: str) -> Queue:
        return Queue(stream, self.redis, self._limits, self.reactor)

    def _feeds(self) -> IFeedStore:
        feeds = self.settings.feeds
        if feeds.store == "postgresql":
            return PostgresFeeds(self.hubs.pool, feeds.limit)
        store = MongoFeeds(feeds.url.get_secret_value(), feeds.limit, self.reactor)
        self.add(store)
        self.health.add("feeds", store.check)
        return store

    def _queues(self, poolsize: int) -> Redis:
        url = self.settings.redis.url.get_secret_value()
        return self._connect("redis.url", url, poolsize=poolsize, timeout=self.patience)

    def _connect(self, setting: str, url: str, *, poolsize: int, timeout: float) -> Redis:
        redis = self.settings.redis
        try:
            connections = connect(
                url,
                self.reactor,
                poolsize=poolsize,
                timeout=timeout,
                identity=Identity(redis.ca_cert, redis.certificate, redis.key),
                sentinel_password=redis.sentinel_password.get_secret_value() or None,
            )
        except RedisUrlError as error:
            raise SystemExit(f"{setting}: {error}") from None
        except CertificateError as error:
            raise SystemExit(f"redis.{error}") from None
        self.add(_Closing(connections.disconnect))
        return connections

    @staticmethod
    def consumer_name() -> str:
        """Give a name for us that no other process has."""
        return f"{socket.gethostname()}-{os.getpid()}"
