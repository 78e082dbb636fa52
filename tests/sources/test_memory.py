"""Answers are kept within a limit."""

from __future__ import annotations

from hubs.sources.answer import Answer
from hubs.sources.memory import Kept, Memory
from hubs.sources.request import Request


def request(number: int) -> Request:
    return Request.to(f"https://a.example/{number}")


def kept(body: bytes = b"", **headers: str) -> Kept:
    return Kept(Answer("a.example", "", 200, headers, body))


def test_what_cannot_be_asked_for_conditionally_is_not_kept() -> None:
    memory = Memory(1_000_000)
    memory.keep(request(1), kept())
    assert memory.get(request(1)) is None
    memory.keep(request(1), kept(etag='"1"'))
    memory.keep(request(1), kept())
    assert memory.get(request(1)) is None


def test_conditions_are_what_the_host_gave() -> None:
    headers = {"etag": 'W/"1"', "last-modified": "Tue, 24 Nov 2026 12:05:00 GMT"}
    assert Kept(Answer("a.example", "", 200, headers, b"")).conditions == {
        "if-none-match": 'W/"1"',
        "if-modified-since": "Tue, 24 Nov 2026 12:05:00 GMT",
    }


def test_what_was_asked_for_last_is_kept_longest() -> None:
    memory = Memory(100_000)
    for number in range(3):
        memory.keep(request(number), kept(b"x" * 28_000, etag='"1"'))
    memory.get(request(0))
    memory.keep(request(3), kept(b"x" * 28_000, etag='"1"'))
    found = [number for number in range(4) if memory.get(request(number))]
    assert found == [0, 2, 3]


def test_what_is_larger_than_all_of_it_is_not_kept_and_what_is_forgotten_takes_no_room() -> None:
    memory = Memory(100_000)
    memory.keep(request(1), kept(b"x" * 100_000, etag='"1"'))
    assert memory.get(request(1)) is None
    for _ in range(5):
        memory.keep(request(2), kept(b"x" * 40_000, etag='"1"'))
    memory.keep(request(3), kept(b"x" * 40_000, etag='"1"'))
    assert memory.get(request(2))
