"""``fedora-hubs fas`` as an operator types it, on real servers."""

from __future__ import annotations

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import pytest_twisted
from click.testing import CliRunner
from twisted.internet.threads import deferToThread

from hubs.cli.fas import _Steps
from hubs.cli.main import main
from hubs.database.hub_store import HubStore
from hubs.model.hub import Hub, HubType
from hubs.model.person import Member, Role
from hubs.pipeline.queue import WORK
from hubs.redis import Redis
from tests.accounts.fasjson_server import Fasjson
from tests.accounts.kerberos import Realm
from tests.accounts.test_fasjson import LAMP
from tests.accounts.test_toml_file import ODD
from tests.cli.conftest import Command

ACCOUNTS = """
[people.zoe]
name = "Zoë"
[groups.lamp]
description = "Light the lamps"
chat = ["irc://irc.example/#lamps"]
sponsors = ["zoe"]
members = ["abe", "zoe"]
[groups.crane]
members = ["abe"]
"""


@pytest.fixture
def fas(fedora_hubs: Command, accounts_file: Path) -> Command:
    """Give ``fedora-hubs fas`` with the accounts of a file."""
    accounts_file.write_text(ACCOUNTS)

    def command(*words: str, **more: str) -> CompletedProcess[str]:
        return fedora_hubs("fas", *words, FEDORA_HUBS_ACCOUNTS__FILE=str(accounts_file), **more)

    return command


def test_help_is_that_of_the_operators_page() -> None:
    text = CliRunner().invoke(main, ["fas"]).output
    assert "  FAS-related operations." in text
    assert "  create-team  Create the team hub NAME from FAS." in text
    assert "  sync-teams   Sync all the team hubs NAMEs from FAS." in text
    for command in ("create-team", "sync-teams"):
        assert "Example:" in CliRunner().invoke(main, ["fas", command, "--help"]).output


async def test_a_team_is_made_and_found(fas: Command, hub_store: HubStore) -> None:
    done = fas("create-team", "lamp", "--title", "Lamplighters", "--visibility", "preview")
    assert done.stdout == "Created the team hub lamp: 1 owner, 1 member. It is at /t/lamp/\n"
    assert (done.returncode, done.stderr) == (0, "")
    hub = await hub_store.hub_named(HubType.TEAM, "lamp")
    assert hub is not None
    assert (hub.title, hub.summary, hub.visibility.value) == (
        "Lamplighters",
        "Light the lamps",
        "preview",
    )
    assert await hub_store.members(hub.id) == [
        Member("zoe", "Zoë", Role.OWNER),
        Member("abe", "", Role.MEMBER),
    ]


async def test_what_the_page_shows_of_it_is_asked_for(fas: Command, redis: Redis) -> None:
    assert fas("create-team", "lamp").returncode == 0
    items = await redis.execute_command("XRANGE", WORK, "-", "+")
    said = [dict(zip(fields[::2], fields[1::2], strict=True)) for _, fields in items]
    assert {(one["kind"], one["function"]) for one in said} == {
        ("refresh", "members"),
        ("refresh", "year"),
    }


async def test_what_cannot_be_made_is_told_with_the_remedy(
    fas: Command, hub_store: HubStore
) -> None:
    done = fas("create-team", "lamps")
    assert (done.returncode, done.stderr) == (1, "Error: There is no group 'lamps'\n")
    done = fas("create-team", "../lamp")
    assert done.returncode == 2
    assert "got '../lamp', expected the name of a group" in done.stderr
    done = fas("create-team", "--adopt", "lamp")
    assert (done.returncode, done.stderr) == (1, "Error: There is no team hub 'lamp'\n")
    await hub_store.create_hub(Hub(0, HubType.TEAM, "lamp", "By hand", "Mine"))
    done = fas("create-team", "lamp")
    assert done.returncode == 1
    assert "There is a team hub 'lamp' already." in done.stderr
    assert "fedora-hubs fas create-team --adopt lamp" in done.stderr
    done = fas("create-team", "--adopt", "lamp")
    assert done.stdout.startswith("The team hub lamp mirrors its group now: 1 owner, 1 member.")
    hub = await hub_store.hub_named(HubType.TEAM, "lamp")
    assert hub is not None
    assert (hub.title, hub.summary) == ("By hand", "Mine")


def test_a_sync_says_what_changes_and_changes_it(fas: Command, accounts_file: Path) -> None:
    for name in ("lamp", "crane"):
        fas("create-team", name)
    accounts_file.write_text(
        ACCOUNTS.replace('"abe", "zoe"', '"gus", "eve"').replace("Light the", "Light all")
    )
    expected = (
        "crane: nothing to change\n"
        "lamp: 2 join, 1 leave\n"
        "  + eve, member\n"
        "  + gus, member\n"
        "  - abe, member\n"
        "  summary: Light the lamps → Light all lamps\n"
    )
    for words in (["--dry-run"], []):
        done = fas("sync-teams", *words)
        assert (done.stdout, done.stderr, done.returncode) == (expected, "", 0)
    assert fas("sync-teams", "lamp").stdout == "lamp: nothing to change\n"


