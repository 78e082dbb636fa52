"""The hubs that people have at hand: those they are something to, in their own order."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from hubs.database.pool import Pool
from hubs.database.rows import HUB, HUB_WIDTH, ROLES, read_hub, read_roles
from hubs.model.permissions import Action
from hubs.model.viewer import HubView, Viewer


@attrs.frozen
class BookmarkStore:
    """Reads and writes them.

    Attributes:
        pool: The database.
    """

    pool: Pool

    async def of(self, viewer: Viewer) -> list[HubView]:
        """Give the hubs that somebody stars, follows or belongs to, but for their own.

        Args:
            viewer: Whose.

        Returns:
            Those they have put in order first; then the others by title.
        """
        rows = await self.pool.query(
            f"""
            SELECT {HUB}, {ROLES} FROM hubs
            LEFT JOIN bookmarks
                ON bookmarks.hub_id = hubs.id AND bookmarks.person_id = %(viewer)s
            WHERE hubs.id IN (SELECT hub_id FROM roles WHERE person_id = %(viewer)s)
                AND NOT (hubs.type = 'user' AND hubs.name = %(name)s)
            ORDER BY bookmarks.position NULLS LAST, lower(hubs.title), hubs.id
            """,
            {"viewer": viewer.person_id, "name": viewer.username},
        )
        views = (
            HubView(read_hub(row[:HUB_WIDTH]), viewer, read_roles(row[HUB_WIDTH])) for row in rows
        )
        return [view for view in views if view.may(Action.SEE_LISTED)]

    async def arrange(self, viewer: Viewer, hub_ids: Iterable[int]) -> None:
        """Put hubs into the order that somebody wants.

        Args:
            viewer: Who.
            hub_ids: The hubs, the first one first; what they are nothing to is passed over.
        """
        await self.pool.run(
            """
            INSERT INTO bookmarks (person_id, hub_id, position)
            SELECT %(viewer)s, hub_id, place
            FROM unnest(%(hubs)s::bigint[]) WITH ORDINALITY AS wanted (hub_id, place)
            WHERE hub_id IN (SELECT hub_id FROM roles WHERE person_id = %(viewer)s)
            ON CONFLICT (person_id, hub_id) DO UPDATE SET position = excluded.position
            """,
            {"viewer": viewer.person_id, "hubs": list(hub_ids)},
        )
