"""The interest table: who is concerned by what, looked up by key and never by scan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from psycopg2.extras import Json
from txpostgres.txpostgres import Cursor

from hubs.database.pool import Pool


@attrs.frozen
class Concern:
    """One thing that a message concerns.

    Attributes:
        key: The interest key that they share.
        hub_id: The hub.
        widget_id: The widget whose function is concerned; None for the feed of the hub.
        function: The name of the cached function; None for the feed of the hub.
    """

    key: str
    hub_id: int
    widget_id: int | None = None
    function: str | None = None


async def concerned(pool: Pool, keys: Iterable[str]) -> list[Concern]:
    """Find all that share one of some keys, in one query.

    Args:
        pool: The database.
        keys: Interest keys.

    Returns:
        One for each row found; what shares two keys is there twice.
    """
    rows = await pool.query(
        "SELECT key, hub_id, widget_id, function FROM interests WHERE key = ANY(%s)",
        (list(keys),),
    )
    return [Concern(*row) for row in rows]


async def rewrite(
    cursor: Cursor,
    hub_id: int,
    widget_id: int | None,
    functions: Mapping[str, Iterable[str]] | Mapping[None, Iterable[str]],
) -> None:
    """Replace the interests of a feed or of a widget.

    Args:
        cursor: The transaction that also writes the configuration they follow from.
        hub_id: The hub.
        widget_id: The widget, or None for the feed of the hub.
        functions: The keys by name of function; by None for the feed.
    """
    rows: list[dict[str, Any]] = [
        {"key": key, "function": function} for function, keys in functions.items() for key in keys
    ]
    await cursor.execute(
        "DELETE FROM interests WHERE hub_id = %s AND widget_id IS NOT DISTINCT FROM %s",
        (hub_id, widget_id),
    )
    await cursor.execute(
        """
        INSERT INTO interests (key, hub_id, widget_id, function)
        SELECT key, %s, %s, function
        FROM jsonb_to_recordset(%s) AS rows (key text, function text)
        ON CONFLICT DO NOTHING
        """,
        (hub_id, widget_id, Json(rows)),
    )
