"""What somebody types stays text on every route: no markup, no SQL, no header, no other site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode

import attrs
import pytest
from psycopg2.extras import Json

from hubs.database.changes import record
from hubs.model.change import hub_updated, widget_updated
from hubs.model.entry import Entry
from hubs.model.hub import HubType, Visibility
from hubs.model.person import Role
from hubs.model.settings import settings_of
from hubs.model.stream import mentions_feed, stream_feed
from tests.klein_app.conftest import NOON
from tests.klein_app.permission_table import API, ROWS, Row
from tests.klein_app.test_permissions import Walk, Walkers, walkers
from tests.klein_app.visitor import Answer

__all__ = ["walkers"]

MARKUP = """"'><x-evil onclick=alert(1)></textarea></title><script>alert(1)</script>{{7*7}}"""
#: Parameters that some page reads, and one that none does.
PARAMETERS = (
    *("q", "tag", "language", "region", "order", "page", "tab", "before", "next", "speak", "saved"),
    *("state", "code", "iss", "error", "kind", "hub", "x"),
)
FIELDS = ("username", "words", "title", "summary", "tags", "banner", "text", "sources_groups")
SQL = (
    "' OR '1'='1",
    "'; DROP TABLE hubs; -- \\'; DELETE FROM people; -- %(viewer)s %s % $1 :x {x} a' & !b | (c:*",
)
SPLIT = "/x\r\nX-Evil: 1\r\nSet-Cookie: hubs=evil\r\n\r\n<x-evil>"
FOREIGN = ("//evil.example/", "https://evil.example/", "/\\evil.example", "/\t/evil.example")
#: A path of ours; browsers take two slashes for the beginning of another host.
HERE = re.compile(r"/(?![/\\])")


class _Markup(HTMLParser):
    """Notes what would run, or comes from what somebody typed."""

    def __init__(self) -> None:
        super().__init__()
        self.evil: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "x-evil" or (
            tag == "script" and not (said.get("src") or "").startswith("/static")
        ):
            self.evil.append(tag)
        for name, value in attrs:
            if name.startswith("on") or re.match(r"\s*(javascript|data):", value or "", re.I):
                self.evil.append(f"{tag} {name}={value}")


def evil_in(answer: Answer) -> list[str]:
    kind = answer.headers.get("content-type", "")
    if "html" not in kind:
        return []
    markup = _Markup()
    markup.feed(answer.html)
    return [*markup.evil, *(["49"] if "49</script>" in answer.html else [])]


def paths(walk: Walk, row: Row) -> str:
    hub = walk.scene.hub
    values = {"kind": "t", "name": hub.name, "widget_id": str(walk.scene.widget.id), **row.path}
    return re.sub(r"<(?:[^<>:]*:)?(\w+)>", lambda part: values[part[1]], row.rule)


async def spoil(walk: Walk) -> None:
    """Let everything that anybody can have typed about a hub be markup."""
    stores, hub, me = walk.scene.stores, walk.scene.hub, walk.scene.viewer
    config: dict[str, Any] = {
        key: [MARKUP] if isinstance(value, list) else MARKUP
        for key, value in settings_of(hub).items()
        if key not in {"archived", "visibility", "title", "summary"} and "." not in key
    }
    names = ("groups", "repositories", "packages", "lists", "channels", "calendars", "tags")
    config["sources"] = {name: [MARKUP] for name in names}
    await stores.hubs.pool.run(
        "UPDATE hubs SET title = %s, summary = %s, config = %s", (MARKUP, MARKUP, Json(config))
    )
    await stores.hubs.pool.run("UPDATE people SET full_name = %s", (MARKUP,))
    await stores.hubs.pool.run("UPDATE widgets SET config = %s", (Json({"text": MARKUP}),))
    await stores.hubs.set_role(hub.id, "bea", MARKUP, Role.MEMBER)
    await stores.hubs.set_role(hub.id, me.username, MARKUP, Role.SUBSCRIBER)
    await stores.hubs.pool.run(
        "INSERT INTO join_requests (hub_id, person_id, words) "
        "SELECT %s, id, %s FROM people WHERE username = 'bea'",
        (hub.id, MARKUP),
    )
    for change in (
        hub_updated(MARKUP, {"title": MARKUP}, {"title": MARKUP}, 2),
        widget_updated(MARKUP, 1, MARKUP, [MARKUP]),
    ):
        await stores.hubs.pool.transaction(partial(record, hub_id=hub.id, change=change))
    entry = Entry(MARKUP, NOON, MARKUP, f"bea {MARKUP}", f"https://x.example/{MARKUP}", MARKUP)
    for feed in (hub.feed, stream_feed(me.person_id), mentions_feed(me.person_id)):
        await stores.feeds.add(feed, attrs.evolve(entry, people=["bea", MARKUP], hubs=(hub.id,)))


async def sent(walk: Walk, row: Row, values: Mapping[str, str], tail: str = "") -> Answer:
    """Ask as a row says, with some values in every parameter and field."""
    path = paths(walk, row) + tail
    if row.method == "GET":
        return await walk.browser.get(f"{path}?{urlencode(values)}")
    fields = {**row.fields, **values}
    return await walk.browser.send(row.method, path, fields, X_CSRF_Token=walk.token)


def fields_of(row: Row, value: str) -> dict[str, str]:
    """Give a value to every parameter that some route reads, and to all fields of this one."""
    return dict.fromkeys((*PARAMETERS, *FIELDS, *row.fields), value)


def bodies_of(row: Row, value: str) -> Iterator[object]:
    """Give a value to each field of the JSON that a call sends, to one inside, and to all of it."""
    body = dict(row.json or {})
    yield value
    yield {**body, "config": {"text": value}}
    yield {**body, "config": {value: value}}
    for name in {*body, *FIELDS, value}:
        yield {**body, name: value}


