from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet import reactor

from hubs.accounts.toml_file import TomlAccounts
from hubs.model.hub import Hub, HubType
from hubs.widgets.names import NAMES, left_out, names_at
from hubs.widgets.parameters import ParameterError
from hubs.widgets.places import places_of

TEAM = Hub(1, HubType.TEAM, "lamps", "", "")
PERSON = Hub(2, HubType.USER, "teacup", "", "")
GITHUB, GITLAB, PAGURE, OTHER = PLACES = places_of(
    [
        "https://github.com/a/b",
        "https://gitlab.com/a/b",
        "https://pagure.io/a",
        "https://codeberg.org/a/b",
    ]
)
ACCOUNT = """
[people.teacup]
name = "Tilda Teacup"
github = "gh-tea"
gitlab = "gl-tea"
"""


def test_a_name_is_for_one_host_or_for_all() -> None:
    lines = ["tea  ", "bugzilla.redhat.com   t@example.org"]
    assert NAMES.validate(lines) == ["tea", "bugzilla.redhat.com t@example.org"]
    for wrong in ("two words", "a b c"):
        with pytest.raises(ParameterError, match="a host and a name"):
            NAMES.validate([wrong])


@pytest.mark.parametrize(
    ("hub", "account", "lines", "names"),
    [
        (PERSON, ACCOUNT, [], ["gh-tea", "gl-tea", "teacup", ""]),
        (PERSON, f"{ACCOUNT}private = true", [], ["", "", "teacup", ""]),
        (PERSON, ACCOUNT, ["GitHub.com me"], ["me", "gl-tea", "teacup", ""]),
        (PERSON, ACCOUNT, ["codeberg.org me", "tea"], ["tea", "tea", "tea", "me"]),
        (PERSON, "", [], ["", "", "teacup", ""]),
        (TEAM, ACCOUNT, [], ["", "", "", ""]),
        (TEAM, ACCOUNT, ["tea"], ["tea", "tea", "tea", "tea"]),
    ],
)
async def test_a_person_is_known_by_what_is_set_or_their_account_says(
    hub: Hub, account: str, lines: list[str], names: list[str], accounts_file: Path
) -> None:
    accounts_file.write_text(account)
    accounts = TomlAccounts(accounts_file, reactor)  # type: ignore[arg-type]
    found = await names_at(PLACES, hub, lines, accounts)
    assert [found[place] for place in PLACES] == names


def test_where_nobody_is_known_is_told_once_a_host() -> None:
    names = {GITHUB: "tea", GITLAB: "", OTHER: ""}
    assert left_out(names) == [
        "No name is known for codeberg.org",
        "No name is known for gitlab.com",
    ]
