"""Hubs, people, roles and widgets in SQL."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from psycopg2.extras import Json
from txpostgres.txpostgres import Cursor

from hubs.database import interests
from hubs.database.pool import Pool
from hubs.model.hub import Column, Hub, HubType, Visibility, WidgetInstance
from hubs.model.person import Member, Role

_HUB = """
    hubs.id, hubs.type, hubs.name, hubs.title, hubs.summary, hubs.visibility, hubs.config,
    extract(epoch FROM hubs.last_activity)::float
"""
_WIDGET = """
    widgets.id, widgets.hub_id, widgets.plugin, widgets."column", widgets.position,
    widgets.config, widgets.visibility
"""


@attrs.frozen
class TeamActivity:
    """A team and how busy it was.

    Attributes:
        hub: The team's hub.
        messages: What happened there in the days asked for.
        members: How many members and owners it has.
    """

    hub: Hub
    messages: int
    members: int


@attrs.frozen
class HubStore:
    """Reads and writes hubs.

    Attributes:
        pool: The database.
    """

    pool: Pool

    async def page(self, hub_type: HubType, name: str) -> tuple[Hub, list[WidgetInstance]] | None:
        """Give a hub with its widgets, in one query.

        Args:
            hub_type: Whose hub.
            name: Its name.

        Returns:
            The hub and its widgets in the order of the page, or None if there is no such hub.
        """
        rows = await self.pool.query(
            f"""
            SELECT {_HUB}, {_WIDGET} FROM hubs LEFT JOIN widgets ON widgets.hub_id = hubs.id
            WHERE hubs.type = %s AND hubs.name = %s
            ORDER BY widgets."column", widgets.position, widgets.id
            """,
            (hub_type.value, name),
        )
        if not rows:
            return None
        return _hub(rows[0][:8]), [_widget(row[8:]) for row in rows if row[8] is not None]

    async def hub(self, hub_id: int) -> Hub | None:
        """Give a hub by its number, or None."""
        rows = await self.pool.query(f"SELECT {_HUB} FROM hubs WHERE id = %s", (hub_id,))
        return _hub(rows[0]) if rows else None

    async def hub_named(self, hub_type: HubType, name: str) -> Hub | None:
        """Give a hub by its type and name, or None."""
        rows = await self.pool.query(
            f"SELECT {_HUB} FROM hubs WHERE type = %s AND name = %s", (hub_type.value, name)
        )
        return _hub(rows[0]) if rows else None

    async def widgets(self, ids: Iterable[int]) -> list[tuple[Hub, WidgetInstance]]:
        """Give widgets by their numbers, each with its hub, in one query.

        Args:
            ids: The numbers; one that no widget has is left out.

        Returns:
            In no order.
        """
        rows = await self.pool.query(
            f"""
            SELECT {_HUB}, {_WIDGET} FROM widgets JOIN hubs ON hubs.id = widgets.hub_id
            WHERE widgets.id = ANY(%s)
            """,
            (list(ids),),
        )
        return [(_hub(row[:8]), _widget(row[8:])) for row in rows]

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

    async def busiest_teams(self, since: datetime.date, limit: int) -> list[TeamActivity]:
        """Give the teams where most happened.

        Private ones are left out, because nobody may see them in a list.

        Args:
            since: The first day that counts, in UTC.
            limit: The most to give.

        Returns:
            Busiest first, then by latest activity.
        """
        rows = await self.pool.query(
            f"""
            SELECT {_HUB}, coalesce(busy.messages, 0),
                (SELECT count(DISTINCT person_id) FROM roles
                 WHERE hub_id = hubs.id AND role IN ('member', 'owner'))
            FROM hubs LEFT JOIN (
                SELECT hub_id, sum(messages) AS messages FROM activity
                WHERE day >= %s GROUP BY hub_id
            ) AS busy ON busy.hub_id = hubs.id
            WHERE hubs.type = 'team' AND hubs.visibility <> 'private'
            ORDER BY coalesce(busy.messages, 0) DESC, hubs.last_activity DESC NULLS LAST, hubs.name
            LIMIT %s
            """,
            (since, limit),
        )
        return [TeamActivity(_hub(row[:8]), int(row[8]), row[9]) for row in rows]

    async def create_hub(self, hub: Hub) -> Hub:
        """Store a new hub and what concerns its feed.

        Args:
            hub: The hub; its id and last activity do not count.

        Returns:
            The hub with its id.

        Raises:
            psycopg2.IntegrityError: There is a hub of that type and name.
        """

        async def body(cursor: Cursor) -> Hub:
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
            return attrs.evolve(hub, id=hub_id, last_activity=None)

        return await self.pool.transaction(body)

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

        async def body(cursor: Cursor) -> WidgetInstance:
            await cursor.execute(
                """
                INSERT INTO widgets (hub_id, plugin, "column", position, config, visibility)
                VALUES (%s, %s, %s, %s, %s, %s) RETURNING id
                """,
                (
                    widget.hub_id,
                    widget.plugin,
                    widget.column.value,
                    widget.position,
                    Json(dict(widget.config)),
                    widget.visibility.value,
                ),
            )
            [(widget_id,)] = cursor.fetchall()
            await interests.rewrite(cursor, widget.hub_id, widget_id, functions)
            return attrs.evolve(widget, id=widget_id)

        return await self.pool.transaction(body)

    async def set_role(self, hub_id: int, username: str, full_name: str, role: Role) -> None:
        """Give a person a role on a hub; the person is created if need be.

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
            ON CONFLICT DO NOTHING
            """,
            (username, full_name, hub_id, role.value),
        )

    async def count_activity(self, hub_id: int, time: float) -> None:
        """Count one thing that happened on a hub.

        Args:
            hub_id: The hub; one that is gone is passed over.
            time: When it happened, seconds since the epoch.
        """
        await self.pool.run(
            """
            WITH hub AS (
                UPDATE hubs SET last_activity = greatest(last_activity, to_timestamp(%(time)s))
                WHERE id = %(hub)s RETURNING id
            )
            INSERT INTO activity (hub_id, day, messages)
            SELECT id, (to_timestamp(%(time)s) AT TIME ZONE 'UTC')::date, 1 FROM hub
            ON CONFLICT (hub_id, day) DO UPDATE SET messages = activity.messages + 1
            """,
            {"hub": hub_id, "time": time},
        )


def _hub(row: tuple[Any, ...]) -> Hub:
    hub_id, hub_type, name, title, summary, visibility, config, last_activity = row
    return Hub(
        id=hub_id,
        type=HubType(hub_type),
        name=name,
        title=title,
        summary=summary,
        visibility=Visibility(visibility),
        config=config,
        last_activity=last_activity,
    )


def _widget(row: tuple[Any, ...]) -> WidgetInstance:
    widget_id, hub_id, plugin, column, position, config, visibility = row
    return WidgetInstance(
        id=widget_id,
        hub_id=hub_id,
        plugin=plugin,
        column=Column(column),
        position=position,
        config=config,
        visibility=Visibility(visibility),
    )
