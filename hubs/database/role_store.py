"""Who is what to a hub, as people themselves change it."""

from __future__ import annotations

import enum

import attrs
from txpostgres.txpostgres import Cursor

from hubs.database.changes import record
from hubs.database.hub_store import lock_hub
from hubs.database.pool import Pool
from hubs.model.change import Topic, role_change, seat_change
from hubs.model.hub import Hub, HubType
from hubs.model.person import Role, highest
from hubs.model.standing import JoinRequest, Seated
from hubs.model.viewer import Viewer

#: The number that stands for nobody: nothing has changed for anybody.
_NOBODY = 0


class Why(enum.Enum):
    """Why a role cannot be changed."""

    ARCHIVED = "nobody joins what is archived"
    MIRRORED = "one joins by way of the account group"
    FROM_GROUP = "the role comes from the account group"
    LAST_OWNER = "somebody has to own it"
    OWN_HUB = "it is their own"
    UNKNOWN = "Hubs knows nobody of that name"


class RoleError(Exception):
    """A role cannot be changed.

    Attributes:
        why: The reason.
    """

    def __init__(self, why: Why) -> None:
        """Say why.

        Args:
            why: The reason.
        """
        super().__init__(why.value)
        self.why = why


@attrs.frozen
class RoleStore:
    """Changes roles, each with its line of the audit trail and its message in one transaction.

    What is done a second time changes nothing, and is no error. Each change says for whom it was
    one, by the number of the person; 0 if nothing has changed. Whether somebody may do it has been
    asked before.

    Attributes:
        pool: The database.
    """

    pool: Pool

    async def follow(self, hub_id: int, viewer: Viewer, role: Role) -> int:
        """Let somebody star a hub or subscribe to it.

        Args:
            hub_id: The hub.
            viewer: They.
            role: Stargazer or subscriber.

        Returns:
            See `RoleStore`.
        """

        async def body(cursor: Cursor) -> int:
            await cursor.execute(
                """
                INSERT INTO roles (hub_id, person_id, role) VALUES (%s, %s, %s)
                ON CONFLICT DO NOTHING RETURNING person_id
                """,
                (hub_id, viewer.person_id, role.value),
            )
            return await _tell(cursor, hub_id, Topic.ROLE_ADDED, viewer.username, viewer, role)

        return await self.pool.transaction(body)

    async def unfollow(self, hub_id: int, viewer: Viewer, role: Role) -> int:
        """Undo `follow`.

        Args:
            hub_id: The hub.
            viewer: They.
            role: Stargazer or subscriber.

        Returns:
            See `RoleStore`.
        """

        async def body(cursor: Cursor) -> int:
            await cursor.execute(
                """
                DELETE FROM roles WHERE hub_id = %s AND person_id = %s AND role = %s
                RETURNING person_id
                """,
                (hub_id, viewer.person_id, role.value),
            )
            return await _tell(cursor, hub_id, Topic.ROLE_REMOVED, viewer.username, viewer, role)

        return await self.pool.transaction(body)

    async def ask(self, hub_id: int, viewer: Viewer, words: str) -> int:
        """Let somebody ask to become a member; nothing changes if they are one.

        Args:
            hub_id: The hub of a team.
            viewer: They.
            words: What they say to it; may be empty.

        Returns:
            See `RoleStore`.

        Raises:
            RoleError: Nobody can ask: the team is archived, or the mirror of a group.
        """

        async def body(cursor: Cursor) -> int:
            hub = await lock_hub(cursor, hub_id)
            if hub.archived:
                raise RoleError(Why.ARCHIVED)
            await _check_mirror(cursor, hub_id)
            await cursor.execute(
                """
                INSERT INTO join_requests (hub_id, person_id, words)
                SELECT %(hub)s, %(person)s, %(words)s WHERE NOT EXISTS (
                    SELECT FROM roles WHERE hub_id = %(hub)s AND person_id = %(person)s
                        AND role IN ('member', 'owner')
                ) ON CONFLICT DO NOTHING RETURNING person_id
                """,
                {"hub": hub_id, "person": viewer.person_id, "words": words},
            )
            return await _tell(
                cursor, hub_id, Topic.ROLE_REQUESTED, viewer.username, viewer, Role.MEMBER
            )

        return await self.pool.transaction(body)

    async def decline(self, hub_id: int, actor: Viewer, username: str) -> int:
        """Decline what somebody asked for, or take it back if they do so themselves.

        Args:
            hub_id: The hub.
            actor: Who does it.
            username: The account name of who asked.

        Returns:
            See `RoleStore`.
        """

        async def body(cursor: Cursor) -> int:
            person = await _person(cursor, username)
            await _settle(cursor, hub_id, person)
            return await _tell(
                cursor, hub_id, Topic.ROLE_DECLINED, actor.username, person, Role.MEMBER
            )

        return await self.pool.transaction(body)

    async def approve(self, hub_id: int, actor: Viewer, username: str) -> int:
        """Make somebody who asks for it a member; nothing changes if they ask no longer.

        Args:
            hub_id: The hub.
            actor: Who does it.
            username: The account name of who asks.

        Returns:
            See `RoleStore`.

        Raises:
            RoleError: The team is archived.
        """

        async def body(cursor: Cursor) -> int:
            hub, person = await lock_hub(cursor, hub_id), await _person(cursor, username)
            await _settle(cursor, hub_id, person)
            if not cursor.fetchall():
                return _NOBODY
            return await _seat(cursor, hub, actor, person, Role.MEMBER)

        return await self.pool.transaction(body)

    async def seat(self, hub_id: int, actor: Viewer, username: str, role: Role | None) -> int:
        """Make somebody a member or an owner, or neither: their own leaving, too.

        Args:
            hub_id: The hub.
            actor: Who does it.
            username: The account name of whom it is done to.
            role: What they are from now on; None for neither.

        Returns:
            See `RoleStore`.

        Raises:
            RoleError: It cannot be done.
        """

        async def body(cursor: Cursor) -> int:
            hub, person = await lock_hub(cursor, hub_id), await _person(cursor, username)
            changed = await _seat(cursor, hub, actor, person, role)
            if changed:
                await _settle(cursor, hub_id, person)
            return changed

        return await self.pool.transaction(body)

    async def requests(self, hub_id: int) -> list[JoinRequest]:
        """Give who asks to join a hub, the oldest first."""
        rows = await self.pool.query(
            """
            SELECT username, full_name, words, extract(epoch FROM time)::float
            FROM join_requests JOIN people ON people.id = person_id
            WHERE hub_id = %s ORDER BY time, username
            """,
            (hub_id,),
        )
        return [JoinRequest(*row) for row in rows]

    async def seated(self, hub_id: int) -> list[Seated]:
        """Give the members and owners of a hub, each once, by name."""
        rows = await self.pool.query(
            """
            SELECT DISTINCT ON (username) username, full_name, role = 'owner', from_group,
                extract(epoch FROM since)::float
            FROM roles JOIN people ON people.id = person_id
            WHERE hub_id = %s AND role IN ('member', 'owner') ORDER BY username, role DESC
            """,
            (hub_id,),
        )
        return [Seated(*row) for row in rows]


