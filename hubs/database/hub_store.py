"""Hubs, people, roles and widgets in SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs
from psycopg2.extras import Json
from txpostgres.txpostgres import Cursor

from hubs.database import interests
from hubs.database.pool import Pool
from hubs.database.rows import (
    FEED_VISIBILITY,
    HUB,
    HUB_WIDTH,
    ROLES,
    STANDING,
    VIEW,
    WIDGET,
    read_hub,
    read_view,
    read_widget,
)
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.person import Member, Role
from hubs.model.standing import Standing
from hubs.model.viewer import HubView, Viewer

#: The interest keys of each cached function of a widget, from its hub's configuration.
Functions = Callable[[Hub, WidgetInstance], Mapping[str, Iterable[str]]]
#: How many days a message may come late, and again, without being counted twice.
REMEMBERED = 14


@attrs.frozen
class HubStore:
    """Reads and writes hubs.

    Attributes:
        pool: The database.
    """

    pool: Pool

    async def page(self, hub_type: HubType, name: str, viewer: Viewer) -> HubView | None:
        """Give a hub with its widgets and what the viewer is to it, in one query.

        Args:
            hub_type: Whose hub.
            name: Its name.
            viewer: Who looks.

        Returns:
            It, also if the viewer may not see it; None if there is no such hub.
        """
        rows = await self.pool.query(
            f"""
            WITH hubs AS MATERIALIZED (
                SELECT hubs.*, {ROLES} AS roles, {STANDING} AS standing,
                    {FEED_VISIBILITY} AS feed_visibility
                FROM hubs
                WHERE hubs.type = %(type)s AND hubs.name = %(name)s
            )
            SELECT {HUB}, hubs.roles, hubs.feed_visibility, {WIDGET}, hubs.standing
            FROM hubs LEFT JOIN widgets ON widgets.hub_id = hubs.id
            ORDER BY widgets."column", widgets.position, widgets.id
            """,
            {"type": hub_type.value, "name": name, "viewer": viewer.person_id},
        )
        if not rows:
            return None
        return attrs.evolve(read_view(rows, viewer), standing=Standing(**rows[0][-1]))

    async def view(self, hub_id: int, viewer: Viewer) -> HubView | None:
        """Give a hub and what the viewer is to it, in one query.

        Args:
            hub_id: The hub.
            viewer: Who looks.

        Returns:
            It, also if the viewer may not see it, with those of its widgets that not everybody may
            see; None if there is no such hub.
        """
        rows = await self.pool.query(
            f"""
            SELECT {VIEW}, {WIDGET} FROM hubs
            LEFT JOIN widgets ON widgets.hub_id = hubs.id AND widgets.visibility <> 'public'
            WHERE hubs.id = %(hub)s ORDER BY widgets.id
            """,
            {"hub": hub_id, "viewer": viewer.person_id},
        )
        return read_view(rows, viewer) if rows else None

    async def views(self, hub_ids: Iterable[int], viewer: Viewer) -> dict[int, HubView]:
        """Give some hubs and what the viewer is to each, without widgets, in one query.

        Args:
            hub_ids: The hubs; one that is gone is left out.
            viewer: Who looks.

        Returns:
            Them by number, also those that the viewer may not see.
        """
        rows = await self.pool.query(
            f"SELECT {VIEW} FROM hubs WHERE id = ANY(%(hubs)s)",
            {"hubs": list(hub_ids), "viewer": viewer.person_id},
        )
        found = (read_view([row], viewer) for row in rows)
        return {view.hub.id: view for view in found}

    async def hub(self, hub_id: int) -> Hub | None:
        """Give a hub by its number, or None."""
        rows = await self.pool.query(f"SELECT {HUB} FROM hubs WHERE id = %s", (hub_id,))
        return read_hub(rows[0]) if rows else None

    async def hub_named(self, hub_type: HubType, name: str) -> Hub | None:
        """Give a hub by its type and name, or None."""
        rows = await self.pool.query(
            f"SELECT {HUB} FROM hubs WHERE type = %s AND name = %s", (hub_type.value, name)
        )
        return read_hub(rows[0]) if rows else None

    async def widgets(self, ids: Iterable[int]) -> list[tuple[Hub, WidgetInstance]]:
        """Give widgets by their numbers, each with its hub, in one query.

        Args:
            ids: The numbers; one that no widget has is left out.

        Returns:
            In no order.
        """
        rows = await self.pool.query(
            f"""
            SELECT {HUB}, {WIDGET} FROM widgets JOIN hubs ON hubs.id = widgets.hub_id
            WHERE widgets.id = ANY(%s)
            """,
            (list(ids),),
        )
        return [(read_hub(row[:HUB_WIDTH]), read_widget(row[HUB_WIDTH:])) for row in rows]

    async def widget_page(
        self, after: int, limit: int, plugins: list[str] | None = None
    ) -> list[tuple[Hub, WidgetInstance]]:
        """Give some widgets of all hubs, each with its hub, in order of their numbers.

        Args:
            after: The number of the last widget of the page before; 0 for the first page.
            limit: The most to give.
            plugins: The names of plug-ins; None for the widgets of all.

        Returns:
            They; empty past the last.
        """
        rows = await self.pool.query(
            f"""
            SELECT {HUB}, {WIDGET} FROM widgets JOIN hubs ON hubs.id = widgets.hub_id
            WHERE widgets.id > %(after)s
                AND (%(plugins)s::text[] IS NULL OR widgets.plugin = ANY(%(plugins)s))
            ORDER BY widgets.id LIMIT %(limit)s
            """,
            {"after": after, "limit": limit, "plugins": plugins},
        )
        return [(read_hub(row[:HUB_WIDTH]), read_widget(row[HUB_WIDTH:])) for row in rows]

    async def count_widgets(self, plugins: list[str] | None = None) -> int:
        """Say how many widgets there are on all hubs; see `widget_page`."""
        [(count,)] = await self.pool.query(
            "SELECT count(*) FROM widgets "
            "WHERE %(plugins)s::text[] IS NULL OR plugin = ANY(%(plugins)s)",
            {"plugins": plugins},
        )
        return int(count)

    async def members(self, hub_id: int) -> list[Member]:
        """Give the members and owners of a hub.

        Args:
            hub_id: The hub.

        Returns:
            Each person once, in their highest role; owners first, then by name.
        """
        rows = await self.pool.query(
            """
            SELECT people.username, people.full_name, max(roles.role),
                   max(extract(epoch FROM hubs.last_activity))::float
            FROM roles JOIN people ON people.id = roles.person_id
            LEFT JOIN hubs ON hubs.type = 'user' AND hubs.name = people.username
                AND hubs.visibility = 'public'
            WHERE roles.hub_id = %s AND roles.role IN ('member', 'owner')
            GROUP BY people.id ORDER BY max(roles.role) DESC, people.username
            """,
            (hub_id,),
        )
        return [Member(name, full, Role(role), seen) for name, full, role, seen in rows]

    async def known_people(self, names: Iterable[str]) -> set[str]:
        """Say which account names have a hub that everybody may see.

        Args:
            names: Account names.

        Returns:
            Those of them that do.
        """
        rows = await self.pool.query(
            """
            SELECT name FROM hubs
            WHERE type = 'user' AND visibility = 'public' AND name = ANY(%s)
            """,
            (list(names),),
        )
        return {name for (name,) in rows}

    async def create_hub(self, hub: Hub) -> Hub:
        """Store a new hub and what concerns its feed.

        Args:
            hub: The hub; its id and last activity do not count.

        Returns:
            The hub with its id.

        Raises:
            psycopg2.IntegrityError: There is a hub of that type and name.
        """
        return await self.pool.transaction(lambda cursor: insert_hub(cursor, hub))

    async def create_widget(
        self, widget: WidgetInstance, functions: Mapping[str, Iterable[str]]
    ) -> WidgetInstance:
        """Store a new widget and what concerns its cached functions.

        Args:
            widget: The widget; its id does not count.
            functions: The interest keys by name of cached function.

        Returns:
            The widget with its id.
        """
        return await self.pool.transaction(lambda cursor: insert_widget(cursor, widget, functions))

    async def set_role(self, hub_id: int, username: str, full_name: str, role: Role) -> None:
        """Give a person a role on a hub by hand; the person is created if need be.

        Args:
            hub_id: The hub.
            username: Their account name.
            full_name: Their name as people say it.
            role: The role.
        """
        await self.pool.run(
            """
            WITH person AS (
                INSERT INTO people (username, full_name) VALUES (%s, %s)
                ON CONFLICT (username) DO UPDATE SET full_name = excluded.full_name
                RETURNING id
            )
            INSERT INTO roles (hub_id, person_id, role) SELECT %s, id, %s FROM person
            ON CONFLICT (hub_id, person_id, role) DO UPDATE SET from_group = false
            """,
            (username, full_name, hub_id, role.value),
        )

    async def count_activity(
        self, hub_id: int, message_id: str, time: float, kind: str = ""
    ) -> None:
        """Count one thing that happened on a hub; the same one twice is counted once.

        Args:
            hub_id: The hub; one that is gone is passed over.
            message_id: The message that told of it; it is remembered for `REMEMBERED` days.
            time: When it happened, seconds since the epoch.
            kind: What sort of thing it was, as `hubs.model.category.Category.kind`.
        """
        await self.pool.run(
            """
            WITH message AS (
                SELECT id AS hub_id, (to_timestamp(%(time)s) AT TIME ZONE 'UTC')::date AS day
                FROM hubs WHERE id = %(hub)s
            ), first AS (
                INSERT INTO counted (hub_id, id, day) SELECT hub_id, %(id)s, day FROM message
                ON CONFLICT DO NOTHING RETURNING hub_id, day
            ), hub AS (
                UPDATE hubs SET last_activity = greatest(last_activity, to_timestamp(%(time)s))
                FROM first WHERE hubs.id = first.hub_id
            ), forgotten AS (
                DELETE FROM counted USING first
                WHERE counted.hub_id = first.hub_id AND counted.day < first.day - %(remembered)s
            )
            INSERT INTO activity (hub_id, day, kind, messages)
            SELECT hub_id, day, %(kind)s, 1 FROM first
            ON CONFLICT (hub_id, day, kind) DO UPDATE SET messages = activity.messages + 1
            """,
            {"hub": hub_id, "id": message_id, "time": time, "kind": kind, "remembered": REMEMBERED},
        )


async def insert_hub(cursor: Cursor, hub: Hub) -> Hub:
    """Store a new hub and what concerns its feed.

    Args:
        cursor: The transaction.
        hub: The hub; its id, last activity and version do not count.

    Returns:
        The hub with its id.

    Raises:
        psycopg2.IntegrityError: There is a hub of that type and name.
    """
    await cursor.execute(
        """
        INSERT INTO hubs (type, name, title, summary, visibility, config)
        VALUES (%s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (
            hub.type.value,
            hub.name,
            hub.title,
            hub.summary,
            hub.visibility.value,
            Json(dict(hub.config)),
        ),
    )
    [(hub_id,)] = cursor.fetchall()
    await interests.rewrite(cursor, hub_id, None, {None: hub.feed_interests()})
    return attrs.evolve(hub, id=hub_id, last_activity=None, version=1)


