"""A database with as many hubs as one likes, filled in a moment."""

from __future__ import annotations

from collections.abc import Iterable

from hubs.database.pool import Pool

#: How many are made at once: no statement may take longer than the pool allows.
_STEP = 5_000
_STATEMENTS = (
    """
    INSERT INTO hubs (type, name, title, config)
    SELECT 'team', 'team' || n, 'Team', jsonb_build_object('sources', jsonb_build_object(
        'packages', (SELECT jsonb_agg(n || '-' || m) FROM generate_series(1, 5) AS m)))
    FROM generate_series(%(first)s, %(last)s) AS n
    """,
    """
    INSERT INTO people (username)
    SELECT 'person' || n FROM generate_series(%(first)s, %(last)s) AS n
    """,
    """
    INSERT INTO roles (hub_id, person_id, role)
    SELECT id, 1 + (id * 7 + n * 13) %% %(last)s, 'subscriber'
    FROM hubs, generate_series(1, 4) AS n WHERE id BETWEEN %(first)s AND %(last)s
    """,
    """
    INSERT INTO widgets (hub_id, plugin, "column", config)
    SELECT id, 'lamp', 'side', jsonb_build_object('package', config #> '{sources,packages,0}')
    FROM hubs WHERE id BETWEEN %(first)s AND %(last)s
    """,
    """
    INSERT INTO interests (key, hub_id) SELECT 'package:' || package, id
    FROM hubs, jsonb_array_elements_text(config #> '{sources,packages}') AS package
    WHERE id BETWEEN %(first)s AND %(last)s
    """,
    """
    INSERT INTO interests (key, hub_id, widget_id, function)
    SELECT 'package:' || (config ->> 'package'), hub_id, id, 'count'
    FROM widgets WHERE hub_id BETWEEN %(first)s AND %(last)s
    """,
)


async def fill(pool: Pool, hubs: int) -> None:
    """Add teams up to some number: each of five packages, with four followers and a widget.

    Args:
        pool: A database in which nobody else made hubs.
        hubs: How many teams there are then; their numbers are those from 1 on.
    """
    [[there]] = await pool.query("SELECT count(*) FROM hubs")
    for before in range(there, hubs, _STEP):
        new = {"first": before + 1, "last": min(before + _STEP, hubs)}
        for statement in _STATEMENTS:
            await pool.run(statement, new)
    # What is read must not depend on whether PostgreSQL has already tidied up by itself.
    await pool.run("VACUUM ANALYZE")


def packages_of(hub_ids: Iterable[int]) -> list[str]:
    """Give a package of each of some teams, which also concerns the widget of the team.

    Args:
        hub_ids: The numbers of the teams.

    Returns:
        Names of packages.
    """
    return [f"{hub_id}-1" for hub_id in hub_ids]