async def _person(cursor: Cursor, username: str) -> Viewer:
    if not username.isprintable():
        # SQL has no NUL.
        raise RoleError(Why.UNKNOWN)
    await cursor.execute(
        "SELECT id, username, full_name FROM people WHERE username = %s", (username,)
    )
    for row in cursor.fetchall():
        return Viewer(*row)
    raise RoleError(Why.UNKNOWN)


async def _settle(cursor: Cursor, hub_id: int, person: Viewer) -> None:
    """Take away what somebody asks for; the cursor has its row, if there was one."""
    await cursor.execute(
        "DELETE FROM join_requests WHERE hub_id = %s AND person_id = %s RETURNING person_id",
        (hub_id, person.person_id),
    )


async def _tell(
    cursor: Cursor, hub_id: int, topic: Topic, actor: str, person: Viewer, role: Role
) -> int:
    """Record what the last statement has done, if it has a row."""
    if not cursor.fetchall():
        return _NOBODY
    await record(cursor, hub_id, role_change(topic, actor, person.username, role))
    return person.person_id


async def _seat(cursor: Cursor, hub: Hub, actor: Viewer, person: Viewer, role: Role | None) -> int:
    await cursor.execute(
        """
        SELECT role, from_group FROM roles
        WHERE hub_id = %s AND person_id = %s AND role IN ('member', 'owner')
        """,
        (hub.id, person.person_id),
    )
    held = {Role(name): from_group for name, from_group in cursor.fetchall()}
    # What comes from the group stays, whatever is wanted.
    stays = {one for one, from_group in held.items() if from_group}
    before, after = highest(held), highest(stays | ({role} if role else set()))
    if after is before:
        if role is not before:
            raise RoleError(Why.FROM_GROUP)
        return _NOBODY
    if before is None:
        if hub.archived:
            raise RoleError(Why.ARCHIVED)
        await _check_mirror(cursor, hub.id)
    if before is Role.OWNER:
        await _check_owners(cursor, hub, person)
    await cursor.execute(
        """
        DELETE FROM roles WHERE hub_id = %s AND person_id = %s AND role IN ('member', 'owner')
            AND NOT from_group
        """,
        (hub.id, person.person_id),
    )
    if role is not None:
        await cursor.execute(
            "INSERT INTO roles (hub_id, person_id, role) VALUES (%s, %s, %s) "
            "ON CONFLICT DO NOTHING",
            (hub.id, person.person_id, role.value),
        )
    await record(cursor, hub.id, seat_change(actor.username, person.username, before, after))
    return person.person_id


async def _check_mirror(cursor: Cursor, hub_id: int) -> None:
    await cursor.execute("SELECT 1 FROM team_groups WHERE hub_id = %s", (hub_id,))
    if cursor.fetchall():
        raise RoleError(Why.MIRRORED)


async def _check_owners(cursor: Cursor, hub: Hub, leaving: Viewer) -> None:
    if hub.type is HubType.USER and hub.name == leaving.username:
        raise RoleError(Why.OWN_HUB)
    await cursor.execute(
        "SELECT 1 FROM roles WHERE hub_id = %s AND role = 'owner' AND person_id <> %s LIMIT 1",
        (hub.id, leaving.person_id),
    )
    if not cursor.fetchall():
        raise RoleError(Why.LAST_OWNER)
