"""Logging in by OpenID Connect, at an account system that is strict and may lie."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from twisted.internet.task import Clock

from hubs.config import Login
from hubs.klein_app.login.flow import LASTS
from hubs.klein_app.login.provider import KEYS_SECONDS, METADATA_SECONDS
from hubs.model.hub import HubType
from hubs.model.reload import AccessChange
from hubs.redis import Redis
from hubs.widgets.base import Stores
from tests.klein_app.browser import Browser
from tests.klein_app.conftest import URL, Told, Town
from tests.klein_app.issuer import CLIENT_ID, SECOND_KEY, Issuer
from tests.klein_app.visitor import Answer


async def log_in(browser: Browser, issuer: Issuer, path: str = "/login/") -> Answer:
    """Go the whole way, and give what comes back from the portal at its end."""
    away = await browser.get(path)
    assert away.status == 303
    return await browser.get(issuer.authorize(away.headers["location"]))


async def test_the_first_log_in_makes_a_person_and_their_hub(
    browser: Browser, issuer: Issuer, stores: Stores
) -> None:
    back = await log_in(browser, issuer)
    assert (back.status, back.headers["location"]) == (303, "/")
    hub = await stores.hubs.hub_named(HubType.USER, "abe")
    assert hub is not None
    assert hub.title == "Abe Lamp"
    page = await browser.get("/u/abe/")
    assert page.status == 200
    assert "Log out" in page.text


async def test_the_account_system_is_asked_as_the_standards_say(
    browser: Browser, issuer: Issuer
) -> None:
    away = await browser.get("/login/")
    target = urlsplit(away.headers["location"])
    query = parse_qs(target.query)
    assert away.headers["location"].startswith(f"{issuer.url}/authorize?lang=en&")
    assert query["response_type"] == ["code"]
    assert query["client_id"] == [CLIENT_ID]
    assert query["redirect_uri"] == [f"{URL}/login/callback/"]
    assert query["code_challenge_method"] == ["S256"]
    [scope] = query["scope"]
    assert scope.split()[0] == "openid"
    assert "https://id.fedoraproject.org/scope/groups" in scope.split()
    secrets = {query[name][0] for name in ("state", "nonce", "code_challenge")}
    assert len(secrets) == 3
    assert all(len(secret) == 43 for secret in secrets)


async def test_who_logs_in_comes_back_to_where_they_were(
    browser: Browser, issuer: Issuer, town: Town
) -> None:
    await town.team("lamps")
    page = await browser.get("/t/lamps/?x=1&y=%C3%A9")
    assert 'href="/login/?next=%2Ft%2Flamps%2F%3Fx%3D1%26y%3D%25C3%25A9"' in page.html
    back = await log_in(browser, issuer, "/login/?next=%2Ft%2Flamps%2F%3Fx%3D1%26y%3D%25C3%25A9")
    assert back.headers["location"] == "/t/lamps/?x=1&y=%C3%A9"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/%09/evil.example\t",
        "javascript:alert(1)",
        "/\r\nSet-Cookie: a=b",
        "evil.example",
        "http:evil.example",
        "/" + "x" * 3000,
    ],
)
async def test_nobody_is_sent_to_another_site(
    browser: Browser, issuer: Issuer, target: str
) -> None:
    back = await log_in(browser, issuer, f"/login/?next={quote(target, safe='')}")
    assert back.headers["location"] == "/"
    assert "a=b" not in back.headers["set-cookie"]


async def test_logging_in_begins_another_session(browser: Browser, issuer: Issuer) -> None:
    away = await browser.get("/login/")
    before = dict(browser.cookies)
    await browser.get(issuer.authorize(away.headers["location"]))
    planted = Browser(browser.visitor, before)
    assert browser.cookies != before
    assert "Log out" not in (await planted.get("/")).text


async def test_who_is_logged_in_already_is_sent_on(browser: Browser, issuer: Issuer) -> None:
    await log_in(browser, issuer)
    again = await browser.get("/login/?next=/u/abe/")
    assert (again.status, again.headers["location"]) == (303, "/u/abe/")


async def test_a_way_back_works_once(browser: Browser, issuer: Issuer) -> None:
    away = await browser.get("/login/")
    address = issuer.authorize(away.headers["location"])
    await browser.get(address)
    asked = len(issuer.asked)
    again = await browser.get(address)
    assert (again.status, again.headers["location"]) == (303, "/")
    browser.cookies.clear()
    assert (await browser.get(address)).status == 400
    assert len(issuer.asked) == asked


async def test_a_way_back_of_another_browser_is_refused(browser: Browser, issuer: Issuer) -> None:
    away = await browser.get("/login/")
    address = issuer.authorize(away.headers["location"])
    victim = Browser(browser.visitor)
    for _ in range(2):
        page = await victim.get(address)
        assert page.status == 400
        assert "This log-in took too long" in page.text
        # Also of one that has begun a log-in of its own.
        await victim.get("/login/")


@pytest.mark.parametrize("query", ["", "?code=x", "?state=", "?state=x&code=x", "?state=%00%ff"])
async def test_a_way_back_without_its_state_is_refused(browser: Browser, query: str) -> None:
    await browser.get("/login/")
    page = await browser.get(f"/login/callback/{query}")
    assert page.status == 400
    assert "This log-in took too long" in page.text
    assert 'href="/login/?next=%2F"' in page.html


async def test_a_way_back_after_too_long_is_refused(
    browser: Browser, issuer: Issuer, redis: Redis
) -> None:
    away = await browser.get("/login/")
    [key] = await redis.execute_command("KEYS", "hubs:login:*")
    assert 0 < int(await redis.execute_command("TTL", key)) <= LASTS
    await redis.execute_command("PEXPIRE", key, 0)
    page = await browser.get(issuer.authorize(away.headers["location"]))
    assert page.status == 400


async def test_who_does_not_agree_is_told_so_in_friendly_words(
    browser: Browser, issuer: Issuer
) -> None:
    away = await browser.get("/login/?next=/t/lamps/")
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    page = await browser.get(f"/login/callback/?error=access_denied&state={state}")
    assert page.status == 403
    assert "did not agree" in page.text
    assert 'href="/login/?next=%2Ft%2Flamps%2F"' in page.html


async def test_who_comes_back_from_another_account_system_is_refused(
    browser: Browser, issuer: Issuer
) -> None:
    away = await browser.get("/login/")
    address = issuer.authorize(away.headers["location"])
    page = await browser.get(address.replace(quote(issuer.url, safe=""), "https%3A%2F%2Fevil"))
    assert page.status == 400
    assert all(name != "token" for name, _ in issuer.asked)


async def test_a_code_that_is_not_ours_is_refused(browser: Browser, issuer: Issuer) -> None:
    away = await browser.get("/login/")
    address = issuer.authorize(away.headers["location"]).replace("the-code", "stolen")
    assert (await browser.get(address)).status == 400


def _unsigned(claims: dict[str, Any]) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "none"}, claims)]
    return ".".join([*(urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])


def _lie(issuer: Issuer, **changes: Any) -> None:
    issuer.forge = lambda claims: {**claims, **changes}


LIES: dict[str, Callable[[Issuer], Any]] = {
    "another party": lambda issuer: _lie(issuer, aud="other"),
    "another issuer": lambda issuer: _lie(issuer, iss="https://evil.example"),
    "another log-in": lambda issuer: _lie(issuer, nonce="other"),
    "long ago": lambda issuer: _lie(issuer, exp=1),
    "no signature": lambda issuer: setattr(issuer, "sign", _unsigned),
    "a key of nobody": lambda issuer: setattr(issuer, "key", SECOND_KEY),
    "no token": lambda issuer: setattr(issuer, "sign", lambda claims: ""),
    "a token that is none": lambda issuer: setattr(issuer, "sign", lambda claims: 5),
    "another person": lambda issuer: (
        issuer.claims.pop("nickname"),
        issuer.more.update(sub="8", nickname="zoe"),
    ),
}


@pytest.mark.parametrize("lie", LIES)
async def test_what_the_account_system_cannot_prove_is_not_believed(
    browser: Browser, issuer: Issuer, stores: Stores, lie: str
) -> None:
    LIES[lie](issuer)
    page = await log_in(browser, issuer)
    assert page.status == 400
    assert "You were not logged in" in page.text
    assert "Log out" not in (await browser.get("/")).text
    assert await stores.hubs.pool.query("SELECT username FROM people") == []


async def test_names_come_from_where_the_account_system_tells_more(
    browser: Browser, issuer: Issuer
) -> None:
    issuer.claims = {"sub": "7"}
    issuer.more = {"sub": "7", "nickname": "zoe", "name": "Zoe Wick"}
    await log_in(browser, issuer)
    assert "Zoe Wick" in (await browser.get("/")).text


@pytest.mark.parametrize(
    "name", [None, "", "Abe", "a/b", "..", ".a", "-a", "a b", "a\u0301", "é", "x" * 65, 7, ["abe"]]
)
async def test_a_name_that_no_page_can_have_is_refused(
    browser: Browser, issuer: Issuer, stores: Stores, name: Any
) -> None:
    issuer.claims["nickname"] = name
    page = await log_in(browser, issuer)
    assert page.status == 403
    assert "Hubs cannot use this account" in page.text
    assert await stores.hubs.pool.query("SELECT username FROM people") == []


@pytest.mark.parametrize("name", [None, 7, ["Abe"], "Abe\0", "Abe\n", "x" * 5000])
async def test_an_odd_full_name_harms_nobody(browser: Browser, issuer: Issuer, name: Any) -> None:
    issuer.claims["name"] = name
    assert (await log_in(browser, issuer)).status == 303
    assert (await browser.get("/u/abe/")).status == 200


async def test_new_keys_are_asked_for_when_they_are_needed_and_not_more_often(
    browser: Browser, issuer: Issuer, clock: Clock
) -> None:
    def times_asked() -> int:
        return [name for name, _ in issuer.asked].count("keys")

    await log_in(browser, issuer)
    issuer.key, issuer.published = SECOND_KEY, [SECOND_KEY]
    clock.advance(KEYS_SECONDS - 1)
    browser.cookies.clear()
    assert (await log_in(browser, issuer)).status == 400
    assert times_asked() == 1
    clock.advance(2)
    assert (await log_in(browser, issuer)).status == 303
    assert times_asked() == 2


async def test_what_the_account_system_says_of_itself_is_asked_for_once_an_hour(
    browser: Browser, issuer: Issuer, clock: Clock
) -> None:
    for _ in range(2):
        await browser.get("/login/")
    assert [name for name, _ in issuer.asked] == ["discovery"]
    clock.advance(METADATA_SECONDS + 1)
    await browser.get("/login/")
    assert [name for name, _ in issuer.asked] == ["discovery"] * 2


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"token_endpoint": None},
        {"token_endpoint": 5},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": "file:///etc/passwd"},
    ],
)
async def test_an_account_system_that_says_odd_things_of_itself_is_not_asked(
    browser: Browser, issuer: Issuer, said: dict[str, Any]
) -> None:
    issuer.metadata = said
    page = await browser.get("/login/")
    assert page.status == 503
    assert "The account system cannot be reached" in page.text


@pytest.mark.parametrize("part", ["discovery", "token", "keys", "userinfo"])
async def test_an_account_system_that_is_away_is_told_of_in_friendly_words(
    browser: Browser, issuer: Issuer, part: str
) -> None:
    issuer.broken = {part}
    issuer.claims.pop("nickname")
    away = await browser.get("/login/?next=/u/abe/")
    page = away
    if part != "discovery":
        page = await browser.get(issuer.authorize(away.headers["location"]))
    assert page.status == 503
    assert "The account system cannot be reached" in page.text
    assert 'href="/login/?next=%2Fu%2Fabe%2F"' in page.html
    assert page.headers["retry-after"] == "10"


async def test_a_secret_may_have_to_be_sent_in_the_form(browser: Browser, issuer: Issuer) -> None:
    issuer.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert (await log_in(browser, issuer)).status == 303


async def test_logging_out_ends_the_session_and_that_of_the_account_system(
    browser: Browser, issuer: Issuer, told: Told, stores: Stores
) -> None:
    await log_in(browser, issuer)
    stolen = Browser(browser.visitor, dict(browser.cookies))
    out = await browser.press(await browser.get("/"), "/logout/")
    assert out.status == 303
    target = urlsplit(out.headers["location"])
    assert out.headers["location"].startswith(f"{issuer.url}/end?")
    assert parse_qs(target.query)["post_logout_redirect_uri"] == [f"{URL}/"]
    for one in (browser, stolen):
        assert "Log out" not in (await one.get("/")).text
    [[abe]] = await stores.hubs.pool.query("SELECT id FROM people")
    assert told.changes == [AccessChange(person_id=abe)]


async def test_logging_out_works_while_the_account_system_is_away(
    browser: Browser, issuer: Issuer, clock: Clock
) -> None:
    await log_in(browser, issuer)
    issuer.broken = {"discovery"}
    clock.advance(METADATA_SECONDS + 1)
    out = await browser.press(await browser.get("/"), "/logout/")
    assert (out.status, out.headers["location"]) == (303, "/")
    assert "Log out" not in (await browser.get("/")).text


async def test_one_can_log_out_everywhere(browser: Browser, issuer: Issuer) -> None:
    other = Browser(browser.visitor)
    for one in (browser, other):
        await log_in(one, issuer)
    page = await browser.get("/settings/")
    assert "You are logged in with 2 browsers" in page.text
    await browser.press(page, "/logout/everywhere/")
    for one in (browser, other):
        assert "Log out" not in (await one.get("/")).text


async def test_logging_out_needs_the_token(browser: Browser, issuer: Issuer) -> None:
    await log_in(browser, issuer)
    for path in ("/logout/", "/logout/everywhere/"):
        assert (await browser.post(path, {})).status == 403
        assert (await browser.get(path)).status == 405
    assert "Log out" in (await browser.get("/")).text


async def test_settings_are_for_who_is_logged_in(browser: Browser) -> None:
    page = await browser.get("/settings/")
    assert (page.status, page.headers["location"]) == (303, "/login/?next=%2Fsettings%2F")


async def test_without_redis_who_has_a_cookie_is_asked_for_patience(
    browser: Browser, issuer: Issuer, redis: Redis
) -> None:
    await log_in(browser, issuer)
    await redis.disconnect()
    page = await browser.get("/")
    assert page.status == 503
    browser.cookies.clear()
    assert (await browser.get("/")).status == 200


def test_no_secret_is_in_the_settings_as_written(login: Login) -> None:
    assert "s3cret" not in repr(login)


async def test_nobody_can_choose_who_to_be(browser: Browser) -> None:
    await browser.get("/login/")
    for fields in ({"username": "teacup"}, {"username": "teacup", "csrf_token": "x"}):
        assert (await browser.post("/login/", fields)).status == 405
    assert "teacup" not in (await browser.get("/")).html
