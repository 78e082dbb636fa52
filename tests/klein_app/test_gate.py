"""What changes something is let in only from a page of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import pytest
import pytest_twisted
from klein import Klein
from twisted.web.iweb import IRequest

from hubs.klein_app.gate import CSRF_FIELD, Gate
from hubs.klein_app.routes import gather
from hubs.klein_app.sessions import COOKIE, RedisSessions, Session, Sessions, viewer_of
from hubs.model.viewer import Viewer
from hubs.redis import Redis
from tests.klein_app.serving import serving
from tests.klein_app.visitor import Visitor

ABE = Viewer(7, "abe", "Abe Lamp")
FORM = "application/x-www-form-urlencoded"


class Thing:
    """A group of pages that knows nothing of forgery."""

    app = Klein()

    @app.route("/thing", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def thing(self, request: IRequest) -> str:
        return f"done by {viewer_of(request).username}"


@attrs.frozen
class Served:
    visitor: Visitor
    session: Session
    other: Session

    async def send(self, method: str = "POST", body: str = "", **headers: str) -> int:
        """Send a request from a browser that is logged in."""
        cookie = f"{COOKIE.decode()}={self.session.identifier}"
        answer = await self.visitor.get(
            "/thing", method, body=body.encode(), Content_Type=FORM, Cookie=cookie, **headers
        )
        return answer.status


@pytest_twisted.async_yield_fixture
async def site(redis: Redis) -> AsyncIterator[Served]:
    """Give a site with one page, and two sessions."""
    store = RedisSessions(redis, 100)
    app = gather((Gate(Sessions(store)).admit, [Thing()]))
    session, other = [await store.begin(ABE, confidential=False) for _ in range(2)]
    async with serving(app.resource()) as visitor:
        yield Served(visitor, session, other)


CHANGES = ["POST", "PUT", "PATCH", "DELETE"]


@pytest.mark.parametrize("method", CHANGES)
async def test_a_change_needs_the_token_in_a_header_or_a_form(site: Served, method: str) -> None:
    token = site.session.csrf_token
    assert await site.send(method) == 403
    assert await site.send(method, X_CSRF_Token=token) == 200
    if method == "POST":
        assert await site.send(method, f"{CSRF_FIELD}={token}") == 200


@pytest.mark.parametrize("method", CHANGES)
async def test_a_token_of_another_session_is_refused(site: Served, method: str) -> None:
    assert await site.send(method, X_CSRF_Token=site.other.csrf_token) == 403
    assert await site.send(method, X_CSRF_Token="") == 403
    assert await site.send(method, X_CSRF_Token=site.session.csrf_token + "é") == 403


async def test_without_a_session_nothing_is_changed(site: Served) -> None:
    for token in ("", site.session.csrf_token):
        answer = await site.visitor.get("/thing", "POST", X_CSRF_Token=token)
        assert answer.status == 403


@pytest.mark.parametrize("header", ["cross-site", "same-site", "anything"])
async def test_what_another_site_sends_is_refused_even_with_the_token(
    site: Served, header: str
) -> None:
    token = site.session.csrf_token
    assert await site.send(X_CSRF_Token=token, Sec_Fetch_Site=header) == 403
    assert await site.send(X_CSRF_Token=token, Sec_Fetch_Site="same-origin") == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_what_has_another_origin_is_refused_even_with_the_token(
    site: Served, origin: str
) -> None:
    token = site.session.csrf_token
    assert await site.send(X_CSRF_Token=token, Origin=origin) == 403
    assert await site.send(X_CSRF_Token=token, Origin=site.visitor.origin) == 200


async def test_reading_needs_no_token(site: Served) -> None:
    assert await site.send("GET", Origin="https://evil.example") == 200
    assert await site.send("HEAD") == 200


def test_a_route_that_names_no_methods_is_refused() -> None:
    class Careless:
        app = Klein()

        @app.route("/careless")
        def careless(self, request: IRequest) -> str:
            raise AssertionError

    with pytest.raises(ValueError, match=r"the route /careless to name its methods"):
        gather((Gate.admit, [Careless()]))  # type: ignore[arg-type]
