"""What headers say about how often a host wants to be asked."""

from __future__ import annotations

import pytest

from hubs.sources.rate_limit import exhausted_until, poll_interval, retry_after

NOW = 1_795_521_600.0


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("Tue, 24 Nov 2026 12:05:00 GMT", 300),
        ("Tue, 24 Nov 2020 12:05:00 GMT", 0),
        ("999999999", 86_400),
        ("Fri, 31 Dec 2999 23:59:59 GMT", 86_400),
        ("-5", None),
        ("nan", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str, seconds: float | None) -> None:
    expected = None if seconds is None else NOW + seconds
    assert retry_after({"retry-after": said}, NOW) == expected


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "1795521700"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1795521700"}, 100),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "1795521700"}, 100),
        ({"ratelimit-remaining": "0", "ratelimit-reset": "17"}, 17),
        ({"x-ratelimit-remaining": "0"}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "fish"}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9999999999999"}, 86_400),
        ({"x-ratelimit-remaining": "none"}, None),
    ],
)
def test_what_is_used_up_comes_back_at_the_reset(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert exhausted_until(headers, NOW) == (None if seconds is None else NOW + seconds)


def test_a_poll_interval_is_seconds() -> None:
    assert poll_interval({"x-poll-interval": "60"}) == 60
    assert poll_interval({"x-poll-interval": "fish"}) == 0
    assert poll_interval({}) == 0
