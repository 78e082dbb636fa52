"""Teams that mirror a group of accounts, in SQL."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

import attrs
from psycopg2.extras import Json
from txpostgres.txpostgres import Cursor

from hubs.database.changes import record
from hubs.database.hub_store import Functions, insert_hub, insert_widget
from hubs.database.pool import Pool
from hubs.database.rows import HUB, HUB_WIDTH, read_hub
from hubs.database.settings_store import settings_change, write_settings
from hubs.model.change import Change, Topic
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.team import Said, Seat, Team, TeamChange

_TEAM = f"""
    SELECT team_groups.name, team_groups.said, (
        SELECT coalesce(
            jsonb_agg(jsonb_build_array(people.username, roles.role, roles.from_group)), '[]'
        )
        FROM roles JOIN people ON people.id = roles.person_id
        WHERE roles.hub_id = hubs.id AND roles.role IN ('member', 'owner')
    ), {HUB}
    FROM team_groups JOIN hubs ON hubs.id = team_groups.hub_id
"""


@attrs.frozen
class TeamStore:
    """Reads and writes them.

    Attributes:
        pool: The database.
        functions: Says what concerns the cached functions of widgets.
    """

    pool: Pool
    functions: Functions

    async def teams(self, names: Collection[str] = ()) -> list[Team]:
        """Give teams that mirror a group.

        Args:
            names: The names of their hubs; without any, all.

        Returns:
            Those there are, by name.
        """
        rows = await self.pool.query(
            f"{_TEAM} WHERE %(all)s OR hubs.name = ANY(%(names)s) ORDER BY hubs.name",
            {"all": not names, "names": list(names)},
        )
        return [_read_team(row) for row in rows]

    async def teams_of(self, group: str) -> list[Team]:
        """Give the teams that mirror a group.

        Args:
            group: Its name.

        Returns:
            They, by name.
        """
        rows = await self.pool.query(
            f"{_TEAM} WHERE team_groups.name = %s ORDER BY hubs.name", (group,)
        )
        return [_read_team(row) for row in rows]

    async def create(
        self,
        hub: Hub,
        group: str,
        widgets: Iterable[WidgetInstance],
        fill: Callable[[Team], TeamChange],
        full_names: Mapping[str, str],
    ) -> TeamChange:
        """Store a new team hub that mirrors a group, whole or not at all.

        Args:
            hub: It; its id does not count.
            group: The name of the group.
            widgets: What stands on it; their ids and hub do not count.
            fill: Says what the group brings to the empty team.
            full_names: The names of people, by account name.

        Returns:
            What the group brought.

        Raises:
            psycopg2.IntegrityError: There is a team hub of that name.
        """

        async def body(cursor: Cursor) -> TeamChange:
            made = await insert_hub(cursor, hub)
            for widget in widgets:
                placed = attrs.evolve(widget, hub_id=made.id)
                await insert_widget(cursor, placed, self.functions(made, placed))
            await cursor.execute(
                "INSERT INTO team_groups (hub_id, name) VALUES (%s, %s)", (made.id, group)
            )
            change = fill(Team(made, group))
            await self._apply(cursor, change, full_names)
            # Who was in the group before is no news.
            await record(cursor, made.id, Change(Topic.HUB_CREATED))
            return change

        return await self.pool.transaction(body)

    async def adopt(self, name: str, group: str) -> None:
        """Let a team hub that is there, and mirrors no group yet, mirror one.

        Args:
            name: The name of the hub; one that is not there is passed over.
            group: The name of the group.
        """
        await self.pool.run(
            """
            INSERT INTO team_groups (hub_id, name)
            SELECT id, %s FROM hubs WHERE type = 'team' AND name = %s ON CONFLICT DO NOTHING
            """,
            (group, name),
        )

    async def change(
        self, team: Team, decide: Callable[[Team], TeamChange], full_names: Mapping[str, str]
    ) -> TeamChange:
        """Change a team in one transaction, in which nobody else changes it.

        Args:
            team: It, as it was read before.
            decide: Says what changes, from the team as it is now.
            full_names: The names of people, by account name.

        Returns:
            What has changed; nothing, if the team is gone.
        """

        async def body(cursor: Cursor) -> TeamChange:
            await cursor.execute(
                f"{_TEAM} WHERE hubs.id = %s FOR UPDATE OF team_groups", (team.hub.id,)
            )
            rows = cursor.fetchall()
            if not rows:
                return TeamChange(team, team.hub, team.said)
            change = decide(_read_team(rows[0]))
            await self._apply(cursor, change, full_names)
            retold = settings_change("", change.before.hub, change.hub)
            for one in (*change.seat_changes(), *([retold] if retold else [])):
                await record(cursor, team.hub.id, one)
            return change

        return await self.pool.transaction(body)

    async def rename(self, full_names: Mapping[str, str]) -> int:
        """Correct the names of people whom Hubs knows, on their own hubs too.

        Args:
            full_names: Their names as people say them, by account name; empty for no name.

        Returns:
            How many were wrong.
        """
        rows = await self.pool.query(
            """
            WITH known AS (
                SELECT people.id, username, people.full_name AS before, name.value AS now
                FROM people JOIN jsonb_each_text(%s) AS name ON name.key = username
                WHERE people.full_name <> name.value
            ), titled AS (
                UPDATE hubs SET title = CASE known.now WHEN '' THEN username ELSE known.now END
                FROM known WHERE hubs.type = 'user' AND hubs.name = known.username
                    AND hubs.title = CASE known.before WHEN '' THEN username ELSE known.before END
            )
            UPDATE people SET full_name = known.now FROM known WHERE people.id = known.id
            RETURNING people.id
            """,
            (Json(dict(full_names)),),
        )
        return len(rows)

    async def groups_of(self, usernames: Collection[str]) -> list[str]:
        """Give the groups that teams mirror in which some people are.

        Args:
            usernames: Their account names.

        Returns:
            Names of groups.
        """
        rows = await self.pool.query(
            """
            SELECT DISTINCT team_groups.name FROM team_groups
            JOIN roles USING (hub_id) JOIN people ON people.id = roles.person_id
            WHERE people.username = ANY(%s)
            """,
            (list(usernames),),
        )
        return [name for (name,) in rows]

    async def known(self, usernames: Collection[str]) -> set[str]:
        """Give those of some account names that Hubs knows."""
        rows = await self.pool.query(
            "SELECT username FROM people WHERE username = ANY(%s)", (list(usernames),)
        )
        return {name for (name,) in rows}

    async def _apply(
        self, cursor: Cursor, change: TeamChange, full_names: Mapping[str, str]
    ) -> None:
        hub = change.hub
        if change.retold:
            await write_settings(cursor, hub, self.functions)
        await cursor.execute(
            "UPDATE team_groups SET said = %s WHERE hub_id = %s",
            (Json(attrs.asdict(change.said)), hub.id),
        )
        await _seat(cursor, hub.id, change.joins, full_names)
        await _unseat(cursor, hub.id, change.leaves)


async def _seat(
    cursor: Cursor, hub_id: int, seats: Collection[Seat], full_names: Mapping[str, str]
) -> None:
    rows = [
        {"username": seat.username, "role": seat.role.value, "name": full_names.get(seat.username)}
        for seat in seats
    ]
    await cursor.execute(
        """
        WITH seats AS (
            SELECT * FROM jsonb_to_recordset(%(rows)s) AS rows (username text, role text, name text)
        ), known AS (
            INSERT INTO people (username, full_name)
            SELECT DISTINCT username, coalesce(name, '') FROM seats ORDER BY username
            ON CONFLICT (username) DO UPDATE SET username = excluded.username
            RETURNING id, username
        )
        INSERT INTO roles (hub_id, person_id, role, from_group)
        SELECT %(hub)s, known.id, seats.role, true FROM seats JOIN known USING (username)
        ON CONFLICT DO NOTHING
        """,
        {"hub": hub_id, "rows": Json(rows)},
    )


async def _unseat(cursor: Cursor, hub_id: int, seats: Collection[Seat]) -> None:
    rows = [{"username": seat.username, "role": seat.role.value} for seat in seats]
    await cursor.execute(
        """
        DELETE FROM roles
        USING people, jsonb_to_recordset(%(rows)s) AS seats (username text, role text)
        WHERE roles.hub_id = %(hub)s AND roles.from_group AND roles.person_id = people.id
            AND people.username = seats.username AND roles.role = seats.role
        """,
        {"hub": hub_id, "rows": Json(rows)},
    )


def _read_team(row: tuple[Any, ...]) -> Team:
    group, said, seats, *hub = row
    return Team(
        hub=read_hub(tuple(hub[:HUB_WIDTH])),
        group=group,
        said=Said(**said),
        mirrored=frozenset(Seat(name, role) for name, role, mirrored in seats if mirrored),
        by_hand=frozenset(Seat(name, role) for name, role, mirrored in seats if not mirrored),
    )
