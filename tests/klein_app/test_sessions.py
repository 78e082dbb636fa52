"""Sessions, in a real Redis, as browsers get and lose them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import pytest_twisted
from klein import Klein
from klein.interfaces import ISession, ISessionStore, SessionMechanism
from twisted.web.iweb import IRequest
from zope.interface.verify import verifyObject

from hubs.klein_app.sessions import (
    COOKIE,
    VISITOR_SECONDS,
    RedisSessions,
    Session,
    Sessions,
    viewer_of,
)
from hubs.model.viewer import NOBODY, Viewer
from hubs.redis import Redis
from tests.klein_app.serving import serving
from tests.klein_app.visitor import Answer, Visitor

ABE = Viewer(7, "abe", "Abe Lamp")
IDLE = 5000


@attrs.frozen
class Doors:
    """Routes that do with sessions what pages do."""

    app = Klein()
    sessions: Sessions

    @app.route("/who")
    async def who(self, request: IRequest) -> str:
        await self.sessions.find(request)
        return viewer_of(request).username or "nobody"

    @app.route("/visit")
    async def visit(self, request: IRequest) -> str:
        return (await self.sessions.begin(request)).csrf_token

    @app.route("/in")
    async def log_in(self, request: IRequest) -> str:
        return (await self.sessions.begin(request, ABE)).csrf_token

    @app.route("/out")
    async def log_out(self, request: IRequest) -> str:
        await self.sessions.end(request)
        return viewer_of(request).username or "nobody"

    @app.route("/out-everywhere")
    async def log_out_everywhere(self, request: IRequest) -> str:
        await self.sessions.end_all(request)
        return ""


@pytest_twisted.async_yield_fixture
async def plain(redis: Redis) -> AsyncIterator[Visitor]:
    """Give a browser of a site without TLS."""
    sessions = Sessions(RedisSessions(redis, IDLE))
    async with serving(Doors(sessions).app.resource()) as visitor:
        yield visitor


@pytest_twisted.async_yield_fixture
async def behind_tls(redis: Redis) -> AsyncIterator[Visitor]:
    """Give a browser of a site whose TLS ends at a proxy."""
    sessions = Sessions(RedisSessions(redis, IDLE), "https://hubs.example.org")
    async with serving(Doors(sessions).app.resource()) as visitor:
        yield visitor


def cookie_of(answer: Answer) -> str:
    """Give the cookie that an answer sets, as a browser sends it back."""
    return answer.headers["set-cookie"].partition(";")[0]


async def who(visitor: Visitor, cookie: str) -> str:
    return (await visitor.get("/who", Cookie=cookie)).html


async def test_it_is_what_klein_asks_for(redis: Redis) -> None:
    store = RedisSessions(redis, IDLE)
    assert verifyObject(ISessionStore, store)
    session = await store.newSession(False, SessionMechanism.Cookie)
    assert verifyObject(ISession, session)
    assert await session.authorize([ISession]) == {}
    assert await store.loadSession(session.identifier, False, SessionMechanism.Cookie) == session


async def test_who_only_reads_gets_no_cookie(plain: Visitor, redis: Redis) -> None:
    answer = await plain.get("/who")
    assert answer.html == "nobody"
    assert "set-cookie" not in answer.headers
    assert await redis.execute_command("KEYS", "*") == []


async def test_a_session_is_known_again(plain: Visitor) -> None:
    answer = await plain.get("/in")
    assert await who(plain, cookie_of(answer)) == "abe"


async def test_a_cookie_is_for_us_alone(plain: Visitor, behind_tls: Visitor) -> None:
    first = (await plain.get("/in")).headers["set-cookie"].lower()
    second = (await behind_tls.get("/in")).headers["set-cookie"].lower()
    assert first.startswith("hubs=")
    assert second.startswith("__host-hubs=")
    for cookie in (first, second):
        assert {"httponly", "samesite=lax", "path=/"} <= set(cookie.split("; "))
        assert "domain" not in cookie
    assert "secure" not in first.split("; ")
    assert "secure" in second.split("; ")


async def test_what_a_request_says_of_its_proxy_is_not_believed(plain: Visitor) -> None:
    answer = await plain.get("/in", X_Forwarded_Proto="https", Forwarded="proto=https")
    assert answer.headers["set-cookie"].startswith("hubs=")


async def test_redis_does_not_know_the_identifier(plain: Visitor, redis: Redis) -> None:
    identifier = cookie_of(await plain.get("/in")).partition("=")[2]
    for key in await redis.execute_command("KEYS", "*"):
        assert identifier not in key
        if await redis.execute_command("TYPE", key) == "string":
            assert identifier not in await redis.execute_command("GET", key)


async def test_a_session_that_is_used_lasts_on(plain: Visitor, redis: Redis) -> None:
    cookie = cookie_of(await plain.get("/in"))
    [key] = await redis.execute_command("KEYS", "hubs:session:*")
    await redis.execute_command("EXPIRE", key, 100)
    assert await who(plain, cookie) == "abe"
    assert IDLE - 60 < int(await redis.execute_command("TTL", key)) <= IDLE


async def test_a_session_that_is_over_is_nobodys(plain: Visitor, redis: Redis) -> None:
    cookie = cookie_of(await plain.get("/in"))
    [key] = await redis.execute_command("KEYS", "hubs:session:*")
    await redis.execute_command("PEXPIRE", key, 0)
    assert await who(plain, cookie) == "nobody"


async def test_a_session_of_nobody_is_short(plain: Visitor, redis: Redis) -> None:
    cookie = cookie_of(await plain.get("/visit"))
    [key] = await redis.execute_command("KEYS", "*")
    assert await who(plain, cookie) == "nobody"
    assert 0 < int(await redis.execute_command("TTL", key)) <= VISITOR_SECONDS


async def test_logging_in_changes_the_identifier_and_the_token(plain: Visitor) -> None:
    visit = await plain.get("/visit")
    planted = cookie_of(visit)
    log_in = await plain.get("/in", Cookie=planted)
    assert cookie_of(log_in) != planted
    assert log_in.html != visit.html
    assert await who(plain, planted) == "nobody"
    assert await who(plain, cookie_of(log_in)) == "abe"


async def test_logging_in_again_ends_the_session_before(plain: Visitor, redis: Redis) -> None:
    first = cookie_of(await plain.get("/in"))
    second = cookie_of(await plain.get("/in", Cookie=first))
    assert [await who(plain, cookie) for cookie in (first, second)] == ["nobody", "abe"]
    assert len(await redis.execute_command("KEYS", "hubs:session:*")) == 1


async def test_an_identifier_that_we_did_not_give_is_not_taken(plain: Visitor) -> None:
    planted = f"{COOKIE.decode()}=planted"
    answer = await plain.get("/in", Cookie=planted)
    assert cookie_of(answer) != planted
    assert await who(plain, planted) == "nobody"


async def test_logging_out_ends_this_session_alone(plain: Visitor) -> None:
    first, second = [cookie_of(await plain.get("/in")) for _ in range(2)]
    out = await plain.get("/out", Cookie=first)
    assert out.html == "nobody"
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert [await who(plain, cookie) for cookie in (first, second)] == ["nobody", "abe"]


async def test_logging_out_everywhere_ends_all_of_ones_own(plain: Visitor, redis: Redis) -> None:
    cookies = [cookie_of(await plain.get("/in")) for _ in range(3)]
    other = await RedisSessions(redis, IDLE).begin(Viewer(8, "zoe"), confidential=False)
    await plain.get("/out-everywhere", Cookie=cookies[1])
    assert [await who(plain, cookie) for cookie in cookies] == ["nobody"] * 3
    assert await who(plain, f"hubs={other.identifier}") == "zoe"


async def test_sessions_that_are_over_are_forgotten_at_the_next_log_in(
    plain: Visitor, redis: Redis
) -> None:
    await plain.get("/in")
    [key] = await redis.execute_command("KEYS", "hubs:session:*")
    await redis.execute_command("UNLINK", key)
    await plain.get("/in")
    members = await redis.execute_command("SMEMBERS", "hubs:sessions:7")
    assert len(members) == 1
    assert key not in members


async def test_a_cookie_of_tls_that_comes_in_the_clear_is_worth_nothing_any_more(
    plain: Visitor, behind_tls: Visitor
) -> None:
    cookie = cookie_of(await behind_tls.get("/in"))
    assert await who(behind_tls, cookie) == "abe"
    assert await who(plain, cookie) == "nobody"
    assert await who(plain, cookie.replace("__Host-", "")) == "nobody"
    assert await who(behind_tls, cookie) == "nobody"


async def test_a_cookie_of_any_bytes_is_nobodys(plain: Visitor) -> None:
    for value in ("", "x" * 5000, "a;b", "\xff\xfe", '"'):
        assert await who(plain, f"hubs={value}") == "nobody"


async def test_a_session_is_not_taken_from_a_header(plain: Visitor) -> None:
    identifier = cookie_of(await plain.get("/in")).partition("=")[2]
    answer = await plain.get("/who", X_INSECURE_Auth_Token=identifier)
    assert answer.html == "nobody"


def test_what_is_written_of_a_session_holds_no_secret() -> None:
    text = repr(Session("secret-id", True, SessionMechanism.Cookie, NOBODY, "secret-token"))
    assert "secret" not in text