def test_a_team_that_cannot_be_synced_is_named_and_the_others_are(
    fas: Command, accounts_file: Path
) -> None:
    for name in ("lamp", "crane"):
        fas("create-team", name)
    accounts_file.write_text(ACCOUNTS.replace("groups.crane", "groups.craned"))
    done = fas("sync-teams")
    assert done.returncode == 1
    assert done.stdout == (
        "crane: There is no group 'crane'; the team is left as it is\nlamp: nothing to change\n"
    )
    done = fas("sync-teams", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout) == [
        {"team": "crane", "group": "crane", "error": "There is no group 'crane'"},
        {
            "team": "lamp",
            "group": "lamp",
            "error": None,
            "joins": [],
            "leaves": [],
            "changes": {},
        },
    ]
    done = fas("sync-teams", "lamp", "lamps")
    assert done.returncode == 2
    assert "There is no team hub 'lamps' that mirrors a group." in done.stderr


def test_without_teams_it_says_how_to_make_one(fas: Command) -> None:
    done = fas("sync-teams")
    assert "To make one: fedora-hubs fas create-team NAME" in done.stdout
    assert done.returncode == 0


def test_a_missing_kerberos_is_told_in_one_line(fas: Command, tmp_path: Path) -> None:
    (tmp_path / "gssapi.py").write_text("raise ImportError('no libkrb5')")
    done = fas(
        "create-team",
        "lamp",
        FEDORA_HUBS_ACCOUNTS__BACKEND="fasjson",
        PYTHONPATH=str(tmp_path),
    )
    assert done.returncode == 1
    assert done.stderr == (
        "Error: accounts.backend: fasjson needs Kerberos: "
        "pip install 'fedora-hubs[kerberos]' (no libkrb5)\n"
    )


@pytest_twisted.async_fixture
async def fasjson_settings(fasjson: Fasjson, kerberos: Realm) -> dict[str, str]:
    """Give what makes the command ask the FASJSON of the test."""
    return {
        "FEDORA_HUBS_ACCOUNTS__BACKEND": "fasjson",
        "FEDORA_HUBS_ACCOUNTS__KEYTAB": str(kerberos.keytab("hubs/worker")),
        "FEDORA_HUBS_SERVICES__FASJSON": fasjson.address,
    }


async def test_three_thousand_people_come_from_fasjson(
    fas: Command, fasjson: Fasjson, fasjson_settings: dict[str, str], hub_store: HubStore
) -> None:
    people = [f"member{number}" for number in range(3000)]
    fasjson.groups["crowd"] = {**LAMP, "members": people, "sponsors": ["zoe"]}
    fasjson.users = {name: {"human_name": f"{ODD} {name}"} for name in [*people, "zoe"]}
    fasjson.users["member7"]["is_private"] = True
    done = await deferToThread(fas, "create-team", "crowd", **fasjson_settings)
    assert done.stdout.startswith("Created the team hub crowd: 1 owner, 3,000 members.")
    hub = await hub_store.hub_named(HubType.TEAM, "crowd")
    assert hub is not None
    members = {one.username: one for one in await hub_store.members(hub.id)}
    assert len(members) == 3001
    assert members["member2999"].full_name == f"{ODD} member2999"
    assert members["member7"].full_name == ""
    fasjson.groups["crowd"]["members"] = people[:-1000]
    done = await deferToThread(fas, "sync-teams", **fasjson_settings)
    assert done.stdout.splitlines()[0] == "crowd: 0 join, 1,000 leave"
    assert done.stdout.splitlines()[-1] == "  - and 980 more"
    del fasjson.groups["crowd"]
    done = await deferToThread(fas, "sync-teams", **fasjson_settings)
    assert done.stdout == "crowd: There is no group 'crowd'; the team is left as it is\n"
    assert done.returncode == 1
    assert len(await hub_store.members(hub.id)) == 2001


async def test_a_fasjson_that_refuses_us_or_is_broken_changes_nothing(
    fas: Command, fasjson: Fasjson, fasjson_settings: dict[str, str]
) -> None:
    fasjson.groups["lamp"] = LAMP
    fasjson.allowed = ()
    done = await deferToThread(fas, "create-team", "lamp", **fasjson_settings)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Localhost:") or "403" in done.stderr
    assert done.stderr.count("\n") == 1


class _Bar:
    pos = 0

    def update(self, steps: int) -> None:
        self.pos += steps


def test_the_bar_goes_on_through_both_readings_of_each_team() -> None:
    bar, seen = _Bar(), []
    for number in range(2):
        steps = _Steps(bar, number)
        for done, total in ((1, 2), (2, 2), (1, 4), (4, 4)):
            steps(done, total)
            seen.append(bar.pos)
        steps.end()
    assert seen == [50, 100, 125, 200, 250, 300, 325, 400]
