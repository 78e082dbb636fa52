"""How much of which kind happened on a hub each day."""

from __future__ import annotations

import datetime

from hubs.database.pool import Pool


async def daily_counts(
    pool: Pool, hub_id: int, since: datetime.date
) -> list[tuple[datetime.date, str, int]]:
    """Give what `HubStore.count_activity` has counted.

    Args:
        pool: The database.
        hub_id: The hub.
        since: The first day, in UTC.

    Returns:
        Days in UTC with a kind and how many things there were of it, the oldest first; an empty
        kind is of what was counted before kinds were.
    """
    rows = await pool.query(
        """
        SELECT day, kind, messages FROM activity WHERE hub_id = %s AND day >= %s ORDER BY day, kind
        """,
        (hub_id, since),
    )
    return [(day, kind, count) for day, kind, count in rows]
