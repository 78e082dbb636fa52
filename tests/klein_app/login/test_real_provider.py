"""Logging in at an account system that others have written, as a process of its own."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_twisted
from pydantic import SecretStr
from twisted.internet import reactor
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IReactorTime

from hubs.config import Login
from tests.klein_app.browser import FORM, Browser
from tests.klein_app.visitor import Visitor
from tests.ports import free_port
from tests.processes import running
from tests.until import until


@pytest.fixture
def clock() -> IReactorTime:
    """Give the real time, in which the provider lives."""
    return reactor


@pytest_twisted.async_yield_fixture
async def mock(tmp_path: Path) -> AsyncIterator[Visitor]:
    """Give a visitor to ``oidc-provider-mock``, with one account."""
    port = free_port()
    account = json.dumps({"sub": "17", "nickname": "abe", "name": "Abe Lamp"})
    words = ("oidc-provider-mock", "--port", str(port), "--require-nonce", "true")
    visitor = Visitor(f"http://127.0.0.1:{port}")

    async def answers() -> bool:
        try:
            return (await visitor.get("/.well-known/openid-configuration")).status == 200
        except ConnectError:
            return False

    with running(*words, "--user-claims", account, log=tmp_path / "provider.log"):
        await until(answers)
        yield visitor


@pytest.fixture
def login(mock: Visitor) -> Login:
    """Give settings for it."""
    return Login(issuer=mock.origin, client_id="hubs", client_secret=SecretStr("any"))


async def test_one_logs_in_and_out(browser: Browser, mock: Visitor) -> None:
    away = await browser.get("/login/?next=/u/abe/")
    parts = urlsplit(away.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}" == mock.origin
    agreed = await mock.get(f"{parts.path}?{parts.query}", "POST", b"sub=17", Content_Type=FORM)
    back = await browser.get(agreed.headers["location"])
    assert (back.status, back.headers["location"]) == (303, "/u/abe/")
    page = await browser.get("/u/abe/")
    assert "Abe Lamp" in page.text
    out = await browser.press(page, "/logout/")
    assert out.headers["location"].startswith(f"{mock.origin}/oauth2/end_session?")
    assert "Log out" not in (await browser.get("/u/abe/")).text


async def test_who_does_not_agree_is_not_logged_in(browser: Browser, mock: Visitor) -> None:
    away = await browser.get("/login/")
    parts = urlsplit(away.headers["location"])
    denied = await mock.get(
        f"{parts.path}?{parts.query}", "POST", b"action=deny", Content_Type=FORM
    )
    page = await browser.get(denied.headers["location"])
    # It does not give the state back, so nobody knows whose answer this is.
    assert page.status == 400
    assert "Log out" not in (await browser.get("/")).text
