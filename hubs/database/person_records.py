"""All that SQL keeps of one person: to be handed to them, or to be forgotten.

Which tables belong to people and to hubs the database itself knows, by its foreign keys, so that
no table is left out when one is added. What is said of people in tables of others is named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
from psycopg2.extras import Json
from txpostgres.txpostgres import Cursor

from hubs.database.pool import Pool
from hubs.model.entry import Entry
from hubs.model.hub import HubType, hub_path

#: What stands in the place of a name in the audit trail; no account can be called so.
FORGOTTEN = "(forgotten)"
#: Columns that are derived from others, or would let somebody in.
_LEFT_OUT = ("person_id", "search", "trigrams", "digest")

#: Rows of others that name somebody, and are deleted with them.
_DELETED: Mapping[str, str] = {
    "answers": "username = %(name)s",
    "outgoing": "body ->> 'username' = %(name)s OR body ->> 'agent' = %(name)s",
}
#: Rows of others that stay, without the name.
_ANONYMOUS: Mapping[str, tuple[str, str]] = {
    # The details hold what settings were and are: a tag that is called like somebody is not they.
    "audit": (
        "hub_id <> %(hub)s AND (actor = %(name)s OR subject = %(name)s)",
        "actor = CASE actor WHEN %(name)s THEN %(forgotten)s ELSE actor END, "
        "subject = CASE subject WHEN %(name)s THEN %(forgotten)s ELSE subject END",
    ),
    "removed_widgets": ("hub_id <> %(hub)s AND actor = %(name)s", "actor = %(forgotten)s"),
}
#: Where entries are that people keep, or that wait for them.
_ENTRIES = ("saved_entries", "asks")
_NAMES_THEM = "(entry ->> 'agent' = %(name)s OR entry -> 'people' ? %(name)s)"


class LastOwnerError(Exception):
    """Somebody cannot be forgotten; the sentence names the teams that nobody else owns."""


@attrs.frozen
class Record:
    """Somebody of whom something may be kept.

    Attributes:
        username: Their account name.
        full_name: Their name as people say it; empty if they have no account here.
        person_id: The number of their account; 0 if they have none here.
        hub_id: The number of their hub; 0 if they have none.
    """

    username: str
    full_name: str = ""
    person_id: int = 0
    hub_id: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called in sentences."""
        return tuple(filter(None, (self.full_name, self.username)))

    @property
    def parameters(self) -> dict[str, Any]:
        """What the statements here are told of them."""
        return {
            "name": self.username,
            "person": self.person_id,
            "hub": self.hub_id,
            "forgotten": FORGOTTEN,
        }


