"""People and groups of a FASJSON, behind real Kerberos."""

from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import deferLater
from zope.interface.verify import verifyObject

from hubs.accounts.fasjson import FasjsonAccounts
from hubs.accounts.interfaces import AccountsError, Group, IAccounts, Profile, no_progress
from hubs.accounts.negotiate import Negotiate
from hubs.config import Services, Sources
from hubs.sources.session import Session
from tests.accounts.fasjson_server import Answer, Fasjson
from tests.accounts.test_toml_file import ODD

LAMP: Answer = {
    "description": "Light the lamps",
    "mailing_list": "Lamps@lists.example",
    "url": "https://lamps.example",
    "irc": ["irc://irc.libera.chat/#lamps", "matrix://fedoraproject.org/#lamps"],
    "discussion_url": "https://talk.example/tag/lamps",
    "sponsors": ["zoe"],
    "members": ["abe", "zoe"],
}
CROWD = [f"member{number}" for number in range(3000)]


async def test_it_offers_the_interface(accounts: FasjsonAccounts) -> None:
    assert verifyObject(IAccounts, accounts)


async def test_a_group_is_read(accounts: FasjsonAccounts, fasjson: Fasjson) -> None:
    fasjson.groups["lamp"] = LAMP
    assert await accounts.group("lamp", no_progress) == Group(
        name="lamp",
        description="Light the lamps",
        lists=("lamps@lists.example",),
        channels=("#lamps", "#lamps:fedoraproject.org"),
        discussion="https://talk.example/tag/lamps",
        sponsors=frozenset({"zoe"}),
        members=frozenset({"abe", "zoe"}),
    )


async def test_a_group_of_three_thousand_is_read_by_pages(
    accounts: FasjsonAccounts, fasjson: Fasjson
) -> None:
    fasjson.groups["crowd"] = {"sponsors": [], "members": CROWD}
    told: list[tuple[int, int]] = []
    group = await accounts.group("crowd", lambda *step: told.append(step))
    assert group is not None
    assert group.members == set(CROWD)
    assert told == [(number, 6) for number in range(1, 7)]


async def test_their_names_are_read_by_pages_too(
    accounts: FasjsonAccounts, fasjson: Fasjson
) -> None:
    fasjson.groups["crowd"] = {"sponsors": ["boss"], "members": CROWD}
    fasjson.users = {name: {"human_name": name.title(), "is_private": False} for name in CROWD}
    fasjson.users["boss"] = {"human_name": "The Boss"}
    names = await accounts.full_names("crowd", [*CROWD, "boss", "gone"], no_progress)
    assert len(names) == 3002
    assert names["member2999"] == "Member2999"
    assert (names["boss"], names["gone"]) == ("The Boss", "")
    assert len(fasjson.asked) == 75 + 2


async def test_a_few_are_asked_for_alone_and_of_nobody_more_than_is_shown(
    accounts: FasjsonAccounts, fasjson: Fasjson
) -> None:
    fasjson.users = {
        "abe": {"human_name": ODD, "emails": ["abe@example.com"], "is_private": False},
        # FASJSON itself leaves the name out; should it not, we do.
        "eve": {"human_name": "Eve Hidden", "is_private": True},
        "fay": {"human_name": None, "is_private": False},
    }
    names = await accounts.full_names("lamp", ["abe", "eve", "fay"], no_progress)
    assert names == {"abe": ODD, "eve": "", "fay": ""}
    assert fasjson.asked == ["users/abe/", "users/eve/", "users/fay/"]
    assert set(fasjson.masks) == {"username,human_name,is_private"}


