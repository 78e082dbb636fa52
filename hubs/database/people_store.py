"""People in SQL."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
from txpostgres.txpostgres import Cursor

from hubs.database.changes import record
from hubs.database.hub_store import Functions, insert_hub, insert_widget
from hubs.database.pool import Pool
from hubs.model.change import Change, Topic
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.viewer import Viewer


@attrs.frozen
class PeopleStore:
    """Reads and writes people.

    Attributes:
        pool: The database.
        functions: Says what concerns the cached functions of widgets.
    """

    pool: Pool
    functions: Functions

    async def welcome(
        self, username: str, full_name: str, widgets: Iterable[WidgetInstance]
    ) -> Viewer:
        """Find the person who has just logged in; the first time, make them and their hub.

        Args:
            username: Their account name.
            full_name: Their name as people say it, as the account system has it; if it is empty,
                the one that is known stays.
            widgets: What stands on a new hub; their ids and hub do not count.

        Returns:
            The person.
        """

        async def body(cursor: Cursor) -> Viewer:
            # This row is locked until the end: of two first log-ins at once, one waits.
            await cursor.execute(
                """
                INSERT INTO people (username, full_name) VALUES (%s, %s)
                ON CONFLICT (username) DO UPDATE SET full_name =
                    coalesce(nullif(excluded.full_name, ''), people.full_name)
                RETURNING id, username, full_name
                """,
                (username, full_name),
            )
            [row] = cursor.fetchall()
            viewer = Viewer(*row)
            await self._give_hub(cursor, viewer, widgets)
            return viewer

        return await self.pool.transaction(body)

    async def _give_hub(
        self, cursor: Cursor, viewer: Viewer, widgets: Iterable[WidgetInstance]
    ) -> None:
        await cursor.execute(
            "SELECT id FROM hubs WHERE type = 'user' AND name = %s", (viewer.username,)
        )
        rows = cursor.fetchall()
        if rows:
            [(hub_id,)] = rows
        else:
            title = viewer.full_name or viewer.username
            hub = await insert_hub(cursor, Hub(0, HubType.USER, viewer.username, title, ""))
            hub_id = hub.id
            for widget in widgets:
                placed = attrs.evolve(widget, hub_id=hub_id)
                await insert_widget(cursor, placed, self.functions(hub, placed))
            created = Change(Topic.USER_CREATED, viewer.username, viewer.username)
            await record(cursor, hub_id, created)
        await cursor.execute(
            """
            INSERT INTO roles (hub_id, person_id, role) VALUES (%s, %s, 'owner')
            ON CONFLICT DO NOTHING
            """,
            (hub_id, viewer.person_id),
        )
