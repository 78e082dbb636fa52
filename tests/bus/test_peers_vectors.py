"""What the peers expect to be read in some 550 real messages, we read in them."""

from __future__ import annotations

import pytest

from hubs.bus.envelope import parse
from hubs.bus.message import BusMessage
from hubs.bus.reader import Reader
from tests.bus.vectors import CANNOT_FIND_PACKAGES, CANNOT_PASS, Vector, load

VECTORS = load()


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.from_entry_points()


def read(reader: Reader, vector: Vector) -> BusMessage:
    return reader.read(parse(b"", vector.body(), 1024 * 1024, 100), received=2_000_000_000.0)


def differences(vector: Vector, message: BusMessage) -> dict[str, object]:
    found = {
        "people": frozenset(message.people),
        "sentence": message.sentence,
        "link": message.link,
        "icon": message.icon,
    }
    expected = {
        "people": vector.people,
        "sentence": vector.sentence,
        # Some processors say that there is no link with None.
        "link": vector.link,
        "icon": vector.icon,
    }
    return {
        fact: (found[fact], wanted)
        for fact, wanted in expected.items()
        if wanted is not None and found[fact] != wanted
    }


def test_there_are_as_many_as_there_were() -> None:
    names = {vector.name for vector in VECTORS}
    assert len(names) == len(VECTORS) >= 556
    assert CANNOT_PASS.keys() <= names
    assert CANNOT_FIND_PACKAGES.keys() <= names


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.name)
def test_a_vector_is_read_as_expected(reader: Reader, vector: Vector) -> None:
    wrong = differences(vector, read(reader, vector))
    if vector.name in CANNOT_PASS:
        assert wrong, "it passes now: take it off the list"
    else:
        assert not wrong


@pytest.mark.parametrize(
    "vector",
    [vector for vector in VECTORS if vector.packages is not None],
    ids=lambda vector: vector.name,
)
def test_the_packages_of_a_vector_are_found(reader: Reader, vector: Vector) -> None:
    found = frozenset(read(reader, vector).packages)
    if vector.name in CANNOT_FIND_PACKAGES:
        assert found != vector.packages, "they are found now: take it off the list"
    else:
        assert found == vector.packages
