"""Team hubs that mirror groups, on a real PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import psycopg2
import pytest

from hubs.accounts.interfaces import AccountsError, no_progress
from hubs.database import interests
from hubs.database.hub_store import HubStore
from hubs.database.team_store import TeamStore
from hubs.model.hub import Hub, HubType, Visibility
from hubs.model.person import Member, Role
from hubs.model.reload import AccessChange
from hubs.model.team import Seat, Team
from hubs.teams.mirror import Mirror, NoSuchGroupError
from tests.teams.conftest import LAMP, Refreshes


async def made(mirror: Mirror) -> Team:
    await mirror.create("lamp", "Lamplighters", Visibility.PUBLIC, no_progress)
    return await only(mirror.teams)


async def only(teams: TeamStore) -> Team:
    [team] = await teams.teams()
    return team


async def test_a_team_is_made_of_its_group(mirror: Mirror, hub_store: HubStore) -> None:
    team = await made(mirror)
    assert team.hub == Hub(
        id=team.hub.id,
        type=HubType.TEAM,
        name="lamp",
        title="Lamplighters",
        summary="Light the lamps",
        config={
            "sources": {
                "groups": ["lamp"],
                "lists": ["lamps@lists.example"],
                "channels": ["#lamps:matrix.example"],
            }
        },
        version=2,
    )
    assert await hub_store.members(team.hub.id) == [
        Member("zoe", "Zoë <b>Zest</b>", Role.OWNER),
        Member("abe", "Abe", Role.MEMBER),
        Member("eve", "", Role.MEMBER),
    ]
    rows = await hub_store.pool.query("SELECT plugin, config->>'text' FROM widgets ORDER BY id")
    assert [plugin for plugin, _ in rows] == [
        "feed",
        "about",
        "chat",
        "contact",
        "members",
        "activity",
    ]
    assert "lamps@lists.example" in rows[1][1]


async def test_what_concerns_the_group_and_its_channel_concerns_the_team(mirror: Mirror) -> None:
    await made(mirror)
    keys = ["group:lamp", "channel:#lamps:matrix.example"]
    found = await interests.concerned(mirror.teams.pool, keys)
    assert sorted((one.key, one.function or "") for one in found) == [
        ("channel:#lamps:matrix.example", ""),
        ("channel:#lamps:matrix.example", "year"),
        ("group:lamp", ""),
        ("group:lamp", "members"),
        ("group:lamp", "year"),
    ]


async def test_a_name_that_is_taken_changes_nothing(mirror: Mirror, hub_store: HubStore) -> None:
    await hub_store.create_hub(Hub(0, HubType.TEAM, "lamp", "By hand", "Mine"))
    with pytest.raises(psycopg2.IntegrityError):
        await made(mirror)
    assert await mirror.teams.teams() == []
    assert await hub_store.pool.query("SELECT * FROM people") == []


async def test_a_group_that_is_not_there_is_named(mirror: Mirror) -> None:
    with pytest.raises(NoSuchGroupError, match="no group 'lamps'"):
        await mirror.create("lamps", "", Visibility.PUBLIC, no_progress)


async def test_a_sync_follows_the_group_and_keeps_what_owners_set(
    mirror: Mirror, hub_store: HubStore, accounts_file: Path, refreshes: Refreshes
) -> None:
    team = await made(mirror)
    await hub_store.set_role(team.hub.id, "eve", "", Role.MEMBER)
    await hub_store.set_role(team.hub.id, "fay", "Fay", Role.OWNER)
    accounts_file.write_text(
        LAMP.replace('members = ["zoe", "abe", "eve"]', 'members = ["zoe", "gus"]')
    )
    refreshes.asked.clear()
    change = await mirror.sync(team, no_progress)
    assert change.joins == {Seat("gus", Role.MEMBER)}
    assert change.leaves == {Seat("abe", Role.MEMBER)}
    names = [member.username for member in await hub_store.members(team.hub.id)]
    assert names == ["fay", "zoe", "eve", "gus"]
    assert ("members", "members") in refreshes.asked
    assert refreshes.access == [AccessChange(team.hub.id)]
    refreshes.asked.clear()
    refreshes.access.clear()
    assert not await mirror.sync(team, no_progress)
    assert refreshes == Refreshes()


async def test_a_preview_changes_nothing(mirror: Mirror, accounts_file: Path) -> None:
    team = await made(mirror)
    accounts_file.write_text(LAMP.replace('"abe", ', ""))
    change = await mirror.preview(team, no_progress)
    assert change.leaves == {Seat("abe", Role.MEMBER)}
    assert await only(mirror.teams) == team


async def test_a_new_channel_of_the_group_concerns_the_feed(
    mirror: Mirror, accounts_file: Path
) -> None:
    team = await made(mirror)
    accounts_file.write_text(LAMP.replace("#lamps", "#lanterns"))
    await mirror.sync(team, no_progress)
    found = await interests.concerned(
        mirror.teams.pool, ["channel:#lamps:matrix.example", "channel:#lanterns:matrix.example"]
    )
    assert {one.key for one in found} == {"channel:#lanterns:matrix.example"}
    assert await interests.concerned(mirror.teams.pool, ["group:lamp"])


@pytest.mark.parametrize(
    ("text", "error"), [("", NoSuchGroupError), ("[groups", AccountsError)], ids=["gone", "broken"]
)
async def test_a_group_that_is_gone_or_cannot_be_read_leaves_the_team_as_it_is(
    mirror: Mirror, accounts_file: Path, text: str, error: type[Exception]
) -> None:
    team = await made(mirror)
    accounts_file.write_text(text)
    with pytest.raises(error):
        await mirror.sync(team, no_progress)
    assert await only(mirror.teams) == team


async def test_a_message_of_the_group_changes_its_teams(
    mirror: Mirror, hub_store: HubStore, accounts_file: Path, refreshes: Refreshes
) -> None:
    team = await made(mirror)
    accounts_file.write_text(LAMP.replace('"abe", ', '"gus", ') + '[people.gus]\nname = "Gustav"\n')
    refreshes.asked.clear()
    await mirror.group_changed("lamp")
    assert Member("gus", "Gustav", Role.MEMBER) in await hub_store.members(team.hub.id)
    assert set(refreshes.asked) == {("members", "members"), ("activity", "year")}
    for other in ("lamps", "gone"):
        await mirror.group_changed(other)
    accounts_file.write_text("")
    await mirror.group_changed("lamp")
    assert len(await hub_store.members(team.hub.id)) == 3


async def test_who_becomes_private_is_shown_by_account_name_everywhere(
    mirror: Mirror, hub_store: HubStore, accounts_file: Path, refreshes: Refreshes
) -> None:
    team = await made(mirror)
    await hub_store.create_hub(Hub(0, HubType.USER, "abe", "Abe", ""))
    await hub_store.create_hub(Hub(0, HubType.USER, "zoe", "Zoë of the lamps", ""))
    accounts_file.write_text(
        LAMP.replace('name = "Abe"', 'name = "Abe"\nprivate = true').replace("Zest", "Zing")
    )
    refreshes.asked.clear()
    await mirror.people_changed(["abe", "zoe", "nobody-we-know"])
    members = {one.username: one.full_name for one in await hub_store.members(team.hub.id)}
    assert members == {"zoe": "Zoë <b>Zing</b>", "abe": "", "eve": ""}
    titles = await hub_store.pool.query("SELECT title FROM hubs WHERE type = 'user' ORDER BY name")
    assert titles == [("abe",), ("Zoë of the lamps",)]
    assert set(refreshes.asked) == {("members", "members"), ("activity", "year")}


async def test_a_sync_corrects_names_too(
    mirror: Mirror, hub_store: HubStore, accounts_file: Path
) -> None:
    team = await made(mirror)
    accounts_file.write_text(LAMP.replace('"Abe"', '"Abraham"'))
    await mirror.sync(team, no_progress)
    assert Member("abe", "Abraham", Role.MEMBER) in await hub_store.members(team.hub.id)


async def test_a_role_given_by_hand_again_is_by_hand(mirror: Mirror, hub_store: HubStore) -> None:
    team = await made(mirror)
    await hub_store.set_role(team.hub.id, "abe", "Abe", Role.MEMBER)
    seat = Seat("abe", Role.MEMBER)
    again = await only(mirror.teams)
    assert seat in again.by_hand
    assert seat not in again.mirrored


async def test_two_teams_may_mirror_one_group_or_none(mirror: Mirror, hub_store: HubStore) -> None:
    await made(mirror)
    other = await hub_store.create_hub(Hub(0, HubType.TEAM, "glow", "Glow", ""))
    assert [team.hub.name for team in await mirror.teams.teams_of("lamp")] == ["lamp"]
    await hub_store.pool.run("INSERT INTO team_groups VALUES (%s, 'lamp')", (other.id,))
    assert [team.hub.name for team in await mirror.teams.teams_of("lamp")] == ["glow", "lamp"]
    await mirror.group_changed("lamp")
    assert len(await hub_store.members(other.id)) == 3
    assert [team.hub.name for team in await mirror.teams.teams(["glow", "x"])] == ["glow"]


async def test_a_team_that_is_gone_meanwhile_is_passed_over(
    mirror: Mirror, hub_store: HubStore
) -> None:
    team = await made(mirror)
    await hub_store.pool.run("DELETE FROM hubs")
    assert not await mirror.sync(team, no_progress)
