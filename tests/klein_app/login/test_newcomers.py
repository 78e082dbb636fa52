"""The hub of who logs in for the first time has what suits what they have."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from hubs.accounts.fasjson import FasjsonAccounts
from hubs.accounts.interfaces import IAccounts
from hubs.accounts.negotiate import Negotiate
from hubs.config import Services, Sources
from hubs.klein_app.login.newcomers import PATIENCE
from hubs.model.hub import Column, HubType, WidgetInstance
from hubs.model.viewer import NOBODY
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.defaults import FEW
from tests.accounts.fasjson_server import Fasjson
from tests.klein_app.browser import Browser
from tests.klein_app.issuer import Issuer
from tests.klein_app.login.test_login import log_in
from tests.until import until

TOLD = """
[people.abe]
github = "abe-lamp"
feeds = ["https://abe.example/feed/"]

[groups.packager]
members = ["abe"]
"""
PLAIN = ["about", "profile", "release", "badges", "memberships", "activity"]
ALL = [
    *("about", "profile", "tickets", "pull_requests", "updates", "builds", "watched", "blog"),
    *("badges", "memberships", "activity"),
]


async def side(stores: Stores) -> dict[str, WidgetInstance]:
    """Give what stands beside the feed of abe's hub."""
    view = await stores.hubs.page(HubType.USER, "abe", NOBODY)
    assert view is not None
    return {one.plugin: one for one in view.widgets if one.column is Column.SIDE}


async def test_what_somebody_has_stands_on_their_hub_from_the_first_day(
    browser: Browser, issuer: Issuer, stores: Stores, accounts_file: Path
) -> None:
    accounts_file.write_text(TOLD)
    await log_in(browser, issuer)
    found = await side(stores)
    assert list(found) == ALL
    where = ["https://github.com", "https://src.fedoraproject.org"]
    assert found["tickets"].config == {"where": where[:1], "view": "waiting", "count": FEW}
    assert found["pull_requests"].config == {"where": where, "view": "mine", "count": FEW}
    page = await browser.get("/u/abe/")
    assert page.status == 200
    assert "Pull requests" in page.text


@pytest.mark.parametrize("text", ["", TOLD.replace("\ngithub", "\nprivate = true\ngithub")])
async def test_who_has_nothing_or_keeps_to_themselves_has_a_good_hub_all_the_same(
    text: str, browser: Browser, issuer: Issuer, stores: Stores, accounts_file: Path
) -> None:
    accounts_file.write_text(text)
    await log_in(browser, issuer)
    assert list(await side(stores)) == PLAIN


async def test_nobody_waits_for_accounts_that_are_broken(
    browser: Browser, issuer: Issuer, stores: Stores, accounts_file: Path
) -> None:
    accounts_file.write_text("[people")
    back = await log_in(browser, issuer)
    assert back.status == 303
    assert list(await side(stores)) == PLAIN


async def test_what_is_told_later_rearranges_nothing(
    browser: Browser, issuer: Issuer, stores: Stores, accounts_file: Path
) -> None:
    await log_in(browser, issuer)
    board = "/u/abe/arrange/"
    release = (await side(stores))["release"]
    removed = await browser.press(await browser.get(board), f"{board}{release.id}/remove/")
    assert removed.status == 303
    accounts_file.write_text(TOLD)
    browser.cookies.clear()
    await log_in(browser, issuer)
    assert list(await side(stores)) == [one for one in PLAIN if one != "release"]


class TestFasjson:
    """The same with the shapes of FASJSON, behind real Kerberos."""

    @pytest_twisted.async_yield_fixture
    async def accounts(self, fasjson: Fasjson, keytab: Path) -> AsyncIterator[IAccounts]:
        session = Session(Sources(), Services(fasjson=fasjson.address), reactor)
        yield FasjsonAccounts(session, Negotiate(keytab, reactor).token, 500)
        await session.close()

    async def test_it_is_asked_of_who_has_no_hub_yet_and_never_again(
        self, browser: Browser, issuer: Issuer, stores: Stores, fasjson: Fasjson
    ) -> None:
        fasjson.users["abe"] = {
            "human_name": "Abe Lamp",
            "is_private": False,
            "github_username": None,
            "gitlab_username": "abe-lamp",
            "rssurls": None,
        }
        fasjson.groups["docs"] = {"sponsors": [], "members": ["abe"]}
        await log_in(browser, issuer)
        found = await side(stores)
        assert list(found)[2:4] == ["tickets", "pull_requests"]
        assert found["pull_requests"].config["where"] == ["https://gitlab.com"]
        assert "builds" not in found
        asked = list(fasjson.asked)
        assert asked[0] == "users/abe/"
        browser.cookies.clear()
        await log_in(browser, issuer)
        assert fasjson.asked == asked

    async def test_who_is_private_there_is_asked_nothing_more(
        self, browser: Browser, issuer: Issuer, stores: Stores, fasjson: Fasjson
    ) -> None:
        fasjson.users["abe"] = {"is_private": True, "github_username": "abe-lamp"}
        await log_in(browser, issuer)
        assert list(await side(stores)) == PLAIN
        assert fasjson.asked == ["users/abe/"]

    async def test_nobody_waits_long_for_one_that_is_slow(
        self,
        browser: Browser,
        issuer: Issuer,
        stores: Stores,
        fasjson: Fasjson,
        clock: Clock,
    ) -> None:
        fasjson.silent = True
        logging_in = Deferred.fromCoroutine(log_in(browser, issuer))
        await until(lambda: bool(fasjson.asked))
        clock.advance(PATIENCE)
        assert (await logging_in).status == 303
        assert list(await side(stores)) == PLAIN
