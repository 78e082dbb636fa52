"""Waiting for what is away."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.logger import capturedLogs, formatEvent

from hubs.pipeline.outage import Outage

AWAY = ConnectionError("nobody\n answers")


def fail(outage: Outage, who: str = "") -> Deferred[None]:
    return Deferred.fromCoroutine(outage.failed(AWAY, who))


def pause(clock: Clock) -> float:
    """Let the one pause that there is pass, and say how long it was."""
    [call] = clock.getDelayedCalls()
    length = float(call.getTime() - clock.seconds())
    clock.advance(length)
    return length


def test_pauses_grow_to_a_limit_and_begin_anew() -> None:
    clock = Clock()
    outage = Outage("Redis", clock, longest=5.0)
    pauses = []
    for _ in range(20):
        waiting = fail(outage)
        pauses.append(pause(clock))
        assert waiting.called
    assert pauses[0] <= 0.5
    assert 2.5 <= pauses[-1] <= 5.0
    outage.succeeded()
    fail(outage)
    assert pause(clock) <= 0.5


def test_it_is_told_of_once_and_in_one_line() -> None:
    clock = Clock()
    outage = Outage("Redis", clock)
    with capturedLogs() as events:
        outage.succeeded()
        for _ in range(3):
            fail(outage)
            pause(clock)
        since = clock.seconds()
        outage.succeeded()
        outage.succeeded()
    assert [formatEvent(event) for event in events] == [
        "Redis is away: nobody answers",
        f"Redis is back after {since:.0f} seconds",
    ]


def test_those_who_try_at_once_do_not_lengthen_each_others_pauses() -> None:
    clock = Clock()
    outage = Outage("A store", clock)
    waiting = [fail(outage, str(number)) for number in range(50)]
    clock.advance(0.5)
    assert all(one.called for one in waiting)


def test_it_is_over_when_the_last_of_them_has_succeeded() -> None:
    clock = Clock()
    outage = Outage("A store", clock)
    with capturedLogs() as events:
        fail(outage, "one")
        fail(outage, "two")
        outage.succeeded("one")
        outage.succeeded("three")
        states = [outage.ongoing]
        outage.succeeded("two")
        states.append(outage.ongoing)
    assert states == [True, False]
    assert len(events) == 2
