"""What all stores together keep of one person: SQL, feeds, Redis and the cache."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import Any

import attrs

from hubs.database.person_records import PersonRecords, Record
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType
from hubs.model.reload import AccessChange
from hubs.model.stream import mentions_feed, stream_feed
from hubs.pipeline.backlog import backlog, put_off
from hubs.pipeline.burial import DEAD
from hubs.pipeline.dead import DeadItem
from hubs.pipeline.later import LATER
from hubs.pipeline.queue import MESSAGES, WORK
from hubs.pipeline.work import tell_of_access
from hubs.twistd_plugins.parts import Parts
from hubs.widgets.coverage import cache_keys, cached_widgets

#: Where something is on its way to the stores.
ON_ITS_WAY = (MESSAGES, WORK, LATER)
#: How many items of a queue are read at once.
_PAGE = 500


@attrs.frozen
class Trace:
    """Something that is kept of a person.

    Attributes:
        what: What it is.
        count: How much of it there is.
        stays: Whether it is made anonymous, and not deleted, when they are forgotten.
    """

    what: str
    count: int
    stays: bool = False


class Traces:
    """Finds what is kept of one person in all stores, and makes an end of it.

    Attributes:
        read: Is told of so many more widgets and items that have been read.
    """

    def __init__(self, parts: Parts, record: Record) -> None:
        """Prepare to look.

        Args:
            parts: The stores.
            record: Who.
        """
        self.read: Callable[[int], object] = lambda _: None
        self._parts = parts
        self._record = record
        self._sql = PersonRecords(parts.hubs.pool)
        self._feeds = parts.stores.feeds
        words = "|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in record.names)
        self._pattern = re.compile(words)

    async def size(self, *streams: str) -> int:
        """Say how much there is to read.

        Args:
            streams: Which items are read, beside all widgets.
        """
        redis = self._parts.redis
        lengths = [(await backlog(redis, stream)).length for stream in streams if stream != LATER]
        if LATER in streams:
            lengths.append((await put_off(redis)).length)
        return await self._parts.hubs.count_widgets() + sum(lengths)

    async def export(self) -> dict[str, Any]:
        """Give all of it, as JSON knows it."""
        named = await self._feeds.naming(self._record.username)
        own, limit = self._own_feeds(), self._parts.settings.feeds.limit
        return {
            "person": self._record.username,
            "tables": await self._sql.export(self._record),
            "feeds": {
                feed: [entry.to_dict() for entry in await self._feeds.entries(feed, limit)]
                for feed in own
            },
            "entries_of_others_that_name_them": [
                {"feed": feed, "entry": entry.to_dict()} for feed, entry in named if feed not in own
            ],
            "sessions": await self._parts.session_store.described(self._record.person_id),
            "cached_values": {key: value async for key, value in self._cached_values()},
            "items_that_failed": [
                {"error": item.error, **item.fields} async for item in self._dead_items()
            ],
        }

    async def look(self) -> list[Trace]:
        """Say what there is.

        Raises:
            LastOwnerError: They cannot be forgotten as long as they own a team alone.
        """
        await self._sql.check_owners(self._record)
        counts = await self._sql.count(self._record)
        anonymous = {"audit", "removed_widgets"}
        traces = [
            Trace(what, count, stays=what in anonymous or what.startswith("entries in "))
            for what, count in counts.items()
        ]
        feeds = [feed for feed in self._own_feeds() if await self._feeds.entries(feed, 1)]
        sessions = await self._parts.session_store.described(self._record.person_id)
        traces += [
            Trace("feeds", len(feeds)),
            Trace("entries in feeds", len(await self._entries_of_others()), stays=True),
            Trace("sessions", len(sessions)),
            Trace("cached values", len(await self._cache_keys())),
            Trace(f"items in {DEAD}", len([item async for item in self._dead_items()])),
        ]
        return [trace for trace in traces if trace.count]

    async def forget(self) -> None:
        """Make an end of it; what is done already when this fails need not be done again.

        Raises:
            LastOwnerError: See `look`; nothing was changed.
        """
        await self._sql.check_owners(self._record)
        keys = await self._cache_keys()
        await self._parts.session_store.end_all(self._record.person_id)
        await self._forget_in_feeds()
        await self._sql.forget(self._record)
        # A log-in, and what workers had in hand, meanwhile.
        await self._parts.session_store.end_all(self._record.person_id)
        await self._forget_in_feeds()
        await self._parts.cache.delete(keys)
        dead = self._parts.dead
        async for item in self._dead_items():
            await dead.drop(item)
        if self._record.person_id:
            access = AccessChange(person_id=self._record.person_id)
            await tell_of_access(self._parts.redis, access)

    async def left(self) -> dict[str, int]:
        """Search everything for their names.

        Returns:
            How often they are there, by place. It is what others have written, and what is on
            its way through the queues.
        """
        found = Counter(await self._sql.search(self._record.names))
        if self._parts.settings.feeds.store == "postgresql":
            # Whoever keeps the feeds counts them.
            found.pop("feed_entries", None)
        found["feeds"] += await self._feeds.count_with(self._record.names)
        found["the cache"] += len(await self._cache_keys())
        redis = self._parts.redis
        for stream in (MESSAGES, WORK):
            async for fields in self._items(stream):
                found[stream] += self._names_them(fields)
        for text in await redis.execute_command("ZRANGE", LATER, 0, -1):
            found[LATER] += self._names_them(text)
            self.read(1)
        return {place: count for place, count in found.items() if count}

    def _names_them(self, value: Any) -> bool:
        return any(self._pattern.search(text) for text in _texts(value))

    def _own_feeds(self) -> list[str]:
        feeds = []
        if self._record.hub_id:
            feeds.append(Hub(self._record.hub_id, HubType.USER, "", "", "").feed)
        if self._record.person_id:
            feeds += [stream_feed(self._record.person_id), mentions_feed(self._record.person_id)]
        return feeds

    async def _entries_of_others(self) -> list[tuple[str, Entry]]:
        own = self._own_feeds()
        named = await self._feeds.naming(self._record.username)
        return [(feed, entry) for feed, entry in named if feed not in own]

    async def _forget_in_feeds(self) -> None:
        for feed in self._own_feeds():
            await self._feeds.drop(feed)
        for feed, entry in await self._entries_of_others():
            changed = entry.without(self._record.username, self._record.names)
            await self._feeds.replace(feed, changed)

    async def _cache_keys(self) -> list[str]:
        return [key async for key, _ in self._cached_values()]

    async def _cached_values(self) -> AsyncIterator[tuple[str, Any]]:
        """Give what widgets of their hub found, and what names them elsewhere, by key."""
        parts = self._parts
        async for found in cached_widgets(parts.hubs, parts.cache, parts.registry, self.read):
            by_name = cache_keys(parts.registry, found.widget)
            own = found.hub.id == self._record.hub_id
            for name, cached in found.cached.items():
                if cached and (own or self._names_them(cached.value)):
                    yield by_name[name], cached.value

    async def _dead_items(self) -> AsyncIterator[DeadItem]:
        async for item in self._parts.dead.all():
            self.read(1)
            if self._names_them([*item.fields.values(), item.error]):
                yield item

    async def _items(self, stream: str) -> AsyncIterator[list[str]]:
        start = "-"
        while page := await self._parts.redis.execute_command(
            "XRANGE", stream, start, "+", "COUNT", _PAGE
        ):
            for _, fields in page:
                yield fields
            self.read(len(page))
            start = f"({page[-1][0]}"


def _texts(value: Any) -> Iterator[str]:
    """Give all texts in a value, and in the JSON that they are: it writes names otherwise."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            waiting += [*one, *one.values()]
        elif isinstance(one, list | tuple):
            waiting += one
        elif isinstance(one, str):
            inner = _read(one)
            if inner is None:
                yield one
            else:
                waiting.append(inner)


def _read(text: str) -> Any:
    """Read what is JSON of several things, else give None."""
    if not text.startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
