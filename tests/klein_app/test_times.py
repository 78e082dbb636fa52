from __future__ import annotations

import datetime

import pytest

from hubs.klein_app import times
from hubs.klein_app.languages import ENGLISH, Languages
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
    assert times.age(NOON - seconds, NOON, ENGLISH) == text


def test_a_time_is_written_in_full_and_for_programs() -> None:
    assert times.exact(NOON, ENGLISH) == "Tuesday, 24 November 2026, 12:00 UTC"
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
    assert times.day_name(datetime.date(*day), NOON, ENGLISH) == text


def test_times_are_written_as_the_language_does() -> None:
    german = Languages.load().choose("de")
    assert times.age(NOON - 59 * 60, NOON, german) == "vor 59 Minuten"
    assert times.age(NOON - DAY, NOON, german) == "vor 1 Tag"
    assert times.age(NOON, NOON, german) == "gerade eben"
    assert times.age(NOON - 9 * DAY, NOON, german) == "15. November 2026"
    assert times.exact(NOON, german) == "Dienstag, 24. November 2026, 12:00 UTC"
    assert times.day_name(datetime.date(2026, 11, 22), NOON, german) == "Sonntag, 22. November"
    assert times.day_name(datetime.date(2026, 11, 24), NOON, german) == "Heute"


@pytest.mark.parametrize(
    ("days", "idle"), [(None, None), (0, None), (31, None), (31.1, 31), (45.9, 45)]
)
def test_a_hub_is_idle_after_a_month(days: float | None, idle: int | None) -> None:
    last = None if days is None else NOON - days * DAY
    assert times.idle_days(last, NOON) == idle
