"""Which hubs a person has to do with, as everybody may know, and how many people a hub has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from hubs.database.pool import Pool
from hubs.database.rows import HUB, HUB_WIDTH, read_hub
from hubs.model.hub import Hub
from hubs.model.person import Role


@attrs.frozen
class Held:
    """A hub that somebody has to do with.

    Attributes:
        hub: The hub.
        role: The highest of their roles there.
    """

    hub: Hub
    role: Role


async def held_hubs(pool: Pool, username: str, roles: Iterable[Role], most: int) -> list[Held]:
    """Give the public hubs on which somebody has one of some roles, their own left out.

    Args:
        pool: The database.
        username: Their account name.
        roles: The roles.
        most: The most to give.

    Returns:
        Each hub once, where they own or are a member before all else, the most active first.
    """
    rows = await pool.query(
        f"""
        SELECT {HUB}, (%(order)s::text[])[held.place] FROM (
            SELECT roles.hub_id, min(array_position(%(order)s::text[], roles.role)) AS place
            FROM people JOIN roles ON roles.person_id = people.id
            WHERE people.username = %(username)s AND roles.role = ANY(%(roles)s)
            GROUP BY roles.hub_id
        ) AS held JOIN hubs ON hubs.id = held.hub_id
        WHERE hubs.visibility = 'public'
            AND NOT (hubs.type = 'user' AND hubs.name = %(username)s)
        ORDER BY held.place, hubs.last_activity DESC NULLS LAST, hubs.id
        LIMIT %(most)s
        """,
        {
            "username": username,
            "roles": [role.value for role in roles],
            "order": [role.value for role in reversed(Role)],
            "most": most,
        },
    )
    return [Held(read_hub(row[:HUB_WIDTH]), Role(row[HUB_WIDTH])) for row in rows]


async def public_hubs(pool: Pool, ids: Iterable[int]) -> dict[int, Hub]:
    """Give those of some hubs that everybody may see now.

    Args:
        pool: The database.
        ids: Their numbers.

    Returns:
        Them by number.
    """
    rows = await pool.query(
        f"SELECT {HUB} FROM hubs WHERE id = ANY(%s) AND visibility = 'public'", (list(ids),)
    )
    return {hub.id: hub for hub in map(read_hub, rows)}


async def count_roles(pool: Pool, hub_id: int) -> Mapping[Role, int]:
    """Count the people of a hub.

    Args:
        pool: The database.
        hub_id: The hub.

    Returns:
        By role; whoever owns it counts as a member, too.
    """
    rows = await pool.query(
        """
        SELECT role, count(*) FROM (
            SELECT person_id, role FROM roles WHERE hub_id = %(hub)s
            UNION SELECT person_id, 'member' FROM roles WHERE hub_id = %(hub)s AND role = 'owner'
        ) AS held GROUP BY role
        """,
        {"hub": hub_id},
    )
    return dict.fromkeys(Role, 0) | {Role(role): count for role, count in rows}
