from __future__ import annotations

from typing import Any

import pytest

from hubs.accounts.interfaces import Profile
from hubs.demo.cast import InventedTeam
from hubs.demo.teams import TEAMS
from hubs.model.hub import SOURCE_PREFIXES, Column, HubType, WidgetInstance
from hubs.widgets.defaults import FEW, PACKAGERS, Belongings, person_widgets, team_widgets
from hubs.widgets.discussions.widget import ON_THE_BUS
from hubs.widgets.parameters import validate_config
from tests.widgets.ours import our_widgets


def plugins(widgets: list[WidgetInstance], column: Column) -> list[str]:
    some = sorted((one for one in widgets if one.column is column), key=lambda one: one.position)
    assert [one.position for one in some] == list(range(len(some)))
    return [one.plugin for one in some]


@pytest.mark.parametrize(
    ("sources", "side"),
    [
        ({}, ["about", "members", "activity"]),
        ({"channels": ["#lamps"]}, ["about", "chat", "members", "activity"]),
        ({"lists": ["lamps@example.org"]}, ["about", "contact", "members", "activity"]),
        (
            {"lists": ["lamps@lists.fedoraproject.org"]},
            ["about", "contact", "members", "activity", "mailing_list"],
        ),
        (
            {"packages": ["wick"]},
            ["about", "members", "activity", "updates", "builds", "watched"],
        ),
        ({"tags": ["lamps", "a/b?"]}, ["about", "members", "activity", "discussions"]),
        ({"calendars": ["lamps"]}, ["about", "meetings", "members", "activity"]),
        ({"repositories": ["elsewhere.example/x/y"]}, ["about", "members", "activity"]),
        (
            {"repositories": ["github.com/lamps/wick", "elsewhere.example/x/y"]},
            ["about", "members", "activity", "tickets", "pull_requests"],
        ),
    ],
)
def test_a_team_begins_with_what_it_has_something_for(
    sources: dict[str, Any], side: list[str]
) -> None:
    widgets = team_widgets("Light.", sources)
    assert plugins(widgets, Column.MAIN) == ["feed"]
    assert plugins(widgets, Column.SIDE) == side
    tickets = [one.config for one in widgets if one.plugin == "tickets"]
    assert all(one == {"where": ["https://github.com/lamps/wick"], "count": FEW} for one in tickets)


@pytest.mark.parametrize(
    ("discussion", "tags", "where"),
    [
        ("https://talk.example/c/lamps/7", [], ["https://talk.example/c/lamps/7"]),
        ("https://chat.example/", ["moss"], [f"{ON_THE_BUS}/tag/moss"]),
        ("https://talk.example/c++", ["a c/d"], [f"{ON_THE_BUS}/tag/a%20c%2Fd"]),
        (f"{ON_THE_BUS}/tag/lamps", ["lamps"], [f"{ON_THE_BUS}/tag/lamps"]),
        ("", [str(number) for number in range(99)], [f"{ON_THE_BUS}/tag/{n}" for n in range(12)]),
    ],
)
def test_a_team_talks_where_it_says_and_where_its_tags_are(
    discussion: str, tags: list[str], where: list[str]
) -> None:
    widgets = team_widgets("", {"tags": tags}, discussion)
    [config] = [one.config for one in widgets if one.plugin == "discussions"]
    assert config == {"where": where, "count": FEW}


SOME = ["about", "profile"]
MORE = ["memberships", "activity"]


@pytest.mark.parametrize(
    ("has", "side"),
    [
        (None, []),
        (Belongings(), ["release", "badges"]),
        (Belongings(Profile(websites=["https://zoe.example/"])), ["release", "badges"]),
        (Belongings(groups=frozenset({"docs"})), ["release", "badges"]),
        (Belongings(Profile(feeds=["https://zoe.example/feed/"])), ["blog", "badges"]),
        (Belongings(Profile(gitlab="zoe")), ["tickets", "pull_requests", "badges"]),
        (
            Belongings(groups=frozenset({PACKAGERS})),
            ["pull_requests", "updates", "builds", "watched", "badges"],
        ),
    ],
)
def test_a_person_begins_with_what_they_have_something_for(
    has: Belongings | None, side: list[str]
) -> None:
    widgets = person_widgets(has=has)
    assert plugins(widgets, Column.MAIN) == ["feed"]
    assert plugins(widgets, Column.SIDE) == [*SOME, *side, *MORE]


def test_what_stands_on_a_first_hub_can_be_set_so_and_is_there() -> None:
    profile = Profile(github="zoe", gitlab="zoe", feeds=["https://zoe.example/"])
    has = Belongings(profile, frozenset({PACKAGERS}))
    sources = {kind: ["lamps@lists.fedoraproject.org"] for kind in SOURCE_PREFIXES}
    registry = our_widgets()
    for hub_type, widgets in (
        (HubType.USER, person_widgets("", has) + person_widgets("", Belongings())),
        (HubType.TEAM, team_widgets("", sources)),
    ):
        for widget in widgets:
            kind = registry.widgets[widget.plugin]
            assert hub_type in kind.hub_types
            assert validate_config(kind.parameters, widget.config) == widget.config


@pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.name)
def test_what_stands_on_the_hubs_of_the_demo_can_be_set_so(team: InventedTeam) -> None:
    registry = our_widgets()
    for widget in team.widgets():
        kind = registry.widgets[widget.plugin]
        assert HubType.TEAM in kind.hub_types
        assert validate_config(kind.parameters, widget.config) == widget.config
