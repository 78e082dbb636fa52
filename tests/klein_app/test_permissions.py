"""Who may what: every route, API call and event stream against the table, as everybody."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import attrs
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import succeed

from hubs.database.token_store import TokenStore
from hubs.klein_app.login.way import WayIn
from hubs.klein_app.sessions import COOKIE, RedisSessions, Sessions
from hubs.model.entry import Entry
from hubs.model.hub import HubType, Visibility
from hubs.model.permissions import Action
from hubs.model.viewer import NOBODY, HubView
from hubs.redis import Redis
from hubs.sse.broker import Broker
from hubs.sse.resource import EventStreamResource
from tests.klein_app.browser import Browser
from tests.klein_app.conftest import NOON, MakeApp, Town
from tests.klein_app.permission_table import API, CLOSED_ROWS, HUB, ROLES, ROWS, VIEWERS, Row, Scene
from tests.klein_app.serving import Root, serving
from tests.klein_app.visitor import Answer, Visitor

PUBLIC, PREVIEW, PRIVATE = Visibility.PUBLIC, Visibility.PREVIEW, Visibility.PRIVATE
WORDS = "hidden words"
#: What a program sends that has no token.
UNKNOWN = "none"


def _key(row: Row) -> str:
    return f"{row.method} {row.rule}"


def test_every_route_has_a_row(make_app: MakeApp, way_in: WayIn) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in make_app(way_in=way_in).pages.url_map.iter_rules()
        for method in rule.methods or {"ANY"}
        if method not in {"HEAD", "OPTIONS"}
    }
    assert routes - {_key(row) for row in ROWS} == set(), "add a row to permission_table.py"
    assert {_key(row) for row in ROWS} - routes == set(), "there is no such route any more"
    assert len({_key(row) for row in ROWS}) == len(ROWS)


@attrs.frozen
class Walk:
    """Somebody who goes to a hub that was made for them.

    Attributes:
        scene: The hub and who looks.
        browser: Theirs.
        token: The token of their session.
        secret: The personal token by which a program of theirs calls, instead of a browser.
    """

    scene: Scene
    browser: Browser
    token: str
    secret: str = ""

    @property
    def view(self) -> HubView:
        """What they are to the hub."""
        role = ROLES.get(self.scene.relation)
        return HubView(self.scene.hub, self.scene.viewer, frozenset({role} if role else ()))

    async def go(self, row: Row, name: str = "", **more: Any) -> Answer:
        """Ask as the row says, for the hub or for one of another name."""
        hub = self.scene.hub
        kind = "t" if hub.type is HubType.TEAM else "u"
        values = {"kind": kind, "name": name or hub.name, "widget_id": str(self.scene.widget.id)}
        values |= {**row.path, **more}
        path = re.sub(r"<(?:[^<>:]*:)?(\w+)>", lambda part: values[part[1]], row.rule) + row.query
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        if row.method == "GET":
            return await self.browser.get(path, **headers)
        if row.rule.startswith(f"{API}/"):
            body = {} if row.json is None else {**row.json, **_not_in(row.rule, more)}
            headers |= {"X_CSRF_Token": self.token} if self.token else {}
            headers |= {"If_Match": row.if_match} if row.if_match else {}
            return await self.browser.send_json(row.method, path, body, **headers)
        return await self.browser.send(
            row.method, path, {**row.fields, **more}, X_CSRF_Token=self.token
        )

    async def program(self) -> Walk:
        """Give a program that calls in their name; in nobody's name with a token that is none."""
        viewer, store = self.scene.viewer, TokenStore(self.scene.stores.hubs.pool)
        secret = UNKNOWN
        if viewer.logged_in:
            secret = await store.make(viewer, "x", may_write=True, now=NOON, ends=NOON + 86_400)
        return Walk(self.scene, Browser(self.browser.visitor), "", secret)


def _not_in(rule: str, given: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in given.items() if f"<{name}>" not in rule}


