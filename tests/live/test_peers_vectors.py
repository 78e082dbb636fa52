"""The peers' vectors on the whole way: over ZeroMQ, through every daemon, into people's feeds."""

from __future__ import annotations

import pytest

from tests.bus.vectors import CANNOT_PASS, Vector, load
from tests.live.conftest import Site
from tests.live.vector_feeds import EVERYTHING, Feeds, add_hubs, feeds_with

PASSING = [vector for vector in load() if vector.name not in CANNOT_PASS]


@pytest.fixture(scope="module")
def feeds(site: Site) -> Feeds:
    """Publish every vector, and give the entries by hub and name of the vector."""
    add_hubs(
        site.database,
        set().union(*(vector.people or () for vector in PASSING)),
        {vector.service for vector in PASSING},
    )
    for vector in PASSING:
        site.bus.publish({**vector.envelope, "msg_id": vector.name})
    return feeds_with(
        site.database,
        {(hub, vector.name) for vector in PASSING for hub in (EVERYTHING, *(vector.people or ()))},
    )


@pytest.mark.parametrize("vector", PASSING, ids=lambda vector: vector.name)
def test_each_person_expected_has_it_in_their_feed(vector: Vector, feeds: Feeds) -> None:
    for hub in (EVERYTHING, *(vector.people or ())):
        entry = feeds[hub, vector.name]
        if vector.sentence is not None:
            assert entry["sentence"] == vector.sentence
        if vector.link is not None:
            assert entry["link"] == vector.link


def test_nobody_has_what_is_not_theirs(feeds: Feeds) -> None:
    people = {vector.name: vector.people for vector in PASSING}
    # The site is shared with other tests, whose messages are no vectors.
    ours = [(person, people[name]) for person, name in feeds if name in people]
    assert len(ours) >= len(PASSING)
    for person, expected in ours:
        assert person == EVERYTHING or expected is None or person in expected


def test_most_of_them_name_somebody() -> None:
    assert sum(bool(vector.people) for vector in PASSING) > 300