async def lock_hub(cursor: Cursor, hub_id: int) -> Hub:
    """Give a hub that nobody else changes until the end of the transaction.

    Args:
        cursor: The transaction.
        hub_id: The hub; it exists.

    Returns:
        The hub as it is now.
    """
    await cursor.execute(f"SELECT {HUB} FROM hubs WHERE id = %s FOR NO KEY UPDATE", (hub_id,))
    [row] = cursor.fetchall()
    return read_hub(row)


async def rewrite_interests(cursor: Cursor, hub: Hub, functions: Functions) -> list[WidgetInstance]:
    """Replace what concerns a hub: its feed, and all its widgets.

    Args:
        cursor: The transaction that also writes the configuration they follow from.
        hub: The hub as it is from now on.
        functions: Says what concerns the cached functions of widgets.

    Returns:
        Its widgets.
    """
    await interests.rewrite(cursor, hub.id, None, {None: hub.feed_interests()})
    await cursor.execute(f"SELECT {WIDGET} FROM widgets WHERE hub_id = %s", (hub.id,))
    widgets = [read_widget(row) for row in cursor.fetchall()]
    for widget in widgets:
        await interests.rewrite(cursor, hub.id, widget.id, functions(hub, widget))
    return widgets


async def insert_widget(
    cursor: Cursor, widget: WidgetInstance, functions: Mapping[str, Iterable[str]]
) -> WidgetInstance:
    """Store a new widget and what concerns its cached functions.

    Args:
        cursor: The transaction.
        widget: The widget; its id does not count.
        functions: The interest keys by name of cached function.

    Returns:
        The widget with its id.
    """
    await cursor.execute(
        """
        INSERT INTO widgets (hub_id, plugin, "column", position, config, visibility, hidden)
        VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (
            widget.hub_id,
            widget.plugin,
            widget.column.value,
            widget.position,
            Json(dict(widget.config)),
            widget.visibility.value,
            widget.hidden,
        ),
    )
    [(widget_id,)] = cursor.fetchall()
    await interests.rewrite(cursor, widget.hub_id, widget_id, functions)
    return attrs.evolve(widget, id=widget_id)
