"""Tokens: made on a page, shown once, and what may be done with them."""

from __future__ import annotations

import json
import re

from twisted.internet.task import Clock
from twisted.logger import ILogObserver, LogEvent, formatEvent, globalLogPublisher
from zope.interface import implementer

from hubs.database.token_store import MOST, TokenStore
from hubs.klein_app.login.way import WayIn
from hubs.model.hub import HubType
from hubs.redis import Redis
from tests.klein_app.conftest import NOON, MakeApp, Town
from tests.klein_app.home import Home, at_home
from tests.klein_app.serving import serving
from tests.klein_app.visitor import Answer, Visitor

DAY = 86_400


async def call(visitor: Visitor, secret: str, path: str, method: str = "GET") -> Answer:
    return await visitor.get(f"/api/v1{path}", method, Authorization=f"Bearer {secret}")


async def made(home: Home, *, may_write: bool = True) -> str:
    return await TokenStore(home.town.stores.hubs.pool).make(
        home.viewer, "backup", may_write=may_write, now=NOON, ends=NOON + DAY
    )


@implementer(ILogObserver)
class Log:
    """What was logged, as a log for programs has it: with all fields."""

    def __init__(self) -> None:
        self.text = ""

    def __call__(self, event: LogEvent) -> None:
        self.text += f"{formatEvent(event)} {event!r}\n"


async def test_a_token_is_shown_once_and_kept_nowhere(
    make_app: MakeApp, way_in: WayIn, town: Town, redis: Redis
) -> None:
    log = Log()
    globalLogPublisher.addObserver(log)
    async with serving(make_app(way_in=way_in).resource()) as visitor:
        home = await at_home(visitor, town, redis)
        page = await home.look("/settings/tokens/")
        answer = await home.browser.press(
            page, "/settings/tokens/", name="my  backup", scope="write", days="7"
        )
        [secret] = re.findall(r"<code>(hubs_[\w-]{43})</code>", answer.html)
        assert answer.headers["cache-control"] == "no-store"
        me = await call(visitor, secret, "/me/")
        assert json.loads(me.body)["username"] == "abe"
        pages = [await home.look(path) for path in ("/settings/tokens/", "/settings/", "/u/abe/")]
        pages.append(await home.look("/u/abe/history/"))
        pages.append(await call(visitor, secret, "/tokens/"))
        pages.append(await call(visitor, secret, "/no/such/thing/"))
        pages.append(await call(visitor, f"{secret}x", "/me/"))
        pages.append(await call(visitor, secret, f"/stream/?before={'x' * 400}"))
    globalLogPublisher.removeObserver(log)
    assert all(secret not in one.html for one in pages)
    assert "my backup" in pages[0].text
    assert "abe made a token for programs: my backup" in pages[3].text
    assert json.loads(pages[4].body)["tokens"][0]["used"] == "2026-11-24T12:00:00Z"
    assert secret not in log.text
    tables = await town.stores.hubs.pool.query("SELECT tokens::text FROM tokens")
    tables += await town.stores.hubs.pool.query("SELECT audit::text FROM audit")
    assert secret not in str(tables)
    assert secret.removeprefix("hubs_").encode().hex() not in str(tables)
    assert not await town.stores.hubs.pool.query("SELECT 1 FROM outgoing WHERE topic ~ 'token'")


async def test_a_token_for_reading_changes_nothing(
    visitor: Visitor, town: Town, redis: Redis
) -> None:
    home = await at_home(visitor, town, redis)
    reading, writing = await made(home, may_write=False), await made(home)
    refused = await call(visitor, reading, "/t/lamps/star/", "PUT")
    assert (refused.status, json.loads(refused.body)["detail"]) == (
        403,
        "This token is for reading. It takes one that may change.",
    )
    assert (await call(visitor, reading, "/t/lamps/")).status == 200
    assert (await call(visitor, writing, "/t/lamps/star/", "PUT")).status == 204
    hub = json.loads((await call(visitor, reading, "/t/lamps/")).body)
    assert hub["roles"] == ["stargazer", "subscriber"]


async def test_a_token_ends_by_itself_and_when_it_is_revoked(
    visitor: Visitor, town: Town, redis: Redis, clock: Clock
) -> None:
    home = await at_home(visitor, town, redis)
    first, second = await made(home), await made(home)
    store = TokenStore(town.stores.hubs.pool)
    [newest, oldest] = await store.of(home.viewer)
    assert (await call(visitor, first, f"/tokens/{oldest.id}/", "DELETE")).status == 204
    over = await call(visitor, first, "/me/")
    assert over.status == 401
    assert over.headers["www-authenticate"] == 'Bearer realm="Fedora Hubs", error="invalid_token"'
    assert (await call(visitor, second, "/me/")).status == 200
    clock.advance(DAY)
    assert (await call(visitor, second, "/me/")).status == 401
    assert not await store.revoke(await town.known("bea"), newest.id)
    hub = await town.stores.hubs.hub_named(HubType.USER, "abe")
    assert hub is not None
    lines = await town.stores.hubs.pool.query(
        "SELECT action FROM audit WHERE hub_id = %s ORDER BY id DESC LIMIT 1", (hub.id,)
    )
    assert lines == [("token.revoked",)]


async def test_what_is_no_token_is_refused(visitor: Visitor) -> None:
    for given in ("Bearer", "Bearer nonsense", "Basic YWJlOmFiZQ==", f"Bearer {'x' * 5000}"):
        answer = await visitor.get("/api/v1/teams/", Authorization=given)
        assert answer.status == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert "YWJl" not in answer.html


async def test_nobody_has_any_number_of_tokens(
    make_app: MakeApp, way_in: WayIn, town: Town, redis: Redis
) -> None:
    async with serving(make_app(way_in=way_in).resource()) as visitor:
        home = await at_home(visitor, town, redis)
        await town.stores.hubs.pool.run(
            """
            INSERT INTO tokens (person_id, name, digest, may_write, made, ends)
            SELECT %s, 'many', n::text::bytea, false, now(), to_timestamp(%s)
            FROM generate_series(1, %s) AS n
            """,
            (home.viewer.person_id, NOON + DAY, MOST),
        )
        page = await home.look("/settings/tokens/")
        wish = {"name": "one more", "scope": "read", "days": "7"}
        answer = await home.browser.press(page, "/settings/tokens/", **wish)
        assert "You have as many tokens as one may have: revoke one first." in answer.text
        where = await home.press("/settings/tokens/revoke/", "/settings/tokens/")
        answer = await home.browser.press(await home.look(where), "/settings/tokens/", **wish)
        assert "Here is your token" in answer.text
