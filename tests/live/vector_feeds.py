"""The feeds that the peers' vectors end in: one for each person they name, and one for all."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable
from contextlib import closing
from typing import Any

import psycopg2

#: How long nothing more may have come, seconds.
PATIENCE = 120.0
#: Between looks, which cost the database something.
_PAUSE = 0.5
#: The name of the hub that everything concerns.
EVERYTHING = "everything"

#: Entries by the name of the hub and the id of the message.
Feeds = dict[tuple[str, str], dict[str, Any]]


def add_hubs(database: str, people: Iterable[str], topics: Iterable[str]) -> None:
    """Add a hub for each person, and one for all that is of some topics."""
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(
            """
            WITH hub AS (
                INSERT INTO hubs (type, name, title) SELECT 'user', name, name
                FROM unnest(%s) AS name RETURNING id, name
            )
            INSERT INTO interests (key, hub_id) SELECT 'user:' || name, id FROM hub
            """,
            (sorted(people),),
        )
        cursor.execute(
            """
            WITH hub AS (
                INSERT INTO hubs (type, name, title) VALUES ('team', %(hub)s, %(hub)s) RETURNING id
            )
            INSERT INTO interests (key, hub_id)
            SELECT 'topic:' || topic, id FROM hub, unnest(%(topics)s) AS topic
            """,
            {"hub": EVERYTHING, "topics": sorted(topics)},
        )
        connection.commit()


def feeds_with(database: str, awaited: Collection[tuple[str, str]]) -> Feeds:
    """Give the entries of all those hubs, as soon as the awaited ones are there or no more come."""
    found: Feeds = {}
    end = time.monotonic() + PATIENCE
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        while not set(awaited) <= found.keys() and time.monotonic() < end:
            time.sleep(_PAUSE)  # noqa: TID251 - nothing runs on the reactor
            before = len(found)
            cursor.execute(
                """
                SELECT hubs.name, feed_entries.id, entry FROM feed_entries
                JOIN hubs ON feed = 'hub:' || hubs.id
                WHERE hubs.type = 'user' OR hubs.name = %s
                """,
                (EVERYTHING,),
            )
            found = {(hub, name): entry for hub, name, entry in cursor.fetchall()}
            if len(found) > before:
                end = time.monotonic() + PATIENCE
    return found