def staying() -> Iterator[Row]:
    """Give the routes after which one is still logged in."""
    return (row for row in ROWS if not row.rule.startswith("/logout/"))


async def test_what_is_stored_is_no_markup_on_any_page(walkers: Walkers) -> None:
    walk = await walkers.walk(HubType.TEAM, Visibility.PUBLIC, "owner")
    await spoil(walk)
    seen = 0
    for row in staying():
        if row.method == "GET":
            answer = await walk.browser.get(paths(walk, row) + row.query)
            assert answer.status < 500, f"{row.rule}: {answer.status}"
            assert evil_in(answer) == [], row.rule
            seen += "x-evil" in answer.html
            if "xml" in answer.headers.get("content-type", ""):
                assert "<x-evil" not in answer.html
    # It is there as text.
    assert seen >= 15


async def test_what_a_request_says_comes_back_as_text_alone(walkers: Walkers) -> None:
    walk = await walkers.walk(HubType.TEAM, Visibility.PUBLIC, "owner")
    for row in staying():
        answer = await sent(walk, row, fields_of(row, MARKUP))
        assert answer.status < 500, f"{row.method} {row.rule}: {answer.status}"
        assert evil_in(answer) == [], row.rule
        missing = await walk.browser.get(f"{paths(walk, row)}{quote(MARKUP, safe='')}")
        assert evil_in(missing) == [], row.rule


async def test_what_a_request_says_is_no_sql(walkers: Walkers) -> None:
    walk = await walkers.walk(HubType.TEAM, Visibility.PUBLIC, "owner")
    private = await walkers.walk(HubType.TEAM, Visibility.PRIVATE, "stranger")
    for row in staying():
        for words in SQL:
            answer = await sent(walk, row, fields_of(row, words))
            assert answer.status < 500, f"{row.method} {row.rule} with {words}: {answer.status}"
            assert private.scene.hub.name not in answer.html
    for words in SQL:
        answer = await walk.browser.get(f"/t/{quote(words, safe='')}/")
        assert answer.status == 404
    count = await walk.scene.stores.hubs.pool.query("SELECT count(*) FROM hubs WHERE type = 'team'")
    assert count == [(2,)]
    assert await walk.scene.stores.hubs.pool.query("SELECT count(*) > 1 FROM people") == [(True,)]


async def test_what_a_request_says_is_no_header(walkers: Walkers) -> None:
    walk = await walkers.walk(HubType.TEAM, Visibility.PUBLIC, "owner")
    for row in staying():
        answers = [
            await sent(walk, row, fields_of(row, SPLIT)),
            await walk.browser.get(paths(walk, row) + quote(SPLIT)),
            await walk.browser.get(paths(walk, row) + quote(SPLIT, safe="")),
        ]
        for answer in answers:
            assert answer.status < 500, f"{row.method} {row.rule}: {answer.status}"
            assert "x-evil" not in answer.headers
            assert "evil" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("value", [MARKUP, *SQL, SPLIT, FOREIGN[0]], ids=range(5))
async def test_what_a_call_says_in_json_is_text_alone(walkers: Walkers, value: str) -> None:
    walk = await walkers.walk(HubType.TEAM, Visibility.PUBLIC, "owner")
    private = await walkers.walk(HubType.TEAM, Visibility.PRIVATE, "stranger")
    taken = 0
    for row in ROWS:
        if not row.rule.startswith(f"{API}/") or row.method == "GET":
            continue
        for body in bodies_of(row, value):
            headers = {"X_CSRF_Token": walk.token, "If_Match": "*"}
            answer = await walk.browser.send_json(row.method, paths(walk, row), body, **headers)
            told = f"{row.method} {row.rule} with {body}: {answer.status}"
            assert answer.status < 500, told
            assert not answer.body or "json" in answer.headers["content-type"], told
            assert "x-evil" not in answer.headers, told
            assert "evil" not in answer.headers.get("set-cookie", ""), told
            assert HERE.match(answer.headers.get("location", "/")), told
            assert private.scene.hub.name not in answer.html, told
            taken += answer.status < 300
    # Some of it is kept, and is text on the pages: the title is on each.
    assert taken >= 5
    for path in ("", "arrange/", "settings/general/", "history/", "people/"):
        page = await walk.browser.get(walk.scene.hub.path + path)
        assert page.status == 200
        assert evil_in(page) == [], path
        assert value != MARKUP or "x-evil" in page.html, path
    pool = walk.scene.stores.hubs.pool
    assert await pool.query("SELECT count(*) FROM hubs WHERE type = 'team'") == [(2,)]


@pytest.mark.parametrize("relation", ["owner", "visitor"])
async def test_nobody_is_sent_to_another_site(walkers: Walkers, relation: str) -> None:
    walk = await walkers.walk(HubType.TEAM, Visibility.PUBLIC, relation)
    for row in staying():
        for place in FOREIGN:
            answer = await sent(walk, row, fields_of(row, place))
            location = answer.headers.get("location", "/")
            # To log in, one goes to the account system.
            assert HERE.match(location) or row.rule == "/login/", f"{row.rule}: {location}"
            assert "evil.example" not in location.partition("?")[0]


async def test_who_leaves_a_slash_out_stays_here_too(walkers: Walkers) -> None:
    walk = await walkers.walk(HubType.TEAM, Visibility.PUBLIC, "visitor")
    for row in staying():
        path = paths(walk, row).rstrip("/")
        for start in ("", "/", "//evil.example", "/%5Cevil.example"):
            answer = await walkers.visitor.get(f"{start}{path}" or "/")
            location = answer.headers.get("location", "/")
            assert HERE.match(location), f"{start}{path}: {location}"