@attrs.frozen
class PersonRecords:
    """Finds all that SQL keeps of people, and deletes it.

    Attributes:
        pool: The database.
    """

    pool: Pool

    async def find(self, username: str) -> Record:
        """Find somebody; who has no account here may yet be named by others.

        Args:
            username: Their account name.
        """
        rows = await self.pool.query(
            """
            SELECT coalesce(people.full_name, ''), coalesce(people.id, 0), coalesce(hubs.id, 0)
            FROM (SELECT %(name)s AS name) AS wanted
            LEFT JOIN people ON people.username = wanted.name
            LEFT JOIN hubs ON hubs.type = 'user' AND hubs.name = wanted.name
            """,
            {"name": username},
        )
        return Record(username, *rows[0])

    async def teams_from_groups(self, record: Record) -> list[str]:
        """Name the teams in which the account system has them.

        Args:
            record: Who.

        Returns:
            The paths of their hubs.
        """
        rows = await self.pool.query(
            """
            SELECT DISTINCT name FROM roles JOIN hubs ON hubs.id = roles.hub_id
            WHERE person_id = %(person)s AND from_group ORDER BY name
            """,
            record.parameters,
        )
        return [hub_path(HubType.TEAM, name) for (name,) in rows]

    async def export(self, record: Record) -> dict[str, list[dict[str, Any]]]:
        """Give the rows of all tables that are about somebody.

        Args:
            record: Who.

        Returns:
            By table; those of their hub under ``hub.`` and the table. Numbers of hubs have the
            path beside them.
        """
        found = {}
        for what, table, condition in await self._own():
            found[what] = await self._rows(table, condition, record)
        for table, condition in _of_others():
            found[table] = await self._rows(table, condition, record)
        return {what: rows for what, rows in found.items() if rows}

    async def _rows(self, table: str, condition: str, record: Record) -> list[dict[str, Any]]:
        hub = "(SELECT jsonb_build_object('hub', CASE type WHEN 'user' THEN '/u/' ELSE '/t/' END"
        hub += " || name || '/') FROM hubs WHERE id::text = to_jsonb(t) ->> 'hub_id')"
        left_out = "".join(f" - '{column}'" for column in _LEFT_OUT)
        rows = await self.pool.query(
            f"SELECT (to_jsonb(t){left_out}) || coalesce({hub}, '{{}}') FROM {table} AS t "
            f"WHERE {condition}",
            record.parameters,
        )
        return [row for (row,) in rows]

    async def count(self, record: Record) -> dict[str, int]:
        """Count the rows that `forget` would delete or change.

        Args:
            record: Who.

        Returns:
            By table, as `export` names them; those with entries of others under ``entries in``
            and the table.
        """
        conditions = [*await self._own()]
        conditions += [(table, table, condition) for table, condition in _of_others()]
        conditions += [(f"entries in {table}", table, _kept_by_others()) for table in _ENTRIES]
        counts = {}
        for what, table, condition in conditions:
            sql = f"SELECT count(*) FROM {table} WHERE {condition}"
            [(counts[what],)] = await self.pool.query(sql, record.parameters)
        return {what: count for what, count in counts.items() if count}

    async def check_owners(self, record: Record) -> None:
        """Make sure that no team would be left without an owner.

        Args:
            record: Who is to be forgotten.

        Raises:
            LastOwnerError: One would.
        """
        await self.pool.transaction(lambda cursor: _check_owners(cursor, record))

    async def forget(self, record: Record) -> None:
        """Delete somebody, their hub and all that is theirs, and take their name out of the rest.

        Args:
            record: Who.

        Raises:
            LastOwnerError: A team would be left without an owner; nothing was changed.
        """

        async def body(cursor: Cursor) -> None:
            parameters = record.parameters
            await _check_owners(cursor, record)
            for table in _ENTRIES:
                await _take_out(cursor, table, record)
            for table, condition in _DELETED.items():
                await cursor.execute(f"DELETE FROM {table} WHERE {condition}", parameters)
            for table, (condition, change) in _ANONYMOUS.items():
                await cursor.execute(f"UPDATE {table} SET {change} WHERE {condition}", parameters)
            await cursor.execute("DELETE FROM hubs WHERE id = %(hub)s", parameters)
            await cursor.execute("DELETE FROM people WHERE id = %(person)s", parameters)

        await self.pool.transaction(body)

    async def search(self, names: Sequence[str]) -> dict[str, int]:
        """Look for names as words in every row of every table.

        Args:
            names: The names.

        Returns:
            How many rows have one, by table and the hub that the row is of, if it is of one.
        """
        pattern = "|".join(rf"\m{re.escape(name)}\M" for name in names)
        found: dict[str, int] = {}
        for (table,) in await self.pool.query(
            "SELECT quote_ident(relname) FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY relname"
        ):
            hub = "id" if table == "hubs" else "hub_id"
            rows = await self.pool.query(
                f"""
                SELECT CASE hubs.type WHEN 'user' THEN '/u/' ELSE '/t/' END || hubs.name || '/',
                    count(*)
                FROM {table} AS t
                LEFT JOIN hubs ON hubs.id = (to_jsonb(t) ->> %(hub)s)::integer
                WHERE t::text ~ %(pattern)s GROUP BY 1 ORDER BY 1
                """,
                {"hub": hub, "pattern": pattern},
            )
            found |= {f"{table} of {path}" if path else table: count for path, count in rows}
        return found

    async def _own(self) -> list[tuple[str, str, str]]:
        """Give the tables with rows of their own: what to call them, which, and which rows."""
        tables = [("account", "people", "id = %(person)s"), ("hub", "hubs", "id = %(hub)s")]
        for key, prefix, condition in (
            ("people", "", "= %(person)s"),
            ("hubs", "hub.", "= %(hub)s"),
        ):
            rows = await self.pool.query(
                """
                SELECT conrelid::regclass::text, quote_ident(attname)
                FROM pg_constraint JOIN pg_attribute
                    ON attrelid = conrelid AND attnum = conkey[1]
                WHERE contype = 'f' AND confrelid = %s::regclass ORDER BY 1
                """,
                (key,),
            )
            tables += [
                (f"{prefix}{table}", table, f"{column} {condition}") for table, column in rows
            ]
        return tables


def _of_others() -> Iterator[tuple[str, str]]:
    yield from _DELETED.items()
    for table, (condition, _) in _ANONYMOUS.items():
        yield table, condition


def _kept_by_others() -> str:
    return f"person_id <> %(person)s AND {_NAMES_THEM}"


async def _check_owners(cursor: Cursor, record: Record) -> None:
    # Who changes roles locks the hub.
    await cursor.execute(
        """
        SELECT name FROM hubs WHERE type = 'team'
            AND EXISTS (SELECT FROM roles
                WHERE hub_id = hubs.id AND role = 'owner' AND person_id = %(person)s)
            AND NOT EXISTS (SELECT FROM roles
                WHERE hub_id = hubs.id AND role = 'owner' AND person_id <> %(person)s)
        ORDER BY name FOR NO KEY UPDATE
        """,
        record.parameters,
    )
    teams = ", ".join(hub_path(HubType.TEAM, name) for (name,) in cursor.fetchall())
    if teams:
        raise LastOwnerError(
            f"{record.username} is the last owner of {teams}: make somebody else an owner first"
        )


async def _take_out(cursor: Cursor, table: str, record: Record) -> None:
    """Take a name out of the entries that others keep."""
    await cursor.execute(
        f"SELECT ctid::text, entry FROM {table} WHERE {_kept_by_others()} FOR UPDATE",
        record.parameters,
    )
    for place, values in cursor.fetchall():
        entry = Entry.from_dict(values).without(record.username, record.names)
        await cursor.execute(
            f"UPDATE {table} SET entry = %s WHERE ctid = %s::tid", (Json(entry.to_dict()), place)
        )
