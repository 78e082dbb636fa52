from __future__ import annotations

import datetime

import pytest

from hubs.model.category import OTHER, category_of
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType, Visibility, WidgetInstance
from hubs.widgets.base import Stores
from hubs.widgets.feed.line import Line, Part, by_day
from hubs.widgets.feed.widget import FeedWidget

#: Tuesday, 24 November 2026, 00:00 UTC.
MIDNIGHT = 1795478400.0


def entry(sentence: str = "", **more: object) -> Entry:
    return Entry("1", MIDNIGHT, "git.receive", sentence, **more)  # type: ignore[arg-type]


def linked(sentence: str, *people: str) -> list[str]:
    line = Line.of(entry(sentence, people=people), set(people))
    assert "".join(part.text for part in line.sentence) == sentence
    return [part.text for part in line.sentence if part.path]


def test_people_in_a_sentence_are_linked() -> None:
    line = Line.of(entry("abe gave zoe a cookie", people=["abe", "zoe"]), {"abe", "zoe"})
    assert line.sentence == (
        Part("abe", "/u/abe/"),
        Part(" gave "),
        Part("zoe", "/u/zoe/"),
        Part(" a cookie"),
    )


@pytest.mark.parametrize(
    ("sentence", "people", "found"),
    [
        ("ralph's build", ["ralph"], ["ralph"]),
        ("Thanks, ralph.", ["ralph"], ["ralph"]),
        ("@ralph and (ralph)", ["ralph"], ["ralph", "ralph"]),
        ("ralphbean pushed", ["ralph", "ralphbean"], ["ralphbean"]),
        ("ralphbean pushed", ["ralph"], []),
        ("xralph ralph-bean ralph.example rpms/ralph ralph/x", ["ralph"], []),
        ("a.b pushed", ["a.b"], ["a.b"]),
        ("axb pushed", ["a.b"], []),
        ("", ["ralph"], []),
    ],
)
def test_only_whole_names_are_linked(sentence: str, people: list[str], found: list[str]) -> None:
    assert linked(sentence, *people) == found


def test_who_is_not_known_is_not_linked() -> None:
    line = Line.of(entry("abe pushed", people=["abe"], agent="abe"), set())
    assert line.sentence == (Part("abe pushed"),)
    assert line.agent_path == ""


def test_who_did_it_is_linked_though_not_named_among_the_people() -> None:
    line = Line.of(entry("abe pushed", agent="abe"), {"abe"})
    assert line.agent_path == "/u/abe/"
    assert line.sentence[0] == Part("abe", "/u/abe/")


@pytest.mark.parametrize(
    ("sentence", "agent", "named"),
    [
        ("abe pushed", "abe", True),
        ("abe's build failed", "abe", True),
        ("A build failed", "abe", False),
        ("abelard pushed", "abe", False),
    ],
)
def test_who_did_it_is_named_once(sentence: str, agent: str, *, named: bool) -> None:
    for known in (set[str](), {"abe"}):
        assert Line.of(entry(sentence, agent=agent), known).names_agent is named


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://src.example:8443/x?y#z", "src.example"),
        ("http://src.example", "src.example"),
        ("javascript:alert(1)", ""),
        ("ftp://src.example/", ""),
        ("https://[", ""),
        ("https:///x", ""),
        ("", ""),
    ],
)
def test_a_link_is_named_by_its_host(link: str, host: str) -> None:
    assert Line.of(entry(link=link), set()).host == host


def test_days_begin_at_midnight_in_utc() -> None:
    times = (MIDNIGHT + 5, MIDNIGHT, MIDNIGHT - 1)
    lines = [Line.of(Entry(str(time), time, "x", ""), set()) for time in times]
    assert by_day(lines) == [
        (datetime.date(2026, 11, 24), lines[:2]),
        (datetime.date(2026, 11, 23), lines[2:]),
    ]


def test_services_have_categories() -> None:
    assert category_of("bodhi").label == "Updates"
    assert category_of("forgejo").accent == "freedom"
    assert category_of("never heard of") is OTHER
    assert category_of("") is OTHER


async def test_the_feed_shows_its_hub_newest_first(stores: Stores) -> None:
    hub = await stores.hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "", ""))
    await stores.hubs.create_hub(Hub(0, HubType.USER, "abe", "", ""))
    await stores.hubs.create_hub(Hub(0, HubType.USER, "shy", "", "", Visibility.PRIVATE))
    old = Entry("1", MIDNIGHT - 9, "x", "old", people=["shy"])
    new = Entry("2", MIDNIGHT, "x", "new", agent="abe")
    for one in (new, old):
        await stores.feeds.add(hub.feed, one)
    await stores.feeds.add("hub:999", entry("elsewhere"))
    widget = WidgetInstance(7, hub.id, "feed")
    context = await FeedWidget().context(hub, widget, {}, stores)
    lines = [line for _, day in context["days"] for line in day]
    assert lines == [Line.of(new, {"abe"}), Line.of(old, set())]


async def test_a_feed_without_entries_has_no_days(stores: Stores) -> None:
    hub = await stores.hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "", ""))
    context = await FeedWidget().context(hub, WidgetInstance(7, hub.id, "feed"), {}, stores)
    assert context == {"days": []}


def test_the_feed_is_fetched_again_for_each_new_entry() -> None:
    assert FeedWidget().reload_events(WidgetInstance(7, 1, "feed")) == ("feed", "widget-7")
