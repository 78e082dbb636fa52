from __future__ import annotations

import attrs
import pytest

from hubs.model.hub import Hub, HubType
from hubs.widgets.parameters import ParameterError
from hubs.widgets.places import (
    MOST_PLACES,
    PULL_REQUESTS_WHERE,
    TICKETS_WHERE,
    interests_of,
    lines_of_team,
    places_of,
)

TEAM = Hub(1, HubType.TEAM, "lamps", "", "")
PERSON = Hub(2, HubType.USER, "teacup", "", "")
BUGS = "https://bugzilla.redhat.com/buglist.cgi?product=Fedora"


def test_places_are_kept_as_they_were_typed() -> None:
    lines = ["https://github.com/a/b", f"{BUGS}&component=wick", "forgejo https://a.example/b/c"]
    assert TICKETS_WHERE.validate(lines) == lines


@pytest.mark.parametrize("line", ["wick", "https://a.example/b/c", "https://github.com/only"])
def test_what_is_no_place_is_refused_with_an_example(line: str) -> None:
    with pytest.raises(ParameterError, match=r"the address of a repository, as in https://github"):
        TICKETS_WHERE.validate([line])


def test_bugs_have_no_pull_requests() -> None:
    with pytest.raises(ParameterError, match="a place that has pull requests"):
        PULL_REQUESTS_WHERE.validate([BUGS])


@pytest.mark.parametrize(
    ("hub", "line", "keys"),
    [
        (TEAM, "https://github.com/a/b", {"repo:github.com/a/b"}),
        (TEAM, "forgejo http://a.example:3000/b/c", {"repo:a.example/b/c"}),
        (TEAM, "https://src.fedoraproject.org/rpms/wick", {"repo:src.fedoraproject.org/rpms/wick"}),
        (TEAM, f"{BUGS}&component=wick", {"package:wick"}),
        (TEAM, BUGS, {"topic:bugzilla.bug"}),
        (TEAM, "https://github.com", set()),
        (PERSON, "https://github.com", {"user:teacup"}),
    ],
)
def test_what_concerns_a_place_follows_from_its_address(
    hub: Hub, line: str, keys: set[str]
) -> None:
    assert interests_of(places_of([line]), hub) == keys


def test_a_team_works_where_its_sources_are() -> None:
    sources = {
        "repositories": ["github.com/a/b", "git.example.org/c/d"],
        "packages": ["g++", *(f"p{number}" for number in range(MOST_PLACES))],
    }
    team = attrs.evolve(TEAM, config={"sources": sources})
    bugs = "https://bugzilla.redhat.com/?product=Fedora&component={}"
    places = places_of(lines_of_team(team, bugs))
    assert [place.name for place in places][:3] == ["a/b", "g++", "p0"]
    assert len(places) == MOST_PLACES
    assert lines_of_team(TEAM, bugs) == lines_of_team(PERSON, bugs) == []
