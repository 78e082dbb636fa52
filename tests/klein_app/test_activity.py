"""How much happened, drawn."""

from __future__ import annotations

import datetime
import json
import re

import attrs
import pytest

from hubs.model.hub import Hub, WidgetInstance
from hubs.widgets.activity import charts
from tests.klein_app.conftest import NOON, Town
from tests.widgets.drawing import Drawing, Drawn

#: A Tuesday.
TODAY = datetime.date(2026, 11, 24)
MONDAY = datetime.date(2026, 11, 23)
DAY = 86_400


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


async def draw(town: Town, drawing: Drawing, hub: Hub, **config: object) -> Drawn:
    """Let a worker find a year, and draw it."""
    stores = attrs.evolve(town.stores, now=lambda: NOON)
    [function] = town.registry.widgets["activity"].functions
    found = await function.execute(hub, WidgetInstance(7, hub.id, "activity"), stores)
    data = {"year": json.loads(json.dumps(found))}
    return await drawing.draw(hub, "activity", config, data, stores)


async def test_what_was_counted_is_drawn_and_can_be_read(town: Town, drawing: Drawing) -> None:
    hub = await town.team("lamps")
    count = town.stores.hubs.count_activity
    for number in range(5):
        await count(hub.id, f"c{number}", NOON - number * DAY, "code")
    await count(hub.id, "b1", NOON - 200 * DAY, "builds")
    await count(hub.id, "old", NOON - 500 * DAY, "code")
    drawn = await draw(town, drawing, hub)
    assert "3 things happened in the last four whole weeks." in drawn.text
    assert "Code 5 The weeks as a table" in drawn.text
    assert "Week of Code All 23 Nov 2 2 16 Nov 3 3 9 Nov 0 0" in drawn.text
    assert "6 things in a year. The busiest day was" in drawn.text
    for drawing_of in re.findall(r"<svg.*?</svg>", drawn.html, re.DOTALL):
        is_hidden = 'aria-hidden="true"' in drawing_of
        assert is_hidden or re.search('role="img" aria-label="[^"]', drawing_of)
        for described in re.findall('aria-describedby="([^"]*)"', drawing_of):
            assert f'id="{described}"' in drawn.html
    bare = await draw(town, drawing, hub, year="", weeks="4")
    assert "in a year" not in bare.text
    assert (bare.html.count('<th scope="row">'), drawn.html.count('<th scope="row">')) == (4, 12)


async def test_where_nothing_was_counted_is_told_what_will_be(town: Town, drawing: Drawing) -> None:
    drawn = await draw(town, drawing, await town.person("zoe"))
    assert drawn.text == (
        "Nothing has been counted here yet. What happens on this hub is counted day by day from "
        "now on."
    )


def test_weeks_begin_on_mondays_and_what_is_too_old_or_to_come_is_left_out() -> None:
    counts = [
        (ago(0), "code", 1),
        (ago(1), "code", 2),
        (ago(2), "bugs", 4),
        (ago(-1), "code", 8),
        (ago(400), "code", 16),
    ]
    found = charts.weeks(counts, TODAY)
    assert len(found) == charts.YEAR
    assert [(week.start, week.total) for week in found[-2:]] == [
        (MONDAY - datetime.timedelta(days=7), 4),
        (MONDAY, 3),
    ]
    assert sum(week.total for week in found) == 7


def test_the_most_frequent_kinds_have_bands_and_the_others_one_together() -> None:
    counts = [
        (TODAY, kind, number)
        for kind, number in (("code", 9), ("bugs", 8), ("mail", 7), ("news", 99), ("", 1))
    ]
    week = charts.weeks(counts, TODAY)[-1]
    found = charts.bands([week], 2)
    assert [(band.label, band.accent, band.shade, band.total) for band in found] == [
        ("Code", "freedom", 0, 9),
        ("Bugs", "freedom", 1, 8),
        ("", "muted", 0, 107),
    ]
    assert sum(week.of(band) for band in found) == week.total


def test_bars_stand_on_each_other_within_the_drawing() -> None:
    counts = [(TODAY, "code", 1_000_000), (TODAY, "bugs", 3), (ago(7), "code", 500_000)]
    some = charts.weeks(counts, TODAY)[-4:]
    blocks = charts.blocks(some, charts.bands(some, 5))
    assert [(block.band.label, block.height) for block in blocks] == [
        ("Code", 50.0),
        ("Code", 100.0),
        ("Bugs", 0.0),
    ]
    for block in blocks:
        assert 0 <= block.x <= block.x + block.width <= charts.WIDTH
        assert 0 <= block.y <= block.y + block.height <= charts.BARS


def test_days_are_as_dark_as_they_were_busy() -> None:
    counts = [(ago(0), "code", 1), (ago(1), "code", 90), (ago(1), "bugs", 10), (ago(2), "mail", 26)]
    assert [(day.column, day.row, day.level, day.count) for day in charts.days(counts, TODAY)] == [
        (51, 6, 2, 26),
        (52, 0, 4, 100),
        (52, 1, 1, 1),
    ]


@pytest.mark.parametrize(
    ("totals", "trend", "percent"),
    [
        ([0] * 9, charts.Trend(0, 0), None),
        ([1, 1, 1, 1, 2, 2, 2, 2, 99], charts.Trend(8, 4), 100),
        ([4, 0, 0, 0, 1, 0, 0, 0, 99], charts.Trend(1, 4), -75),
    ],
)
def test_whole_weeks_are_compared(
    totals: list[int], trend: charts.Trend, percent: int | None
) -> None:
    some = [charts.Week(TODAY, {"code": total}) for total in totals]
    assert charts.trend(some) == trend
    assert trend.percent == percent


def test_a_line_is_drawn_of_nothing_too() -> None:
    assert charts.line([charts.Week(TODAY, {}), charts.Week(TODAY, {})]) == "0,40 300,40"
