"""Personal tokens in SQL: programs call the API with them. Only hashes of them are kept."""

from __future__ import annotations

import hashlib
import secrets

import attrs
from txpostgres.txpostgres import Cursor

from hubs.database.changes import note
from hubs.database.pool import Pool
from hubs.model.change import Change, Topic
from hubs.model.token import Token
from hubs.model.viewer import Viewer

#: What every token begins with, so that those who look for leaked secrets know it.
PREFIX = "hubs_"
#: The most that one person has at once.
MOST = 50
#: A use is noted if the last one that was is longer ago, seconds.
_USED_EVERY = 60.0
#: More than any token of ours has; longer ones are not even looked up.
_LONGEST = 100
_COLUMNS = """
    tokens.id, tokens.name, tokens.may_write, extract(epoch FROM tokens.made)::float,
    extract(epoch FROM tokens.ends)::float, extract(epoch FROM tokens.used)::float
"""
_WIDTH = 6


class TooManyTokensError(Exception):
    """Somebody has as many tokens as one may have."""


@attrs.frozen
class TokenStore:
    """Makes tokens, and knows them again.

    Attributes:
        pool: The database.
    """

    pool: Pool

    async def make(
        self, owner: Viewer, name: str, *, may_write: bool, now: float, ends: float
    ) -> str:
        """Make a token; those of the person that have ended are forgotten.

        Args:
            owner: Whose.
            name: What they call it.
            may_write: Whether it may change anything.
            now: The present, seconds since the epoch.
            ends: When it ends, likewise.

        Returns:
            The token. Nobody can find it out again.

        Raises:
            TooManyTokensError: See there.
        """
        secret = PREFIX + secrets.token_urlsafe(32)

        async def body(cursor: Cursor) -> str:
            # Of two calls at once, one waits.
            await cursor.execute("SELECT FROM people WHERE id = %s FOR UPDATE", (owner.person_id,))
            await cursor.execute(
                "DELETE FROM tokens WHERE person_id = %s AND ends <= to_timestamp(%s)",
                (owner.person_id, now),
            )
            await cursor.execute(
                "SELECT count(*) FROM tokens WHERE person_id = %s", (owner.person_id,)
            )
            [(count,)] = cursor.fetchall()
            if count >= MOST:
                raise TooManyTokensError
            await cursor.execute(
                """
                INSERT INTO tokens (person_id, name, digest, may_write, made, ends)
                VALUES (%s, %s, %s, %s, to_timestamp(%s), to_timestamp(%s))
                """,
                (owner.person_id, name, _digest(secret), may_write, now, ends),
            )
            await _note(cursor, owner, Topic.TOKEN_MADE, name)
            return secret

        return await self.pool.transaction(body)

    async def find(self, secret: str, now: float) -> tuple[Viewer, Token] | None:
        """Say whose token something is, and take note that it was used.

        Args:
            secret: What was sent.
            now: The present, seconds since the epoch.

        Returns:
            The person and the token; None if it is none, has ended or was revoked.
        """
        if len(secret) > _LONGEST:
            return None
        rows = await self.pool.query(
            f"""
            SELECT people.id, people.username, people.full_name, {_COLUMNS}
            FROM tokens JOIN people ON people.id = tokens.person_id
            WHERE tokens.digest = %s AND tokens.ends > to_timestamp(%s)
            """,
            (_digest(secret), now),
        )
        if not rows:
            return None
        [row] = rows
        token = Token(*row[-_WIDTH:])
        if token.used is None or token.used < now - _USED_EVERY:
            await self.pool.run(
                "UPDATE tokens SET used = to_timestamp(%s) WHERE id = %s", (now, token.id)
            )
        return Viewer(*row[:-_WIDTH]), token

    async def of(self, owner: Viewer) -> list[Token]:
        """Give the tokens of a person, the newest first."""
        rows = await self.pool.query(
            f"SELECT {_COLUMNS} FROM tokens WHERE person_id = %s ORDER BY made DESC, id DESC",
            (owner.person_id,),
        )
        return [Token(*row) for row in rows]

    async def revoke(self, owner: Viewer, token_id: int) -> bool:
        """End a token, at once and for ever.

        Args:
            owner: Whose it is.
            token_id: Its number.

        Returns:
            Whether they had such a token.
        """

        async def body(cursor: Cursor) -> bool:
            await cursor.execute(
                "DELETE FROM tokens WHERE person_id = %s AND id = %s RETURNING name",
                (owner.person_id, token_id),
            )
            rows = cursor.fetchall()
            for (name,) in rows:
                await _note(cursor, owner, Topic.TOKEN_REVOKED, name)
            return bool(rows)

        return await self.pool.transaction(body)


async def _note(cursor: Cursor, owner: Viewer, topic: Topic, name: str) -> None:
    """Write a line into the trail of the person's own hub, if they have one."""
    await cursor.execute("SELECT id FROM hubs WHERE type = 'user' AND name = %s", (owner.username,))
    for (hub_id,) in cursor.fetchall():
        await note(cursor, hub_id, Change(topic, owner.username, facts={"token_name": name}))


def _digest(secret: str) -> bytes:
    # It is as long as the hash and random: there is nothing to try out (so no salt, no slowness).
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
