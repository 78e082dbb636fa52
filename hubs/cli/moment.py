"""Times as people type them: dates, times, and how long ago something was."""

from __future__ import annotations

import datetime
import re
from typing import Any

import attrs
import click

_UNITS = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hour", "hours"),
    "d": ("d", "day", "days"),
    "w": ("w", "week", "weeks"),
}
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_WORDS = {word: _SECONDS[unit] for unit, words in _UNITS.items() for word in words}
_AGE = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*([a-z]+)")


@attrs.frozen
class Moment:
    """A time, or an age that stands for one.

    Attributes:
        time: Seconds since the epoch; None if it is an age.
        age: Seconds.
    """

    time: float | None
    age: float = 0.0

    def at(self, now: float) -> float:
        """Give the time, seconds since the epoch.

        Args:
            now: The present, seconds since the epoch.
        """
        return now - self.age if self.time is None else self.time


class MomentType(click.ParamType[Moment]):
    """Takes ``2026-11-24``, ``2026-11-24T10:00``, ``2h``, ``3 days`` or ``1d 12h``.

    A time that names no zone is one of UTC.
    """

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Moment:
        """See `click.ParamType`."""
        if isinstance(value, Moment):
            return value
        moment = _age(str(value)) or _time(str(value))
        if moment is None:
            self.fail(
                f"got {value!r}, expected a time such as 2026-11-24 or 2026-11-24T10:00, "
                "or an age such as 2h or '3 days'",
                param,
                ctx,
            )
        return moment


def _age(text: str) -> Moment | None:
    text = text.strip().lower().removesuffix(" ago")
    parts = _AGE.findall(text)
    if not parts or _AGE.sub("", text).strip() or not all(word in _WORDS for _, word in parts):
        return None
    return Moment(None, sum(float(number) * _WORDS[word] for number, word in parts))


def _time(text: str) -> Moment | None:
    try:
        time = datetime.datetime.fromisoformat(text.strip())
        zoned = time if time.tzinfo else time.replace(tzinfo=datetime.UTC)
        return Moment(zoned.timestamp())
    except (ValueError, OverflowError):
        return None
