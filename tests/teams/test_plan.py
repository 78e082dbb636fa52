"""What changes on a team for it to be like its group, as plain values."""

from __future__ import annotations

import attrs

from hubs.accounts.interfaces import Group
from hubs.model.hub import Hub, HubType
from hubs.model.person import Role
from hubs.model.team import Said, Seat, Team
from hubs.teams.plan import plan

HUB = Hub(1, HubType.TEAM, "lamps", "Lamplighters", "", config={"sources": {"groups": ["lamp"]}})
GROUP = Group(
    name="lamp",
    description="Light the lamps",
    lists=("lamps@lists.example",),
    channels=("#lamps",),
    sponsors=frozenset({"zoe"}),
    members=frozenset({"zoe", "abe"}),
)
OWNER, MEMBER = Seat("zoe", Role.OWNER), Seat("abe", Role.MEMBER)
TEAM = Team(HUB, "lamp")


def after(team: Team, group: Group) -> Team:
    change = plan(team, group)
    seats = (team.mirrored | change.joins) - change.leaves
    return attrs.evolve(team, hub=change.hub, said=change.said, mirrored=seats)


def test_an_empty_team_takes_over_all_that_the_group_says() -> None:
    change = plan(TEAM, GROUP)
    assert change
    assert change.joins == {OWNER, MEMBER}
    assert change.hub.summary == "Light the lamps"
    assert change.hub.config == {
        "sources": {"groups": ["lamp"], "lists": ["lamps@lists.example"], "channels": ["#lamps"]}
    }


def test_a_team_that_is_like_its_group_does_not_change() -> None:
    assert not plan(after(TEAM, GROUP), GROUP)


def test_who_left_the_group_leaves_the_team_and_a_sponsor_no_more_is_a_member() -> None:
    change = plan(
        after(TEAM, GROUP), attrs.evolve(GROUP, sponsors=frozenset(), members=frozenset({"zoe"}))
    )
    assert change.joins == {Seat("zoe", Role.MEMBER)}
    assert change.leaves == {OWNER, MEMBER}


def test_a_sponsor_who_is_no_member_is_an_owner() -> None:
    assert plan(TEAM, attrs.evolve(GROUP, members=frozenset())).joins == {OWNER}


def test_roles_given_by_hand_stay_whatever_the_group_does() -> None:
    team = attrs.evolve(TEAM, by_hand=frozenset({MEMBER, Seat("eve", Role.OWNER)}))
    change = plan(team, GROUP)
    assert change.joins == {OWNER}
    assert plan(team, Group("lamp")).leaves == set()


def test_a_summary_that_owners_wrote_stays() -> None:
    team = after(TEAM, GROUP)
    brighter = attrs.evolve(GROUP, description="Light all lamps")
    assert plan(team, brighter).hub.summary == "Light all lamps"
    own = attrs.evolve(team, hub=attrs.evolve(team.hub, summary="We glow"))
    change = plan(own, brighter)
    assert change.hub.summary == "We glow"
    assert change.said.summary == "Light all lamps"


def test_sources_that_owners_added_or_took_away_stay_so() -> None:
    team = after(TEAM, GROUP)
    sources = {"channels": ["#glow"], "packages": ["wick"]}
    own = attrs.evolve(team, hub=attrs.evolve(team.hub, config={"sources": sources, "x": 1}))
    assert plan(own, GROUP).hub == own.hub
    moved = attrs.evolve(GROUP, channels=("#lamps", "#lamps:matrix.example"), lists=())
    assert plan(own, moved).hub.config == {
        "sources": {"channels": ["#glow", "#lamps:matrix.example"], "packages": ["wick"]},
        "x": 1,
    }
    assert plan(team, moved).hub.config["sources"]["lists"] == []


def test_what_a_group_said_is_read_as_it_was_written() -> None:
    said = Said("x", ("a@b",), ("#c",))
    assert Said(**attrs.asdict(said)) == said
