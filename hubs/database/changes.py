"""The audit trail of hubs, and the messages that go out because of what is in it."""

from __future__ import annotations

from typing import Any

import attrs
from psycopg2.extras import Json
from txpostgres.txpostgres import Cursor

from hubs.database.pool import Pool
from hubs.model.change import FOR_MEMBERS, Change, Topic
from hubs.model.hub import Visibility
from hubs.model.permissions import Action, may

#: What an `AuditLine` is made of.
AUDIT_LINE = "id, extract(epoch FROM time)::float, actor, action, subject, details"


@attrs.frozen
class AuditLine:
    """One line of the audit trail of a hub.

    Attributes:
        id: Its number; later ones have higher ones.
        time: When it was, seconds since the epoch.
        actor: The account name of who did it; empty for the account system or an operator.
        topic: What sort of thing it was.
        subject: Whom or what it was done to.
        facts: What else is known of it, as `hubs.model.change.Change` has it: ``facts`` and
            ``kept``.
    """

    id: int
    time: float
    actor: str
    topic: Topic = attrs.field(converter=Topic)
    subject: str
    facts: dict[str, Any]


async def record(cursor: Cursor, hub_id: int, change: Change) -> None:
    """Keep what was changed on a hub, and have it told to the bus.

    This alone writes messages, so it is here that the bus, where everybody listens, is told only
    what a visitor may see once the change is made. Of a hub that only some may know of, nothing is
    told; what only the members of another may see goes to our own queue alone, marked as such.

    Args:
        cursor: The transaction in which it was changed.
        hub_id: The hub.
        change: What was done.
    """
    await note(cursor, hub_id, change)
    await cursor.execute(
        """
        INSERT INTO outgoing (topic, body)
        SELECT 'hubs.' || %(topic)s, jsonb_build_object(
            'hub_id', id, 'hub_name', name, 'hub_type', type, 'hub_title', title
        ) || %(body)s::jsonb || CASE WHEN visibility = ANY(%(open)s) THEN '{}'::jsonb
            ELSE jsonb_build_object(%(mark)s, true) END
        FROM hubs WHERE id = %(hub)s AND visibility = ANY(%(known)s)
        """,
        {
            "hub": hub_id,
            "topic": change.topic.value,
            "body": Json(change.body()),
            "open": _where_visitors_may(change.needs),
            "known": _where_visitors_may(Action.SEE_LISTED),
            "mark": FOR_MEMBERS,
        },
    )


async def note(cursor: Cursor, hub_id: int, change: Change) -> None:
    """Keep what was changed, for the owners of a hub alone: nobody else is told.

    Args:
        cursor: See `record`.
        hub_id: See `record`.
        change: See `record`.
    """
    await cursor.execute(
        """
        INSERT INTO audit (hub_id, actor, action, subject, details)
        VALUES (%(hub)s, %(actor)s, %(topic)s, %(subject)s, %(facts)s)
        """,
        {
            "hub": hub_id,
            "actor": change.actor,
            "topic": change.topic.value,
            "subject": change.subject,
            "facts": Json({**change.facts, **change.kept}),
        },
    )


def _where_visitors_may(action: Action) -> list[str]:
    return [one.value for one in Visibility if may((), action, one)]


async def audit_trail(pool: Pool, hub_id: int, before: int | None, limit: int) -> list[AuditLine]:
    """Give what was changed on a hub.

    Args:
        pool: The database.
        hub_id: The hub.
        before: The number of the last line of the page before; None for the first page.
        limit: The most to give.

    Returns:
        The newest first.
    """
    rows = await pool.query(
        f"""
        SELECT {AUDIT_LINE} FROM audit
        WHERE hub_id = %(hub)s AND (%(before)s::bigint IS NULL OR id < %(before)s)
        ORDER BY id DESC LIMIT %(limit)s
        """,
        {"hub": hub_id, "before": before, "limit": limit},
    )
    return [AuditLine(*row) for row in rows]
