"""How many requests are with a host at once, and when it is left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_twisted
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs, formatEvent

from hubs.config import Services, Sources
from hubs.sources.breaker import FAILURES, REST
from hubs.sources.errors import BusyError, FailingError, RestingError, SourceError
from hubs.sources.gate import PATIENCE, Gates
from hubs.sources.session import Session
from tests.sources.conftest import Reactor
from tests.sources.outside import Outside, says
from tests.until import until


@pytest_twisted.async_yield_fixture
async def other() -> AsyncIterator[Outside]:
    """Give another service."""
    other = Outside()
    other.open()
    yield other
    await other.close()


@pytest_twisted.async_yield_fixture
async def session(outside: Outside, other: Outside, timed: Reactor) -> AsyncIterator[Session]:
    """Give a session that lets two requests be with each host at once."""
    session = Session(Sources(per_host=2), Services(datagrepper=outside.url()), timed)
    session._trusted.add(("http", "127.0.0.1", other.port))
    yield session
    await session.close()


def asking(session: Session, url: str) -> tuple[Deferred[Any], list[Any]]:
    waiting = Deferred.fromCoroutine(session.get(url))
    ended: list[Any] = []
    waiting.addBoth(ended.append)
    return waiting, ended


async def test_a_host_has_so_many_requests_at_once_and_no_more(
    session: Session, outside: Outside, other: Outside, timed: Reactor
) -> None:
    outside.paths["/a"] = outside.hang
    other.paths["/a"] = says([1])
    first, _ = asking(session, outside.url("/a"))
    asking(session, outside.url("/a"))
    third, ended = asking(session, outside.url("/a"))
    await until(lambda: len(outside.seen) == 2)
    # Another host has its own.
    assert (await session.get(other.url("/a"))).json(list) == [1]
    assert len(outside.seen) == 2
    first.cancel()
    await until(lambda: len(outside.seen) == 3)
    assert ended == []
    third.cancel()
    timed.clock.advance(30)


async def test_who_waits_too_long_for_its_turn_comes_back_later(
    session: Session, outside: Outside, timed: Reactor
) -> None:
    outside.paths["/a"] = outside.hang
    for _ in range(2):
        asking(session, outside.url("/a"))
    _, ended = asking(session, outside.url("/a"))
    timed.clock.advance(PATIENCE)
    [failure] = ended
    assert failure.check(BusyError)
    assert str(failure.value).startswith(f"{outside.host} is busy with other requests of ours; ")
    assert len(outside.seen) < 3
    timed.clock.advance(30)
    outside.paths["/a"] = says([1])
    assert (await session.get(outside.url("/a"))).json(list) == [1]


async def test_a_host_that_fails_again_and_again_is_left_alone_for_a_while(
    session: Session, outside: Outside, timed: Reactor
) -> None:
    outside.paths["/a"] = says(b"", 500)
    with capturedLogs() as logs:
        for _ in range(FAILURES):
            with pytest.raises(FailingError):
                await session.get(outside.url("/a"))
        for _ in range(3):
            with pytest.raises(RestingError) as caught:
                await session.get(outside.url("/a"))
    assert len(outside.seen) == FAILURES
    assert caught.value.retry_at == timed.seconds() + REST
    assert str(caught.value).startswith(f"{outside.host} failed several times and is left alone; ")
    said = [formatEvent(event) for event in logs if event["log_namespace"].startswith("hubs.")]
    assert len(said) == 1
    assert said[0].startswith(f"Left alone for a while: {outside.host} has a fault of its own")
    outside.paths["/a"] = says([1])
    timed.clock.advance(REST)
    for _ in range(2):
        assert (await session.get(outside.url("/a"))).json(list) == [1]


async def test_a_refusal_is_no_failure_of_the_host(session: Session, outside: Outside) -> None:
    for _ in range(FAILURES + 1):
        with pytest.raises(SourceError, match="has nothing there"):
            await session.get(outside.url("/nowhere"))
    assert len(outside.seen) == FAILURES + 1


def test_hosts_without_end_do_not_fill_the_memory(timed: Reactor) -> None:
    gates = Gates(2, timed.clock)
    remembered = gates.of("rests.example")
    for _ in range(FAILURES):
        remembered._breaker.failed()
    for number in range(3000):
        gates.of(f"{number}.example")
    assert len(gates._gates) == 1000
    assert gates.of("rests.example") is remembered
