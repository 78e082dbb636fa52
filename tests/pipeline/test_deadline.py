"""Waiting for something no longer than it may take."""

from __future__ import annotations

import contextlib

import pytest
from twisted.internet import defer
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock

from hubs.pipeline.deadline import within


@pytest.fixture
def clock() -> Clock:
    return Clock()


def result_of(outcome: Deferred[str]) -> list[object]:
    found: list[object] = []
    outcome.addCallbacks(found.append, lambda failure: found.append(failure.type))
    return found


async def stubborn() -> str:
    while True:
        with contextlib.suppress(Exception):
            await Deferred()


def test_what_ends_in_time_gives_what_it_gives(clock: Clock) -> None:
    good, bad = Deferred[str](), Deferred[str]()
    found = result_of(within(5, good, clock)), result_of(within(5, bad, clock))
    good.callback("found")
    bad.errback(ValueError("no"))
    assert found == (["found"], [ValueError])
    assert not clock.getDelayedCalls()


def test_what_does_not_is_asked_to_stop(clock: Clock) -> None:
    asked: list[object] = []
    found = result_of(within(5, Deferred(asked.append), clock))
    clock.advance(4.9)
    assert found == []
    clock.advance(0.1)
    assert found == [defer.TimeoutError]
    assert len(asked) == 1


def test_what_does_not_let_itself_be_stopped_is_left_alone(clock: Clock) -> None:
    found = result_of(within(5, Deferred.fromCoroutine(stubborn()), clock))
    clock.advance(5)
    assert found == [defer.TimeoutError]


def test_who_waits_may_wait_no_more(clock: Clock) -> None:
    for working in (Deferred[str](), Deferred.fromCoroutine(stubborn())):
        outcome = within(5, working, clock)
        found = result_of(outcome)
        outcome.cancel()
        assert found == [CancelledError]
        assert not clock.getDelayedCalls()
