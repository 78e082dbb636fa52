"""Feeds in PostgreSQL, for those who run no MongoDB."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import attrs
from psycopg2.extras import Json
from zope.interface import implementer

from hubs.feeds.interfaces import MOST_COUNTED, IFeedStore
from hubs.model.entry import Entry


class Queries(Protocol):
    """Whatever runs SQL, as `hubs.database.pool.Pool` does."""

    async def query(
        self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows."""
        ...


@implementer(IFeedStore)
@attrs.frozen
class PostgresFeeds:
    """See `IFeedStore`. One row an entry; what is past the limit leaves with the next write.

    Attributes:
        pool: The database.
        limit: How many entries a feed keeps.
    """

    pool: Queries
    limit: int = 100

    async def add(self, feed: str, entry: Entry) -> bool:
        """See `IFeedStore`."""
        rows = await self.pool.query(
            """
            WITH added AS (
                INSERT INTO feed_entries (feed, id, time, entry)
                SELECT %(feed)s, %(id)s, %(time)s, %(entry)s
                WHERE (
                    SELECT count(*) FROM feed_entries
                    WHERE feed = %(feed)s AND (time, id) > (%(time)s, %(id)s)
                ) < %(limit)s
                ON CONFLICT (feed, id) DO NOTHING
                RETURNING 1
            ), surplus AS (
                DELETE FROM feed_entries WHERE feed = %(feed)s AND (time, id) IN (
                    SELECT time, id FROM feed_entries WHERE feed = %(feed)s
                    ORDER BY time DESC, id DESC
                    OFFSET %(limit)s - (SELECT count(*) FROM added)
                )
            )
            SELECT 1 FROM added
            """,
            {
                "feed": feed,
                "id": entry.id,
                "time": entry.time,
                "entry": Json(entry.to_dict()),
                "limit": self.limit,
            },
        )
        return bool(rows)

    async def entries(self, feed: str, limit: int = 100) -> Sequence[Entry]:
        """See `IFeedStore`."""
        rows = await self.pool.query(
            """
            SELECT entry FROM feed_entries WHERE feed = %s ORDER BY time DESC, id DESC LIMIT %s
            """,
            (feed, min(limit, self.limit)),
        )
        return [Entry.from_dict(entry) for (entry,) in rows]

    async def drop(self, feed: str) -> bool:
        """See `IFeedStore`."""
        rows = await self.pool.query(
            "DELETE FROM feed_entries WHERE feed = %s RETURNING 1", (feed,)
        )
        return bool(rows)

    async def naming(self, username: str) -> Sequence[tuple[str, Entry]]:
        """See `IFeedStore`."""
        rows = await self.pool.query(
            """
            SELECT feed, entry FROM feed_entries
            WHERE entry ->> 'agent' = %(name)s OR entry -> 'people' ? %(name)s
            ORDER BY feed, time DESC, id DESC
            """,
            {"name": username},
        )
        return [(feed, Entry.from_dict(entry)) for feed, entry in rows]

    async def count_with(self, words: Sequence[str]) -> int:
        """See `IFeedStore`."""
        pattern = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words)
        [(count,)] = await self.pool.query(
            """
            SELECT count(*) FROM (
                SELECT FROM feed_entries WHERE EXISTS (
                    SELECT FROM jsonb_path_query(entry, '$.** ? (@.type() == "string")') AS found
                    WHERE found #>> '{}' ~ %s
                ) LIMIT %s
            ) AS counted
            """,
            (pattern, MOST_COUNTED),
        )
        return int(count)

    async def replace(self, feed: str, entry: Entry) -> None:
        """See `IFeedStore`."""
        await self.pool.query(
            "UPDATE feed_entries SET entry = %s WHERE feed = %s AND id = %s RETURNING 1",
            (Json(entry.to_dict()), feed, entry.id),
        )
