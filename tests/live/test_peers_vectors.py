"""The peers' vectors on the whole way: over ZeroMQ, through every daemon, into people's feeds."""

from __future__ import annotations

from typing import Any

import psycopg2
import pytest
from twisted.internet import reactor

from tests.bus.vectors import CANNOT_PASS, Vector, load
from tests.live.conftest import Site

PASSING = [vector for vector in load() if vector.name not in CANNOT_PASS]
#: Seconds until all must have arrived.
PATIENCE = 120.0

Feeds = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def feeds(site: Site) -> Feeds:
    """Publish every vector, and give the entries by account name and name of the vector."""
    connection = psycopg2.connect(site.database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH hub AS (
                INSERT INTO hubs (type, name, title) SELECT 'user', name, name
                FROM unnest(%s) AS name RETURNING id, name
            )
            INSERT INTO interests (key, hub_id) SELECT 'user:' || name, id FROM hub
            """,
            (sorted(set().union(*(vector.people or () for vector in PASSING))),),
        )
        for vector in PASSING:
            site.bus.publish({**vector.envelope, "msg_id": vector.name})
        awaited = {(person, vector.name) for vector in PASSING for person in vector.people or ()}
        found: Feeds = {}
        end = reactor.seconds() + PATIENCE
        while not awaited <= found.keys() and reactor.seconds() < end:
            cursor.execute(
                """
                SELECT hubs.name, feed_entries.id, entry FROM feed_entries
                JOIN hubs ON feed = 'hub:' || hubs.id WHERE hubs.type = 'user'
                """
            )
            found = {(person, name): entry for person, name, entry in cursor.fetchall()}
    connection.close()
    return found


@pytest.mark.parametrize("vector", PASSING, ids=lambda vector: vector.name)
def test_each_person_expected_has_it_in_their_feed(vector: Vector, feeds: Feeds) -> None:
    for person in vector.people or ():
        entry = feeds[person, vector.name]
        if vector.sentence is not None:
            assert entry["sentence"] == vector.sentence
        if vector.link is not None:
            assert entry["link"] == vector.link


def test_nobody_has_what_is_not_theirs(feeds: Feeds) -> None:
    people = {vector.name: vector.people for vector in PASSING}
    for person, name in feeds:
        expected = people[name]
        assert expected is None or person in expected


def test_most_of_them_name_somebody() -> None:
    assert sum(bool(vector.people) for vector in PASSING) > 300
