"""What the charts of a year of counts are drawn of: numbers alone, no colours and no markup."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import attrs

from hubs.model.category import BY_KIND, OTHER

#: A day, a kind as `hubs.model.category.Category.kind`, and how many things there were.
Count = tuple[datetime.date, str, int]

#: Days of a week; weeks begin on Mondays, as in ISO 8601.
WEEK = 7
#: The weeks of a year, this one among them.
YEAR = 53
#: The width of a chart, and the heights of the bars and of the line, in units of the drawing.
WIDTH = 300.0
BARS = 100.0
LINE = 40.0
#: The part of its place that a bar leaves blank.
_GAP = 0.22
#: How many levels of busy days there are, beside days without anything.
LEVELS = 4
#: How many weeks are compared with as many before them.
TREND = 4


def _short(number: float) -> float:
    return round(number, 2)


@attrs.frozen
class Week:
    """What happened in a week.

    Attributes:
        start: Its Monday.
        kinds: How many things, by kind.
    """

    start: datetime.date
    kinds: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many things happened."""
        return sum(self.kinds.values())

    def of(self, band: Band) -> int:
        """Give how many of them are of a band."""
        return sum(self.kinds.get(kind, 0) for kind in band.kinds)


@attrs.frozen
class Band:
    """A kind as the bars show it.

    Attributes:
        label: What readers call it, in English.
        accent: The name of its colour, as `hubs.model.category.Category.accent`.
        shade: 0, or more if others before it have the same colour.
        kinds: What it stands for.
        total: How many things there are of it.
    """

    label: str
    accent: str
    shade: int
    kinds: frozenset[str]
    total: int


@attrs.frozen
class Block:
    """A part of a bar: a rectangle, and the band that it is of."""

    x: float = attrs.field(converter=_short)
    y: float = attrs.field(converter=_short)
    width: float = attrs.field(converter=_short)
    height: float = attrs.field(converter=_short)
    band: Band


@attrs.frozen
class Day:
    """A day of the year: its column and row, how busy it was, from 1 to `LEVELS`, and its count."""

    column: int
    row: int
    level: int
    day: datetime.date
    count: int


@attrs.frozen
class Trend:
    """How many things happened in the last whole weeks, and in as many before them."""

    last: int
    before: int

    @property
    def percent(self) -> int | None:
        """By how much more or less it is now; None if there was nothing before."""
        return round(100 * (self.last - self.before) / self.before) if self.before else None


def first_day(today: datetime.date) -> datetime.date:
    """Give the Monday with which the year begins that ends today.

    Args:
        today: In UTC.

    Returns:
        The day.
    """
    return _monday(today) - datetime.timedelta(weeks=YEAR - 1)


def weeks(counts: Iterable[Count], today: datetime.date) -> list[Week]:
    """Put counts into weeks.

    Args:
        counts: Those of a year; what is older or of the future is passed over.
        today: In UTC.

    Returns:
        As many as a year has, the oldest first; the last one is not over.
    """
    by_week: dict[datetime.date, Counter[str]] = {
        first_day(today) + datetime.timedelta(weeks=number): Counter() for number in range(YEAR)
    }
    for day, kind, count in counts:
        if day <= today and (monday := _monday(day)) in by_week:
            by_week[monday][kind] += count
    return [Week(start, kinds) for start, kinds in by_week.items()]


def bands(some: Iterable[Week], most: int) -> list[Band]:
    """Choose what the bars tell apart.

    Args:
        some: The weeks that are drawn.
        most: How many kinds are told apart; the rest is one more.

    Returns:
        Bands, the one with most things first, the rest last.
    """
    totals: Counter[str] = Counter()
    for week in some:
        totals.update(week.kinds)
    ranked = [(kind, count) for kind, count in totals.most_common() if count]
    chosen = [one for one in ranked if one[0] in BY_KIND and one[0] != OTHER.kind][:most]
    others = [one for one in ranked if one not in chosen]
    used: Counter[str] = Counter()
    found = []
    for kind, count in chosen:
        category = BY_KIND[kind]
        shade = used[category.accent]
        used[category.accent] += 1
        found.append(Band(category.label, category.accent, shade, frozenset({kind}), count))
    if others:
        kinds = frozenset(kind for kind, _ in others)
        found.append(Band("", "muted", 0, kinds, sum(count for _, count in others)))
    return found


def blocks(some: Sequence[Week], told: Sequence[Band]) -> list[Block]:
    """Draw a bar for each week, of one block for each band.

    Args:
        some: The weeks.
        told: The bands, from below.

    Returns:
        Blocks within `WIDTH` and `BARS`.
    """
    most = max((week.total for week in some), default=0)
    place = WIDTH / max(len(some), 1)
    drawn = []
    for number, week in enumerate(some):
        bottom = BARS
        for band in told:
            count = week.of(band)
            if count:
                height = BARS * count / most
                bottom -= height
                x, width = place * (number + _GAP / 2), place * (1 - _GAP)
                drawn.append(Block(x, bottom, width, height, band))
    return drawn


def days(counts: Iterable[Count], today: datetime.date) -> list[Day]:
    """Put the days on which something happened into the columns and rows of a year.

    Args:
        counts: As for `weeks`.
        today: In UTC.

    Returns:
        One for each such day.
    """
    start = first_day(today)
    totals: Counter[datetime.date] = Counter()
    for day, _, count in counts:
        if start <= day <= today:
            totals[day] += count
    most = max(totals.values(), default=0)
    return [
        Day((day - start).days // WEEK, day.weekday(), -(-LEVELS * count // most), day, count)
        for day, count in sorted(totals.items())
        if count
    ]


def line(some: Sequence[Week]) -> str:
    """Draw the totals of weeks as a line.

    Args:
        some: The weeks.

    Returns:
        Points within `WIDTH` and `LINE`, as ``points`` of a polyline has them.
    """
    most = max((week.total for week in some), default=0) or 1
    step = WIDTH / max(len(some) - 1, 1)
    points = (
        (_short(step * number), _short(LINE - LINE * week.total / most))
        for number, week in enumerate(some)
    )
    return " ".join(f"{x:g},{y:g}" for x, y in points)


def trend(some: Sequence[Week]) -> Trend:
    """Compare the last weeks that are over with as many before them.

    Args:
        some: Weeks; the last one is not over.

    Returns:
        Both sums.
    """
    over = [week.total for week in some[:-1]]
    return Trend(sum(over[-TREND:]), sum(over[-2 * TREND : -TREND]))


def _monday(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())
