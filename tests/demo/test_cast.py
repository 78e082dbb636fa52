"""The invented world holds together."""

from __future__ import annotations

import re

from hubs.demo.cast import PEOPLE
from hubs.demo.teams import TEAMS
from hubs.model.hub import SOURCE_PREFIXES, Visibility
from hubs.model.person import Role

NAMES = [person.username for person in PEOPLE]


def test_there_are_six_teams_and_fourteen_people_each_with_a_name_of_its_own() -> None:
    assert len({team.name for team in TEAMS}) == len(TEAMS) == 6
    assert len(set(NAMES)) == len(NAMES) == 14


def test_everybody_in_a_team_is_one_of_the_people_and_has_one_role() -> None:
    for team in TEAMS:
        names = [name for name, _ in team.roles()]
        assert set(names) <= set(NAMES), team.name
        assert len(names) == len(set(names)), team.name


def test_everybody_works_in_some_team() -> None:
    working = {
        name for team in TEAMS for name, role in team.roles() if role in {Role.OWNER, Role.MEMBER}
    }
    assert working == set(NAMES)


def test_every_team_has_an_owner() -> None:
    assert all((team.owners[0], Role.OWNER) in team.roles() for team in TEAMS)


def test_there_is_a_preview_team_a_private_one_and_one_that_only_has_an_owner() -> None:
    by_visibility = {
        visibility: [team.name for team in TEAMS if team.visibility is visibility]
        for visibility in Visibility
    }
    assert by_visibility[Visibility.PREVIEW] == ["moss-garden"]
    assert by_visibility[Visibility.PRIVATE] == ["velvet-vault"]
    assert [team.name for team in TEAMS if not team.members] == ["sleepy-otter"]


def test_somebody_has_a_long_name_beyond_ascii() -> None:
    assert any(len(one.full_name) > 60 and not one.full_name.isascii() for one in PEOPLE)


def test_every_source_is_of_a_kind_that_hubs_knows() -> None:
    assert all(set(team.sources) <= set(SOURCE_PREFIXES) for team in TEAMS)


def test_no_link_and_no_repository_leads_to_a_real_host() -> None:
    texts = [team.about for team in TEAMS] + [person.about for person in PEOPLE]
    links = [f"https://{name}/" for team in TEAMS for name in team.sources["repositories"]]
    links += re.findall(r"https?://[^\s)]+", "".join(texts))
    assert len(links) > 10
    assert all(re.match(r"https://[a-z.]+\.example/", link) for link in links)


def test_every_team_says_what_it_does_how_to_join_and_when_it_meets() -> None:
    for team in TEAMS:
        assert re.findall(r"^## (.*)$", team.about, re.MULTILINE)[:3] == [
            "What we do",
            "How to join",
            "When we meet",
        ]
        assert len(team.about) > 300
