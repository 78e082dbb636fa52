"""Measuring how late the reactor is."""

from __future__ import annotations

from prometheus_client import REGISTRY
from twisted.internet.task import Clock

from hubs.watch.delay import INTERVAL, ReactorDelay


def measured() -> tuple[float, float]:
    """Give how often it was measured, and the sum of the delays, seconds."""
    count, total = (
        REGISTRY.get_sample_value(f"hubs_reactor_delay_seconds_{what}") or 0.0
        for what in ("count", "sum")
    )
    return count, total


def test_a_reactor_that_is_late_is_late_by_that_much_once() -> None:
    clock = Clock()
    delay = ReactorDelay(clock)
    count, total = measured()
    delay.startService()
    for seconds in (INTERVAL, INTERVAL, 1.25 * INTERVAL, 0.75 * INTERVAL, 3.5 * INTERVAL):
        clock.advance(seconds)
    clock.advance(0.5 * INTERVAL)
    delay.stopService()
    after, late = measured()
    assert after - count == 6
    assert late - total == (0.25 + 2.5) * INTERVAL
    assert not clock.getDelayedCalls()
