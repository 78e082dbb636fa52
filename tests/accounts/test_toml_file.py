"""People and groups in a TOML file."""

from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet import reactor
from zope.interface.verify import verifyObject

from hubs.accounts import toml_file
from hubs.accounts.interfaces import AccountsError, Group, IAccounts, no_progress
from hubs.accounts.toml_file import TomlAccounts

ODD = 'Zoë "O\'Brien" <script>alert(1)</script> Ōkami-Łabędź عبد 👩🏽‍🚀 \\ ; DROP TABLE people --'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "accounts.toml"


@pytest.fixture
def accounts(file: Path) -> TomlAccounts:
    return TomlAccounts(file, reactor)  # type: ignore[arg-type]


def test_it_offers_the_interface(accounts: TomlAccounts) -> None:
    assert verifyObject(IAccounts, accounts)


async def test_the_sample_is_read() -> None:
    sample = Path(__file__).parent.parent.parent / "etc" / "accounts.toml"
    accounts = TomlAccounts(sample, reactor)  # type: ignore[arg-type]
    group = await accounts.group("lamplighters", no_progress)
    assert group is not None
    assert group.sponsors
    assert group.members
    names = await accounts.full_names("lamplighters", group.members, no_progress)
    assert set(names) == group.members
    assert "" in names.values()


async def test_a_group_is_cleaned(file: Path, accounts: TomlAccounts) -> None:
    file.write_text(
        """
        [groups."c++.sig"]
        description = "a\\u0000b\\n  \\u202Ec"
        mailing_lists = ["C@Lists.example", "no list", "c@lists.example"]
        discussion = "https://talk.example/tag/c"
        chat = ["irc://irc.example/#c", "matrix://m.example/#c", "#d", "irc:/#e", "what is this"]
        sponsors = ["zoe"]
        """
    )
    assert await accounts.group("c++.sig", no_progress) == Group(
        name="c++.sig",
        description="a b c",
        lists=("c@lists.example",),
        channels=("#c", "#c:m.example", "#d", "#e"),
        discussion="https://talk.example/tag/c",
        sponsors=frozenset({"zoe"}),
    )
    assert await accounts.groups_of("zoe") == {"c++.sig"}
    assert await accounts.groups_of("abe") == frozenset()
    assert await accounts.group("../c++.sig", no_progress) is None


async def test_a_name_may_have_every_odd_letter(file: Path, accounts: TomlAccounts) -> None:
    file.write_text(f"[people.zoe]\nname = '''{ODD}'''\n", encoding="utf-8")
    assert await accounts.full_names("", ["zoe", "abe"], no_progress) == {"zoe": ODD, "abe": ""}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[groups", "is no TOML"),
        ("[fish]", "fish: there is no such setting"),
        ("[groups.a]\nmembers = ['a/b']", "groups.a.members.0: got 'a/b', expected an account"),
        ("[groups.a]\nmembers = 'x'", "groups.a.members: got 'x', expected a valid tuple"),
        ("[people.a]\nprivate = 'maybe'", "people.a.private: got 'maybe', expected a valid bool"),
        ("[groups.'..']", "expected an account name"),
    ],
)
async def test_what_is_wrong_is_named(
    file: Path, accounts: TomlAccounts, text: str, complaint: str
) -> None:
    file.write_text(text)
    with pytest.raises(AccountsError) as caught:
        await accounts.group("a", no_progress)
    assert str(caught.value).startswith(f"{file}: ")
    assert complaint in str(caught.value)


async def test_a_file_that_cannot_be_read_is_named(
    file: Path, accounts: TomlAccounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AccountsError, match=r"^accounts\.file: .* cannot be read: No such file"):
        await accounts.group("a", no_progress)
    file.write_bytes(b"\xff")
    with pytest.raises(AccountsError, match="is no TOML"):
        await accounts.group("a", no_progress)
    monkeypatch.setattr(toml_file, "MAX_SIZE", 10)
    file.write_text("# a long comment")
    with pytest.raises(AccountsError, match="at most 10 bytes"):
        await accounts.group("a", no_progress)