@attrs.frozen
class Walkers:
    """Makes hubs and those who go there.

    Attributes:
        town: Makes hubs.
        visitor: Looks at the portal.
        sessions: Where sessions are.
    """

    town: Town
    visitor: Visitor
    sessions: RedisSessions

    async def walk(self, hub_type: HubType, visibility: Visibility, relation: str) -> Walk:
        """Make a hub, and somebody who is that to it."""
        name = f"{relation}-{visibility.value}-{hub_type.value}"
        make = self.town.team if hub_type is HubType.TEAM else self.town.person
        hub = await make(f"secret-{name}", visibility)
        widget = await self.town.widget(hub, "about", text=WORDS)
        viewer, session = NOBODY, None
        if relation != "visitor":
            viewer = await self.town.known(f"p-{name}")
            session = await self.sessions.begin(viewer, confidential=False)
        if relation in ROLES:
            await self.town.stores.hubs.set_role(hub.id, viewer.username, "", ROLES[relation])
        cookies = {COOKIE.decode(): session.identifier} if session else {}
        scene = Scene(self.town.stores, hub, widget, viewer, relation)
        token = session.csrf_token if session else ""
        return Walk(scene, Browser(self.visitor, cookies), token)


@pytest_twisted.async_yield_fixture
async def walkers(
    make_app: MakeApp, way_in: WayIn, town: Town, redis: Redis, sessions: Sessions
) -> AsyncIterator[Walkers]:
    """Give what makes those who walk, on a portal with its event streams."""
    broker = Broker(reactor)
    broker.startService()
    root = Root(make_app(way_in=way_in).resource())
    look_up = town.stores.hubs.view
    root.putChild(b"sse", EventStreamResource(broker, look_up, sessions.viewer, reactor))
    async with serving(root) as visitor:
        yield Walkers(town, visitor, RedisSessions(redis, 3600))
    await succeed(None).addCallback(lambda _: broker.stopService())


def expected(row: Row, view: HubView) -> int:
    """Say what the tables say."""
    if row.as_visitor:
        view = HubView(view.hub)
    ok = (view.viewer.logged_in and row.ok_person) or row.ok
    if row.method != "GET" and not view.viewer.logged_in:
        # Nobody has no session, so nothing of theirs is a page of ours.
        return 401 if row.rule.startswith(f"{API}/") else 403
    if row.action is None:
        return ok if view.viewer.logged_in or not row.person else _to_log_in(row)
    if not view.may(Action.SEE_LISTED) or (row.hidden and not view.may(row.action)):
        return 404
    if view.may(row.action):
        return ok if view.may(row.action, row.widget) else 404
    return 403 if view.viewer.logged_in else _to_log_in(row)


def _to_log_in(row: Row) -> int:
    return 401 if row.rule.startswith("/api/") else 303


@pytest.mark.parametrize("hub_type", HubType)
@pytest.mark.parametrize(
    "row",
    [*ROWS, *(pytest.param(row, id=f"{_key(row)} for members") for row in CLOSED_ROWS)],
    ids=_key,
)
async def test_everybody_gets_what_the_table_says(
    walkers: Walkers, row: Row, hub_type: HubType
) -> None:
    if HUB not in row.rule and hub_type is HubType.USER:
        return
    for visibility, relation in itertools.product(Visibility, VIEWERS):
        walk = await walkers.walk(hub_type, visibility, relation)
        await _get_what_the_table_says(walk, row)
        if row.rule.startswith(f"{API}/"):
            await _get_what_the_table_says(await walk.program(), row)


async def _get_what_the_table_says(walk: Walk, row: Row) -> None:
    prepared = await row.prepare(walk.scene) if row.prepare else {}
    status = expected(row, walk.view)
    if walk.secret == UNKNOWN and row.rule != f"{API}/openapi.json":
        status = 401
    answer = await walk.go(row, **prepared)
    who = f"{walk.scene.relation} by {'token' if walk.secret else 'session'}"
    told = f"{who} of a {walk.scene.hub.visibility.value} hub: {answer.status}, not {status}"
    assert answer.status == status, told
    if not walk.view.may(Action.SEE_CONTENT):
        assert WORDS not in answer.html, told
    if not walk.view.may(Action.SEE_LISTED):
        await _find_nothing(walk, row, answer, prepared)


