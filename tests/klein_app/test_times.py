from __future__ import annotations

import datetime

import pytest

from hubs.klein_app import times
from tests.klein_app.conftest import NOON

HOUR, DAY = 3600.0, 86400.0


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (HOUR, "1 hour ago"),
        (DAY - 1, "23 hours ago"),
        (DAY, "1 day ago"),
        (7 * DAY - 1, "6 days ago"),
        (7 * DAY, "17 November 2026"),
    ],
)
def test_the_age_of_a_time(seconds: float, text: str) -> None:
    assert times.age(NOON - seconds, NOON) == text


def test_a_time_is_written_in_full_and_for_programs() -> None:
    assert times.exact(NOON) == "Tuesday, 24 November 2026, 12:00 UTC"
    assert times.iso(NOON) == "2026-11-24T12:00:00Z"


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ((2026, 11, 24), "Today"),
        ((2026, 11, 23), "Yesterday"),
        ((2026, 11, 22), "Sunday, 22 November"),
        ((2025, 12, 31), "Wednesday, 31 December 2025"),
    ],
)
def test_the_name_of_a_day(day: tuple[int, int, int], text: str) -> None:
    assert times.day_name(datetime.date(*day), NOON) == text


@pytest.mark.parametrize(
    ("days", "idle"), [(None, None), (0, None), (31, None), (31.1, 31), (45.9, 45)]
)
def test_a_hub_is_idle_after_a_month(days: float | None, idle: int | None) -> None:
    last = None if days is None else NOON - days * DAY
    assert times.idle_days(last, NOON) == idle
