"""Times as people type them."""

from __future__ import annotations

import click
import pytest

from hubs.cli.moment import MomentType

NOW = 1_795_521_600.0


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("2h", 7200),
        ("3 days", 3 * 86_400),
        ("3 Days ago", 3 * 86_400),
        ("1d12h", 36 * 3600),
        ("1 d 12 h", 36 * 3600),
        ("90 min", 5400),
        ("0.5h", 1800),
        ("1 week", 7 * 86_400),
        ("10s", 10),
        ("2026-11-24", 43_200),
        ("2026-11-24T10:00", 7200),
        ("2026-11-24 10:00:00", 7200),
        ("2026-11-24T10:00Z", 7200),
        ("2026-11-24T10:00+02:00", 14_400),
    ],
)
def test_a_time_or_an_age_is_understood(text: str, ago: float) -> None:
    assert NOW - MomentType().convert(text, None, None).at(NOW) == ago


@pytest.mark.parametrize(
    "text", ["", "soon", "2", "h", "2 fish", "2h and a bit", "-2h", "2026-13-01", "9" * 30 + "d"]
)
def test_anything_else_is_named(text: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        MomentType().convert(text, None, None)
    assert f"got {text!r}, expected a time such as 2026-11-24 or 2026-11-24T10:00, or" in str(
        caught.value
    )
