"""Feeds in MongoDB: one document a feed, one bounded update a write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from pymongo import ReturnDocument, WriteConcern
from pymongo.errors import ConnectionFailure, DuplicateKeyError, OperationFailure
from pymongo.uri_parser import parse_uri
from twisted.application.service import Service
from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.ssl import optionsForClientTLS
from txmongo.collection import Collection
from txmongo.connection import ConnectionPool
from zope.interface import implementer

from hubs.feeds.interfaces import MOST_COUNTED, IFeedStore
from hubs.model.entry import TEXTS, Entry

T = TypeVar("T")

#: The longest that one read or write may take, the wait for a connection included, seconds.
TIMEOUT = 10.0
#: Seconds between attempts to connect: at first, and at the most.
_RETRY, _RETRY_MOST = 0.5, 10.0
_DATABASE = "hubs"
#: OutOfDiskSpace, and what a server says that is no primary any more, is not yet one, or ends:
#: https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml
_NOT_NOW = frozenset({91, 189, 10107, 11600, 11602, 13435, 13436, 14031})


class MongoAwayError(Exception):
    """MongoDB cannot be reached now; the sentence names where it should be."""


@implementer(IFeedStore)
class MongoFeeds(Service):
    """See `IFeedStore`. Its connections reconnect by themselves, with growing pauses."""

    def __init__(self, url: str, limit: int, clock: IReactorTime, poolsize: int = 4) -> None:
        """Make a store that connects when the service starts.

        Args:
            url: Where MongoDB is, as in ``mongodb://host/hubs``; it may hold a password.
            limit: How many entries a feed keeps.
            clock: What time is.
            poolsize: How many connections.
        """
        self._url = url
        self._limit = limit
        self._clock = clock
        self._poolsize = poolsize
        parsed = parse_uri(url)
        self._database = parsed["database"] or _DATABASE
        self._hosts = ", ".join(f"{host}:{port}" for host, port in parsed["nodelist"])
        host, _ = parsed["nodelist"][0]
        self._tls = optionsForClientTLS(host) if parsed["options"].get("tls") else None
        self._connections: ConnectionPool | None = None

    def startService(self) -> None:
        """Begin to connect; what is asked before there is a connection waits for it."""
        super().startService()
        self._connections = ConnectionPool(
            self._url,
            pool_size=self._poolsize,
            ssl_context_factory=self._tls,
            retry_delay=_RETRY,
            max_delay=_RETRY_MOST,
        )

    async def stop(self) -> None:
        """Close the connections."""
        connections, self._connections = self._connections, None
        if connections is not None:
            await connections.disconnect()

    def stopService(self) -> Deferred[None]:
        """See `stop`."""
        super().stopService()
        return Deferred.fromCoroutine(self.stop())

    async def add(self, feed: str, entry: Entry) -> bool:
        """See `IFeedStore`.

        Raises:
            MongoAwayError: MongoDB could not be reached; the call may be repeated.
            pymongo.errors.PyMongoError: MongoDB refused.
        """
        try:
            return await self._add(feed, entry)
        except DuplicateKeyError:
            # The feed holds the entry, or somebody else made the feed just now.
            pass
        try:
            return await self._add(feed, entry)
        except DuplicateKeyError:
            return False

    async def _add(self, feed: str, entry: Entry) -> bool:
        push = {
            "$each": [entry.to_dict()],
            "$sort": {"time": -1, "id": -1},
            "$slice": self._limit,
        }
        stored = await self._within_time(
            self._feeds.find_one_and_update(
                {"_id": feed, "entries.id": {"$ne": entry.id}},
                {"$push": {"entries": push}},
                projection={"entries": {"$elemMatch": {"id": entry.id}}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )
        )
        return "entries" in stored

    async def entries(self, feed: str, limit: int = 100) -> Sequence[Entry]:
        """See `IFeedStore`.

        Raises:
            MongoAwayError: MongoDB could not be reached.
            pymongo.errors.PyMongoError: MongoDB refused.
        """
        stored = await self._within_time(
            self._feeds.find_one(
                {"_id": feed}, projection={"entries": {"$slice": min(limit, self._limit)}}
            )
        )
        return [Entry.from_dict(entry) for entry in stored["entries"]] if stored else []

    async def drop(self, feed: str) -> bool:
        """See `IFeedStore`."""
        result = await self._within_time(self._feeds.delete_one({"_id": feed}))
        return bool(result.deleted_count)

    async def naming(self, username: str) -> Sequence[tuple[str, Entry]]:
        """See `IFeedStore`."""
        named = {"$or": [{"entries.agent": username}, {"entries.people": username}]}
        found = []
        for stored in await self._within_time(self._feeds.find(named)):
            entries = map(Entry.from_dict, stored["entries"])
            found += [(stored["_id"], entry) for entry in entries if entry.names(username)]
        return found

    async def count_with(self, words: Sequence[str]) -> int:
        """See `IFeedStore`."""
        # Its \w would know the letters of English alone.
        pattern = "|".join(
            rf"(?<![\p{{L}}\p{{N}}_]){re.escape(word)}(?![\p{{L}}\p{{N}}_])" for word in words
        )
        has_one = {"$or": [{f"entries.{name}": {"$regex": pattern}} for name in TEXTS]}
        found = await self._within_time(
            self._feeds.aggregate(
                [
                    {"$match": has_one},
                    {"$unwind": "$entries"},
                    {"$match": has_one},
                    {"$limit": MOST_COUNTED},
                    {"$count": "count"},
                ]
            )
        )
        return int(found[0]["count"]) if found else 0

    async def replace(self, feed: str, entry: Entry) -> None:
        """See `IFeedStore`."""
        await self._within_time(
            self._feeds.update_one(
                {"_id": feed, "entries.id": entry.id}, {"$set": {"entries.$": entry.to_dict()}}
            )
        )

    async def check(self) -> None:
        """Make sure that MongoDB answers.

        Raises:
            MongoAwayError: It does not.
            pymongo.errors.PyMongoError: It refuses us.
        """
        await self._within_time(self._feeds.find_one({"_id": ""}))

    @property
    def _feeds(self) -> Collection:
        if self._connections is None:
            raise MongoAwayError(f"MongoDB at {self._hosts}: the store is not started")
        # Acknowledged when it is in the journal: what is acknowledged outlives the server.
        return Collection(
            self._connections[self._database], "feeds", write_concern=WriteConcern(w=1, j=True)
        )

    async def _within_time(self, asking: Deferred[T]) -> T:
        try:
            return await asking.addTimeout(TIMEOUT, self._clock)
        except (defer.TimeoutError, ConnectionFailure, OperationFailure) as error:
            if isinstance(error, OperationFailure) and error.code not in _NOT_NOW:
                raise
            reason = f"{type(error).__name__}: {error}"
            raise MongoAwayError(f"MongoDB at {self._hosts}: {reason}") from error