async def _find_nothing(walk: Walk, row: Row, answer: Answer, prepared: Mapping[str, Any]) -> None:
    """Make sure that a hub that one may not know of is as one that does not exist."""
    name = walk.scene.hub.name
    assert walk.scene.hub.title not in answer.html
    if "<name>" in row.rule:
        other = name.replace("secret", "absent")
        missing = await walk.go(row, other, **prepared)
        assert missing.status == answer.status
        assert missing.html.replace(other, name) == answer.html
        assert _said(missing) == _said(answer)


def _said(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


@pytest.mark.parametrize("row", [row for row in ROWS if row.method != "GET"], ids=_key)
async def test_whatever_changes_something_needs_the_token(walkers: Walkers, row: Row) -> None:
    walk = await walkers.walk(HubType.TEAM, PUBLIC, "owner")
    prepared = await row.prepare(walk.scene) if row.prepare else {}
    for token in ("", "x" * 43):
        assert (await attrs.evolve(walk, token=token).go(row, **prepared)).status == 403


@pytest.mark.parametrize("hub_type", HubType)
async def test_event_streams_are_for_who_may_see_the_hub(
    walkers: Walkers, hub_type: HubType
) -> None:
    absent = await walkers.visitor.get("/sse/?hub=999999", "HEAD")
    for visibility, relation in itertools.product(Visibility, VIEWERS):
        walk = await walkers.walk(hub_type, visibility, relation)
        path = f"/sse/?hub={walk.scene.hub.id}"
        answer = await walk.browser.send("HEAD", path, {})
        told = f"{relation} of a {visibility.value} hub"
        assert answer.status == (200 if walk.view.may(Action.SEE_CONTENT) else 404), told
        if answer.status == 404:
            assert _said(answer) == _said(absent)
            text = await walk.browser.get(path)
            assert text.html == "There is no such hub.\n"


async def test_a_private_team_is_not_listed(visitor: Visitor, town: Town) -> None:
    await town.team("vault", PRIVATE)
    await town.team("garden", PREVIEW)
    page = await visitor.get("/")
    assert "vault" not in page.html
    assert "Team garden details are for members" in page.text


async def test_a_preview_shows_header_and_summary_and_no_stream(
    visitor: Visitor, town: Town
) -> None:
    hub = await town.team("garden", PREVIEW)
    await town.widget(hub, "feed")
    page = await visitor.get("/t/garden/")
    assert "Team garden All about garden." in page.text
    assert "What happens here is for members" in page.text
    assert "sse-connect" not in page.html
    assert "data-widget" not in page.html


@pytest.mark.parametrize("visibility", [PREVIEW, PRIVATE])
async def test_a_hidden_widget_of_a_public_hub_is_nowhere(
    visitor: Visitor, town: Town, visibility: Visibility
) -> None:
    hub = await town.team("lamps")
    hidden = await town.widget(hub, "about", visibility, text="hidden words")
    await town.widget(hub, "about", text="open words")
    page = await visitor.get("/t/lamps/")
    assert "open words" in page.text
    assert "hidden words" not in page.html
    assert f"widget-{hidden.id}" not in page.html
    assert (await visitor.get(f"/t/lamps/widgets/{hidden.id}/")).status == 404


async def test_people_without_a_public_hub_are_not_linked(visitor: Visitor, town: Town) -> None:
    hub = await town.team("lamps")
    await town.widget(hub, "feed")
    await town.person("shy", PRIVATE)
    entry = Entry("1", 1.0, "git.receive", "shy pushed to wick", agent="shy", people=("shy",))
    await town.stores.feeds.add(hub.feed, entry)
    page = await visitor.get("/t/lamps/")
    assert "shy pushed to wick" in page.text
    assert "/u/shy/" not in page.html
