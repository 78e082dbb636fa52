"""The interest table: who is concerned by what, looked up by key and never by scan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from psycopg2.extras import Json
from txpostgres.txpostgres import Cursor

from hubs.database.pool import Pool
from hubs.database.rows import FEED_VISIBILITY, HUB, HUB_WIDTH, WIDGET, read_hub, read_widget
from hubs.model.hub import Hub, Visibility, WidgetInstance
from hubs.model.person import Role
from hubs.model.stream import FOLLOWERS

#: Gives what some interest keys concern. Every row it reads, it finds by an index. The followers
#: of a hub, and who may see its feed, stand beside one of its rows, however many keys lead there.
CONCERNED = f"""
    WITH found AS (
        SELECT key, hub_id, widget_id, function,
            widget_id IS NULL AND row_number() OVER (PARTITION BY hub_id, widget_id) = 1 AS first
        FROM interests WHERE key = ANY(%(keys)s)
    )
    SELECT found.key, found.function, followers.list,
        CASE WHEN found.first THEN {FEED_VISIBILITY} END, {HUB}, {WIDGET}
    FROM found
    JOIN hubs ON hubs.id = found.hub_id
    LEFT JOIN widgets ON widgets.id = found.widget_id
    CROSS JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(roles.person_id, roles.role, ARRAY(
            SELECT coalesce(hides.kind, '') FROM hides
            WHERE hides.person_id = roles.person_id
                AND (hides.hub_id IS NULL OR hides.hub_id = found.hub_id)
        ))) AS list
        FROM roles
        WHERE found.first AND roles.hub_id = found.hub_id AND roles.role = ANY(%(followers)s)
    ) AS followers
"""


@attrs.frozen
class Follower:
    """Somebody whose stream has what happens on a hub.

    Attributes:
        person_id: The person.
        role: One of their roles on the hub.
        hidden: The kinds of entries that they hide when they come by this hub; an empty one
            stands for all.
    """

    person_id: int
    role: Role = attrs.field(converter=Role)
    hidden: tuple[str, ...] = attrs.field(converter=tuple)


@attrs.frozen
class Concern:
    """One thing that a message concerns.

    Attributes:
        key: The interest key that they share.
        hub: The hub.
        widget: The widget whose function is concerned; None for the feed of the hub.
        function: The name of the cached function; None for the feed of the hub.
        followers: Those of the hub, once for each of their roles; empty for a function.
        feed_visibility: Who may see the feed of the hub.
    """

    key: str
    hub: Hub
    widget: WidgetInstance | None = None
    function: str | None = None
    followers: tuple[Follower, ...] = ()
    feed_visibility: Visibility = Visibility.PUBLIC


async def concerned(pool: Pool, keys: Iterable[str]) -> list[Concern]:
    """Find all that share one of some keys, in one query.

    Args:
        pool: The database.
        keys: Interest keys.

    Returns:
        One for each row found; what shares two keys is there twice.
    """
    rows = await pool.query(
        CONCERNED, {"keys": list(keys), "followers": [role.value for role in FOLLOWERS]}
    )
    feeds = {
        hub_id: (tuple(Follower(*one) for one in followers or ()), Visibility(visibility))
        for _, _, followers, visibility, hub_id, *_ in rows
        if visibility is not None
    }
    return [_concern(row, feeds) for row in rows]


def _concern(
    row: tuple[Any, ...], feeds: Mapping[int, tuple[tuple[Follower, ...], Visibility]]
) -> Concern:
    key, function, _, _, *columns = row
    hub, widget = read_hub(tuple(columns[:HUB_WIDTH])), tuple(columns[HUB_WIDTH:])
    if function is None:
        followers, visibility = feeds[hub.id]
        return Concern(key, hub, followers=followers, feed_visibility=visibility)
    return Concern(key, hub, read_widget(widget), function)


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
