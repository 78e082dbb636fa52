from __future__ import annotations

from typing import Any

import pytest

from hubs.demo.cast import InventedTeam
from hubs.demo.teams import TEAMS
from hubs.model.hub import Column, HubType, WidgetInstance
from hubs.widgets.defaults import person_widgets, team_widgets
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
    assert all(one == {"where": ["https://github.com/lamps/wick"]} for one in tickets)


def test_a_person_begins_with_who_they_are_and_where() -> None:
    widgets = person_widgets()
    assert plugins(widgets, Column.MAIN) == ["feed"]
    assert plugins(widgets, Column.SIDE) == ["about", "profile", "memberships", "activity"]


@pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.name)
def test_what_stands_on_the_hubs_of_the_demo_can_be_set_so(team: InventedTeam) -> None:
    registry = our_widgets()
    for widget in team.widgets():
        kind = registry.widgets[widget.plugin]
        assert HubType.TEAM in kind.hub_types
        assert validate_config(kind.parameters, widget.config) == widget.config
