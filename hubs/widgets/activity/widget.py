"""The activity widget."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from hubs.database.activity import daily_counts
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.activity import charts
from hubs.widgets.base import CachedFunction, Stores, Widget
from hubs.widgets.parameters import Parameter, Type

#: How many kinds the bars tell apart; the others are one together.
KINDS = 5


class Year(CachedFunction):
    """Finds how much of which kind happened on each day of a year."""

    name = "year"
    # A new day begins without a message.
    time_to_live = 3600.0
    # Each message adds one to hundreds.
    rest = 15.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: what is in the feed is counted."""
        return hub.feed_interests()

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        since = charts.first_day(_day(stores.now()))
        found = await daily_counts(stores.hubs.pool, hub.id, since)
        return [[day.isoformat(), kind, count] for day, kind, count in found]


class ActivityWidget(Widget):
    """Draws how much happened: weeks by kind, a year day by day, and where it goes."""

    name = "activity"
    title = gettext_noop("How busy it is")
    summary = gettext_noop("Draws how much happens here: by week and kind, and over a year.")
    functions = (Year(),)
    parameters = (
        Parameter(
            "weeks",
            gettext_noop("Weeks"),
            gettext_noop("How many weeks the bars show."),
            default=12,
            type=Type.NUMBER,
            least=4,
            most=52,
        ),
        Parameter(
            "year",
            gettext_noop("The whole year"),
            gettext_noop("Whether the days of a year are shown below the weeks."),
            default=True,
            type=Type.YES_NO,
        ),
    )

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        counts = [
            (datetime.date.fromisoformat(day), kind, count) for day, kind, count in data["year"]
        ]
        shown, year = self.setting(widget, "weeks"), self.setting(widget, "year")
        return _values(counts, _day(stores.now()), shown, with_year=year)

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        today = _day(now)
        kinds = ("code", "updates", "builds", "bugs", "discussion", "people")
        counts = [
            (today - datetime.timedelta(days=ago), kind, 1 + (ago * ago + 5 * place) % 7)
            for ago in range(360)
            for place, kind in enumerate(kinds)
            if (ago * ago * (place + 3) + 11 * ago) % 13 > ago % 7 + place
        ]
        return _values(counts, today, 12, with_year=True)


def _values(
    counts: Sequence[charts.Count], today: datetime.date, shown: int, *, with_year: bool
) -> dict[str, Any]:
    """Give what the template draws."""
    year = charts.weeks(counts, today)
    told = charts.bands(year[-shown:], KINDS)
    days = charts.days(counts, today)
    return {
        "charts": charts,
        "weeks": year[-shown:],
        "bands": told,
        "blocks": charts.blocks(year[-shown:], told),
        "days": days if with_year else [],
        "busiest": max(days, key=lambda day: day.count, default=None),
        "total": sum(day.count for day in days),
        "line": charts.line(year[:-1]),
        "trend": charts.trend(year),
    }


def _day(time: float) -> datetime.date:
    return datetime.datetime.fromtimestamp(time, datetime.UTC).date()
