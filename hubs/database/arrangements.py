"""Where widgets stand, which were removed, and who changed them last, read from SQL."""

from __future__ import annotations

from collections.abc import Sequence

from txpostgres.txpostgres import Cursor

from hubs.database.rows import WIDGET, WIDGET_WIDTH, read_widget
from hubs.model.arrangement import Arrangement, LastChange, RemovedWidget
from hubs.model.change import Topic

#: How long a widget that was removed can be put back, days.
KEPT_DAYS = 30


async def read_arrangement(cursor: Cursor, hub_id: int) -> Arrangement:
    """Give the widgets of a hub, without those that can be put back.

    Args:
        cursor: The transaction.
        hub_id: The hub.

    Returns:
        They.
    """
    await cursor.execute(
        f"""
        SELECT hubs.arrangement, {WIDGET}
        FROM hubs LEFT JOIN widgets ON widgets.hub_id = hubs.id
        WHERE hubs.id = %s ORDER BY widgets."column", widgets.position, widgets.id
        """,
        (hub_id,),
    )
    rows = cursor.fetchall()
    widgets = tuple(read_widget(row[1:]) for row in rows if row[1] is not None)
    return Arrangement(rows[0][0] if rows else 0, widgets)


async def read_removed(
    cursor: Cursor, hub_id: int, widget_id: int | None = None
) -> tuple[RemovedWidget, ...]:
    """Give the widgets of a hub that can be put back.

    Args:
        cursor: The transaction.
        hub_id: The hub.
        widget_id: The only one to give, if it is among them.

    Returns:
        They, the last that was removed first.
    """
    await cursor.execute(
        f"""
        SELECT {WIDGET}, widgets.actor, extract(epoch FROM widgets.time)::float
        FROM removed_widgets AS widgets
        WHERE widgets.hub_id = %(hub)s AND (%(widget)s IS NULL OR widgets.id = %(widget)s)
            AND widgets.time > now() - make_interval(days => %(days)s)
        ORDER BY widgets.time DESC, widgets.id DESC
        """,
        {"hub": hub_id, "widget": widget_id, "days": KEPT_DAYS},
    )
    return tuple(
        RemovedWidget(read_widget(row[:WIDGET_WIDTH]), LastChange(*row[WIDGET_WIDTH:]))
        for row in cursor.fetchall()
    )


async def last_change(cursor: Cursor, hub_id: int, widget_id: int) -> LastChange | None:
    """Say who changed a widget last, as far as the audit trail still knows.

    Args:
        cursor: The transaction.
        hub_id: Its hub.
        widget_id: The widget.

    Returns:
        Who and when, or None.
    """
    return await _last(cursor, hub_id, "(details->>'widget_id')::integer = %(what)s", widget_id)


async def last_arrangement(cursor: Cursor, hub_id: int, keys: Sequence[str]) -> LastChange | None:
    """Say who arranged the widgets of a hub last, as far as the audit trail still knows.

    Args:
        cursor: The transaction.
        hub_id: The hub.
        keys: What the audit trail has as changed when somebody arranges.

    Returns:
        Who and when, or None.
    """
    return await _last(cursor, hub_id, "details->'changed_keys' ?| %(what)s", list(keys))


async def _last(
    cursor: Cursor, hub_id: int, condition: str, what: int | list[str]
) -> LastChange | None:
    await cursor.execute(
        f"""
        SELECT actor, extract(epoch FROM time)::float FROM audit
        WHERE hub_id = %(hub)s AND action = %(topic)s AND {condition}
        ORDER BY id DESC LIMIT 1
        """,
        {"hub": hub_id, "topic": Topic.WIDGET_UPDATED.value, "what": what},
    )
    return next((LastChange(*row) for row in cursor.fetchall()), None)