async def test_a_profile_is_what_is_told_to_everybody_and_nothing_of_who_is_private(
    accounts: FasjsonAccounts, fasjson: Fasjson
) -> None:
    long = "https://abe.example/" + "feed/" * 30
    told = {
        "emails": ["abe@example.com"],
        "pronouns": ["they / them", 7],
        "timezone": "Europe/Berlin",
        "websites": [f"https://{'x' * 400}", "javascript:alert(1)", "https://abe.example/"],
        "rssurls": [
            "https://abe.example/feed/",
            "file:///etc/passwd",
            "https://a:b@abe.example/",
            long,
        ],
        "ircnicks": ["matrix:/abe", "matrix://lamps.example/abe", "irc:/abe_", "moth", "irc:/<b>"],
        "github_username": "abe-lamp",
        "creation": "2012-05-01T10:00:00",
    }
    fasjson.users = {
        "abe": {**told, "is_private": False},
        "eve": {**told, "is_private": True},
        "odd": {"timezone": "Moon/Base", "websites": None, "ircnicks": {}, "creation": 5},
    }
    assert await accounts.profile("abe") == Profile(
        pronouns=("they / them",),
        timezone="Europe/Berlin",
        websites=("https://abe.example/",),
        feeds=("https://abe.example/feed/", long),
        matrix=("@abe:fedora.im", "@abe:lamps.example"),
        irc=("abe_", "moth"),
        github="abe-lamp",
        since=2012,
    )
    assert await accounts.profile("eve") is None
    assert await accounts.profile("odd") == Profile()
    assert await accounts.profile("gone") is None
    assert await accounts.profile("../groups") is None
    assert "emails" not in "".join(fasjson.masks)
    assert fasjson.asked == ["users/abe/", "users/eve/", "users/odd/", "users/gone/"]


async def test_the_groups_of_somebody_are_read_by_pages(
    accounts: FasjsonAccounts, fasjson: Fasjson
) -> None:
    fasjson.users = {"abe": {}, "zoe": {}}
    for number in range(1001):
        fasjson.groups[f"group{number}"] = {"sponsors": [], "members": ["abe"]}
    fasjson.groups["packager"] = {"sponsors": [], "members": ["zoe"]}
    found = await accounts.groups_of("abe")
    assert (len(found), len(fasjson.asked)) == (1001, 3)
    assert await accounts.groups_of("zoe") == {"packager"}
    assert await accounts.groups_of("gone") == frozenset()
    assert await accounts.groups_of("../groups") == frozenset()
    fasjson.failure = 500
    with pytest.raises(AccountsError, match="500"):
        await accounts.groups_of("abe")


async def test_a_group_too_short_to_search_for_is_asked_for_one_by_one(
    accounts: FasjsonAccounts, fasjson: Fasjson
) -> None:
    people = [f"tester{number}" for number in range(21)]
    fasjson.groups["qa"] = {"sponsors": [], "members": people}
    fasjson.users = {name: {"human_name": name.upper()} for name in people}
    names = await accounts.full_names("qa", people, no_progress)
    assert names["tester20"] == "TESTER20"


async def test_a_group_that_is_not_there_is_none(accounts: FasjsonAccounts) -> None:
    assert await accounts.group("lamp", no_progress) is None


@pytest.mark.parametrize(
    "name", ["..", "../users/zoe", "a/b", "a?b", "a%2fb", "", "a b", "x" * 999]
)
async def test_what_can_be_no_group_is_not_asked_for(
    accounts: FasjsonAccounts, fasjson: Fasjson, name: str
) -> None:
    assert await accounts.group(name, no_progress) is None
    assert fasjson.asked == []


async def test_a_group_may_have_odd_letters(accounts: FasjsonAccounts, fasjson: Fasjson) -> None:
    for name in ("c++-sig", "größe.1", "a_b$"):
        fasjson.groups[name] = {"sponsors": [], "members": ["abe"]}
        group = await accounts.group(name, no_progress)
        assert group is not None
        assert group.name == name


async def test_an_account_without_the_right_is_told_so(
    accounts: FasjsonAccounts, fasjson: Fasjson
) -> None:
    fasjson.allowed = ()
    with pytest.raises(AccountsError, match=r"localhost:\d+ .*403"):
        await accounts.group("lamp", no_progress)


