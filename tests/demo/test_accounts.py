"""The accounts of the demo, which are a file."""

from __future__ import annotations

from pathlib import Path

from twisted.internet import reactor

from hubs.accounts.interfaces import no_progress
from hubs.accounts.toml_file import TomlAccounts
from hubs.database.hub_store import HubStore
from hubs.demo.accounts import group_of, write_accounts
from hubs.demo.cast import PEOPLE
from hubs.demo.population import populate
from hubs.demo.teams import TEAMS
from hubs.teams.mirror import Mirror
from hubs.widgets.registry import Registry


async def test_the_invented_groups_are_those_of_the_invented_teams(tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    write_accounts(file)
    accounts = TomlAccounts(file, reactor)  # type: ignore[arg-type]
    for team in TEAMS:
        name = group_of(team)
        if name is not None:
            group = await accounts.group(name, no_progress)
            assert group is not None
            assert group.sponsors == set(team.owners)
            assert group.members == {*team.owners, *team.members}
    names = [person.username for person in PEOPLE]
    found = await accounts.full_names("", names, no_progress)
    assert found == {person.username: person.full_name for person in PEOPLE}


def test_what_a_visitor_wrote_stays(tmp_path: Path) -> None:
    file = tmp_path / "accounts.toml"
    file.write_text("# Mine\n")
    write_accounts(file)
    assert file.read_text() == "# Mine\n"


async def test_who_a_visitor_lets_join_a_group_joins_its_team(
    hub_store: HubStore, mirror: Mirror, accounts_file: Path
) -> None:
    await populate(hub_store, Registry.from_entry_points())
    accounts_file.unlink()
    write_accounts(accounts_file)
    text = accounts_file.read_text()
    team = await mirror.teams.teams(["lantern-kernel"])
    await mirror.group_changed("lantern-sig")
    assert await mirror.teams.teams(["lantern-kernel"]) != []
    before = len(await hub_store.members(team[0].hub.id))
    accounts_file.write_text(text.replace('members = ["teacup", ', 'members = ["teacup", "plum", '))
    await mirror.group_changed("lantern-sig")
    members = await hub_store.members(team[0].hub.id)
    assert len(members) == before + 1
    assert "Ignatius Plum" in {member.full_name for member in members}
