"""A host that fails again and again is left alone, and given a chance now and then."""

from __future__ import annotations

from twisted.internet.task import Clock

from hubs.sources.breaker import FAILURES, LONGEST_REST, REST, Breaker


def broken(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        breaker.begin()
        breaker.failed()
    return breaker


def test_it_opens_after_failures_in_a_row_alone() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES - 1):
        breaker.failed()
    breaker.succeeded()
    for _ in range(FAILURES - 1):
        assert breaker.failed() == REST
        assert breaker.open_until is None
    breaker.failed()
    assert breaker.open_until == REST


def test_after_its_rest_one_request_goes_through() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.advance(REST)
    told = [breaker.open_until]
    breaker.begin()
    told.append(breaker.open_until)
    breaker.succeeded()
    told.append(breaker.open_until)
    assert told == [None, 2 * REST, None]


def test_rests_grow_while_it_stays_bad_and_are_short_again_after() -> None:
    clock = Clock()
    breaker = broken(clock)
    rests = []
    for _ in range(7):
        until = breaker.open_until
        assert until is not None
        rests.append(until - clock.seconds())
        clock.advance(rests[-1])
        breaker.begin()
        breaker.failed()
    assert rests == [30, 60, 120, 240, 480, LONGEST_REST, LONGEST_REST]
    clock.advance(LONGEST_REST)
    breaker.begin()
    breaker.succeeded()
    assert broken(clock).open_until == clock.seconds() + REST


def test_those_already_with_the_host_do_not_make_its_rest_longer() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.advance(1)
    assert breaker.failed() == REST
    assert breaker.open_until == REST


def test_a_try_that_nobody_waited_for_leaves_room_for_another() -> None:
    clock = Clock()
    breaker = broken(clock)
    clock.advance(REST)
    breaker.begin()
    breaker.gave_up()
    assert breaker.open_until is None