async def test_a_ticket_that_is_refused_is_told_of(
    session: Session, keytab: Path, fasjson: Fasjson
) -> None:
    asked: list[str] = []
    negotiate = Negotiate(keytab, reactor)

    def spoilt(host: str) -> Deferred[str]:
        asked.append(host)
        return negotiate.token(host).addCallback(lambda token: token[:-40])

    accounts = FasjsonAccounts(session, spoilt, 500)
    with pytest.raises(AccountsError, match="did not accept our Kerberos ticket"):
        await accounts.group("lamp", no_progress)
    assert asked == ["localhost", "localhost"]
    assert fasjson.asked == []


async def test_a_token_that_was_sent_twice_is_made_anew(
    session: Session, keytab: Path, fasjson: Fasjson
) -> None:
    fasjson.groups["lamp"] = LAMP
    negotiate = Negotiate(keytab, reactor)
    used = await negotiate.token("localhost")
    tokens = [used, used]

    def token(host: str) -> Deferred[str]:
        return succeed(tokens.pop()) if tokens else negotiate.token(host)

    accounts = FasjsonAccounts(session, token, 500)
    group = await accounts.group("lamp", no_progress)
    assert group is not None
    assert tokens == []


async def test_a_server_that_is_broken_is_named_and_no_secret_is(
    accounts: FasjsonAccounts, fasjson: Fasjson
) -> None:
    fasjson.failure = 500
    with pytest.raises(AccountsError, match=r"localhost:\d+ .*500") as caught:
        await accounts.group("lamp", no_progress)
    assert "Negotiate" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [{"result": None}, {"result": [1]}, {}, {"result": "x"}],
    ids=["nothing", "numbers", "empty", "text"],
)
async def test_what_is_no_answer_is_an_error(
    accounts: FasjsonAccounts, fasjson: Fasjson, answer: Answer
) -> None:
    fasjson.groups["lamp"] = LAMP
    fasjson.users["abe"] = {}
    fasjson.edit = lambda _: answer
    with pytest.raises(AccountsError, match="FASJSON answered"):
        await accounts.group("lamp", no_progress)
    with pytest.raises(AccountsError, match="FASJSON answered"):
        await accounts.full_names("lamp", ["abe"], no_progress)


async def test_a_list_without_an_end_is_an_error(
    accounts: FasjsonAccounts, fasjson: Fasjson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubs.accounts.fasjson.MOST_PAGES", 3)
    fasjson.groups["lamp"] = LAMP
    fasjson.edit = lambda answer: {**answer, "page": {"next_page": "http://x", "total_pages": "x"}}
    with pytest.raises(AccountsError, match="more than 3 pages"):
        await accounts.group("lamp", no_progress)


async def test_names_that_cannot_be_accounts_are_left_out(
    accounts: FasjsonAccounts, fasjson: Fasjson
) -> None:
    fasjson.groups["lamp"] = {"sponsors": [], "members": ["a/b", "", "\x00", "abe"], "irc": "#x"}
    group = await accounts.group("lamp", no_progress)
    assert group is not None
    assert group.members == {"abe"}
    assert group.channels == ("#x",)
    assert await accounts.full_names("lamp", ["a/b"], no_progress) == {"a/b": ""}


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        (Sources(max_size=2048), "too much to read"),
        (Sources(timeout=0.5), "did not answer in time"),
    ],
    ids=["too large", "silent"],
)
async def test_an_answer_that_is_too_large_or_does_not_come_is_an_error(
    fasjson: Fasjson, keytab: Path, settings: Sources, complaint: str
) -> None:
    fasjson.groups["crowd"] = {"sponsors": [], "members": CROWD}
    fasjson.silent = settings.timeout < 1
    session = Session(settings, Services(fasjson=fasjson.address), reactor)
    accounts = FasjsonAccounts(session, Negotiate(keytab, reactor).token, 500)
    with pytest.raises(AccountsError, match=rf"localhost:\d+ .*{complaint}"):
        await accounts.group("crowd", no_progress)
    # What was cut off ends in the next turn.
    await deferLater(reactor, 0)
    await session.close()
    await deferLater(reactor, 0)
