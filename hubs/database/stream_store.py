"""What belongs to the stream of a person and is no feed: asks, saved entries, hides."""

from __future__ import annotations

import attrs
from psycopg2.extras import Json

from hubs.database.pool import Pool
from hubs.model.entry import Entry
from hubs.model.stream import Answer, Ask, Hide


@attrs.frozen
class StreamStore:
    """Reads and writes it.

    Attributes:
        pool: The database.
    """

    pool: Pool

    async def ask(self, ask: Ask, entry: Entry) -> None:
        """Let something wait for people; who is not known here is passed over.

        Args:
            ask: What, and for whom.
            entry: What told of it. One that is older than what is known changes nothing.
        """
        await self.pool.run(
            """
            INSERT INTO asks (person_id, subject, time, entry)
            SELECT id, %(subject)s, %(time)s, %(entry)s FROM people
            WHERE username = ANY(%(people)s) OR id IN (
                SELECT person_id FROM roles JOIN hubs ON hubs.id = roles.hub_id
                WHERE hubs.type = 'team' AND hubs.name = %(team)s AND roles.role = 'owner'
            )
            ON CONFLICT (person_id, subject) DO UPDATE
                SET time = excluded.time, entry = excluded.entry
                WHERE asks.time < excluded.time
            """,
            {
                "subject": ask.subject,
                "time": entry.time,
                "entry": Json(entry.to_dict()),
                "people": list(ask.people),
                "team": ask.owners_of,
            },
        )

    async def answer(self, answer: Answer, time: float) -> None:
        """Let something wait no more, also if it is told of only later.

        Args:
            answer: What, and for whom.
            time: When it was answered, seconds since the epoch; what was asked later waits on.
        """
        await self.pool.run(
            """
            INSERT INTO answers (subject, username, time)
            VALUES (%(subject)s, %(person)s, %(time)s)
            ON CONFLICT (subject, username) DO UPDATE
                SET time = greatest(answers.time, excluded.time)
            """,
            {"subject": answer.subject, "person": answer.person, "time": time},
        )

    async def waiting(self, person_id: int, limit: int = 100) -> list[Entry]:
        """Give what waits for a person; who asks to join a team waits for those who own it now.

        Args:
            person_id: The person.
            limit: The most to give.

        Returns:
            Latest first.
        """
        rows = await self.pool.query(
            """
            SELECT asks.entry FROM asks JOIN people ON people.id = asks.person_id
            WHERE asks.person_id = %s AND NOT EXISTS (
                SELECT 1 FROM answers
                WHERE answers.subject = asks.subject
                    AND answers.username IN ('', people.username) AND answers.time >= asks.time
            ) AND (NOT starts_with(asks.subject, 'join ') OR EXISTS (
                SELECT 1 FROM roles JOIN hubs ON hubs.id = roles.hub_id
                WHERE roles.person_id = asks.person_id AND roles.role = 'owner'
                    AND hubs.type = 'team' AND hubs.name = split_part(asks.subject, ' ', 2)
            ))
            ORDER BY asks.time DESC, asks.subject LIMIT %s
            """,
            (person_id, limit),
        )
        return [Entry.from_dict(entry) for (entry,) in rows]

    async def save(self, person_id: int, entry: Entry) -> None:
        """Keep an entry for a person for as long as they like.

        Args:
            person_id: The person.
            entry: The entry.
        """
        await self.pool.run(
            """
            INSERT INTO saved_entries (person_id, id, entry) VALUES (%s, %s, %s)
            ON CONFLICT DO NOTHING
            """,
            (person_id, entry.id, Json(entry.to_dict())),
        )

    async def unsave(self, person_id: int, entry_id: str) -> None:
        """Keep an entry no longer.

        Args:
            person_id: The person.
            entry_id: The entry; one that was not kept is passed over.
        """
        await self.pool.run(
            "DELETE FROM saved_entries WHERE person_id = %s AND id = %s", (person_id, entry_id)
        )

    async def saved(self, person_id: int, limit: int = 100, offset: int = 0) -> list[Entry]:
        """Give what a person has saved.

        Args:
            person_id: The person.
            limit: The most to give.
            offset: How many of the latest to leave out.

        Returns:
            The one that was saved last first.
        """
        rows = await self.pool.query(
            """
            SELECT entry FROM saved_entries WHERE person_id = %s
            ORDER BY saved DESC, id LIMIT %s OFFSET %s
            """,
            (person_id, limit, offset),
        )
        return [Entry.from_dict(entry) for (entry,) in rows]

    async def seen(self, person_id: int) -> float:
        """Say up to when a person has seen their stream, seconds since the epoch; 0 for never."""
        rows = await self.pool.query("SELECT stream_seen FROM people WHERE id = %s", (person_id,))
        return float(rows[0][0]) if rows else 0.0

    async def see(self, person_id: int, time: float) -> None:
        """Take note that a person has seen their stream.

        Args:
            person_id: The person.
            time: Up to when, seconds since the epoch; an earlier one than before changes nothing.
        """
        await self.pool.run(
            "UPDATE people SET stream_seen = greatest(stream_seen, %s) WHERE id = %s",
            (time, person_id),
        )

    async def hide(self, person_id: int, hide: Hide) -> None:
        """Keep something out of the stream of a person from now on.

        Args:
            person_id: The person.
            hide: What.
        """
        await self.pool.run(
            """
            INSERT INTO hides (person_id, hub_id, kind) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
            """,
            (person_id, hide.hub_id, hide.kind),
        )

    async def unhide(self, person_id: int, hide: Hide) -> None:
        """Let something into the stream of a person again.

        Args:
            person_id: The person.
            hide: What.
        """
        await self.pool.run(
            """
            DELETE FROM hides WHERE person_id = %s
                AND hub_id IS NOT DISTINCT FROM %s AND kind IS NOT DISTINCT FROM %s
            """,
            (person_id, hide.hub_id, hide.kind),
        )

    async def hides(self, person_id: int) -> list[Hide]:
        """Give what a person hides.

        Args:
            person_id: The person.

        Returns:
            In no order.
        """
        rows = await self.pool.query(
            "SELECT hub_id, kind FROM hides WHERE person_id = %s", (person_id,)
        )
        return [Hide(*row) for row in rows]
