"""Rows that have been kept long enough."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import attrs

from hubs.database.arrangements import KEPT_DAYS
from hubs.database.pool import Pool

#: How many rows are deleted at once, so that nobody waits for them.
_AT_ONCE = 5000


@attrs.frozen
class Rule:
    """Which rows of a table are old.

    Attributes:
        table: The table.
        old: A condition in SQL; ``%(before)s`` is the time before which rows are old, seconds
            since the epoch.
    """

    table: str
    old: str


#: By what the settings call it.
RULES: Mapping[str, tuple[Rule, ...]] = {
    "activity": (
        Rule("activity", "day < (to_timestamp(%(before)s) AT TIME ZONE 'UTC')::date"),
        Rule("counted", "day < (to_timestamp(%(before)s) AT TIME ZONE 'UTC')::date"),
    ),
    "asks": (Rule("asks", "time < %(before)s"), Rule("answers", "time < %(before)s")),
    "audit": (
        Rule("audit", "time < to_timestamp(%(before)s)"),
        Rule("tokens", "ends < to_timestamp(%(before)s)"),
        # Nobody can put them back any more, whatever is remembered of it.
        Rule("removed_widgets", f"time < now() - make_interval(days => {KEPT_DAYS})"),
    ),
}


async def count_old(pool: Pool, before: Mapping[str, float]) -> dict[str, int]:
    """Count the rows that `prune` would delete.

    Args:
        pool: The database.
        before: For each of `RULES` the time before which rows are old, seconds since the epoch.

    Returns:
        By table.
    """
    counts = {}
    for name, time in before.items():
        for rule in RULES[name]:
            sql = f"SELECT count(*) FROM {rule.table} WHERE {rule.old}"
            [(counts[rule.table],)] = await pool.query(sql, {"before": time})
    return counts


async def prune(pool: Pool, before: Mapping[str, float]) -> AsyncIterator[tuple[str, int]]:
    """Delete old rows, some at a time.

    Args:
        pool: The database.
        before: See `count_old`.

    Yields:
        A table, and how many of its rows were deleted now.
    """
    for name, time in before.items():
        for rule in RULES[name]:
            while deleted := await _delete_some(pool, rule, time):
                yield rule.table, deleted


async def _delete_some(pool: Pool, rule: Rule, time: float) -> int:
    [(deleted,)] = await pool.query(
        f"""
        WITH gone AS (
            DELETE FROM {rule.table} WHERE ctid = ANY(ARRAY(
                SELECT ctid FROM {rule.table} WHERE {rule.old} LIMIT {_AT_ONCE}
            )) RETURNING 1
        )
        SELECT count(*) FROM gone
        """,
        {"before": time},
    )
    return int(deleted)
