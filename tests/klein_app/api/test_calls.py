"""Calls: what they say, page by page, in versions, and how they are refused."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest_twisted

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.database.token_store import TokenStore
from hubs.feeds.postgres import PostgresFeeds
from hubs.klein_app.bounded import LONGEST_BODY
from hubs.model.entry import Entry
from hubs.model.hub import HubType, Visibility
from hubs.model.person import Role
from hubs.model.stream import mentions_feed
from hubs.redis import Redis
from hubs.widgets.base import cache_key
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.home import PUSH, Home, at_home
from tests.klein_app.visitor import Answer, Visitor

PROBLEM = "application/problem+json"


@attrs.frozen
class Program:
    """A program that calls in the name of abe, who owns the team lamps.

    Attributes:
        visitor: Asks.
        home: Abe's.
        secret: The token.
    """

    visitor: Visitor
    home: Home
    secret: str

    async def call(
        self, path: str, method: str = "GET", value: Any = None, **headers: str
    ) -> Answer:
        """Call, with JSON if a value is given."""
        body = b"" if value is None else json.dumps(value).encode()
        given = {"Authorization": f"Bearer {self.secret}", "Content_Type": "application/json"}
        return await self.visitor.get(f"/api/v1{path}", method, body, **{**given, **headers})

    async def read(self, path: str) -> Any:
        """Give what a call answers."""
        answer = await self.call(path)
        assert answer.status == 200
        assert answer.headers["content-type"] == "application/json"
        return json.loads(answer.body)


@pytest_twisted.async_fixture
async def program(visitor: Visitor, town: Town, redis: Redis) -> Program:
    home = await at_home(visitor, town, redis)
    await town.stores.hubs.set_role(home.hub.id, "abe", "Abe", Role.OWNER)
    secret = await TokenStore(town.stores.hubs.pool).make(
        home.viewer, "tests", may_write=True, now=NOON, ends=NOON + 3600
    )
    return Program(visitor, home, secret)


async def test_the_directory_is_searched_and_paged(visitor: Visitor, town: Town) -> None:
    for number in range(26):
        await town.team(f"team-{number:02}")
    await town.team("vault", Visibility.PRIVATE)
    first = await visitor.get("/api/v1/teams/")
    said = json.loads(first.body)
    assert (said["total"], said["pages"], len(said["hubs"])) == (26, 2, 24)
    assert said["next"] == "/api/v1/teams/?page=2"
    assert first.headers["link"] == '</api/v1/teams/?page=2>; rel="next"'
    second = json.loads((await visitor.get(said["next"])).body)
    assert (len(second["hubs"]), second["next"]) == (2, None)
    [found] = json.loads((await visitor.get("/api/v1/teams/?q=team-07")).body)["hubs"][:1]
    assert (found["name"], found["page"], found["api"]) == (
        *("team-07", "/t/team-07/"),
        "/api/v1/t/team-07/",
    )


async def test_a_feed_is_read_page_by_page(
    program: Program, town: Town, feed_store: PostgresFeeds
) -> None:
    for number in range(5):
        entry = Entry(f"e{number}", NOON + number, "git.receive", f"Push {number}")
        await feed_store.add(program.home.hub.feed, entry)
    seen, path = [], "/t/lamps/feed/?limit=2"
    while path:
        page = await program.read(path.removeprefix("/api/v1"))
        seen += [entry["id"] for entry in page["entries"]]
        path = page["next"]
    assert seen == ["e4", "e3", "e2", "e1", "e0"]


async def test_what_has_not_changed_is_not_sent_again(program: Program) -> None:
    answer = await program.call("/t/lamps/")
    tag = answer.headers["etag"]
    again = await program.call("/t/lamps/", If_None_Match=f'"other", W/{tag}')
    assert (again.status, again.body) == (304, b"")
    assert (await program.call("/t/lamps/star/", "PUT")).status == 204
    assert (await program.call("/t/lamps/", If_None_Match=tag)).status == 200


async def test_who_is_second_does_not_overwrite_who_was_first(program: Program) -> None:
    made = await program.call(
        "/t/lamps/widgets/", "POST", {"plugin": "about", "config": {"text": "We make lamps."}}
    )
    assert made.status == 201
    path = json.loads(made.body)["api"].removeprefix("/api/v1")
    tag = (await program.call(path)).headers["etag"]
    blind = await program.call(path, "PUT", {"config": {}})
    assert blind.status == 428
    first = await program.call(path, "PUT", {"config": {"text": "First"}}, If_Match=tag)
    assert (first.status, json.loads(first.body)["config"]) == (200, {"text": "First"})
    second = await program.call(path, "PUT", {"config": {"text": "Second"}}, If_Match=tag)
    assert second.status == 412
    assert json.loads(second.body)["detail"].startswith("abe has changed it meanwhile")
    assert (await program.read(path))["config"] == {"text": "First"}
    tag = first.headers["etag"]
    assert (await program.call(path, "DELETE", If_Match=tag)).status == 204
    assert (await program.call(path)).status == 404
    assert (await program.call(f"{path}restoration/", "POST")).status == 201


async def test_widgets_are_moved_and_hidden(program: Program, town: Town) -> None:
    for text in ("One", "Two"):
        await program.call(
            "/t/lamps/widgets/", "POST", {"plugin": "about", "config": {"text": text}}
        )
    before = await program.call("/t/lamps/arrangement/")
    first, second = json.loads(before.body)["widgets"]
    place = {"column": "main", "position": 0}
    path = f"/t/lamps/widgets/{second['id']}"
    moved = await program.call(f"{path}/place/", "PUT", place, If_Match=before.headers["etag"])
    assert [one["id"] for one in json.loads(moved.body)["widgets"]] == [second["id"], first["id"]]
    other = {"column": "side", "position": 0}
    late = await program.call(f"{path}/place/", "PUT", other, If_Match=before.headers["etag"])
    assert late.status == 412
    await program.call(f"{path}/hidden/", "PUT", {"hidden": True}, If_Match="*")
    shown = (await program.read("/t/lamps/widgets/"))["widgets"]
    assert [one["id"] for one in shown] == [first["id"]]
    assert [one["config"] for one in shown] == [{"text": "One"}]


async def test_what_the_cache_holds_is_told_as_far_as_the_page_shows_it(
    program: Program, town: Town, cache: FileCache
) -> None:
    vault = await town.team("vault", Visibility.PRIVATE)
    abe = await town.stores.hubs.hub_named(HubType.USER, "abe")
    assert abe is not None
    widget = await town.widget(abe, "my_hubs")
    path = f"/u/abe/widgets/{widget.id}/"
    pending = await program.read(path)
    assert (pending["state"], pending["data"]["hubs"]["value"]) == ("pending", None)
    [function] = town.registry.widgets["my_hubs"].functions
    # What was found before the vault became private.
    found = [[program.home.hub.id, "owner"], [vault.id, "member"]]
    await cache.set(cache_key(widget, function), Cached(found, time=NOON))
    told = await program.read(path)
    assert told["state"] == "fresh"
    assert told["data"]["hubs"]["time"] == "2026-11-24T12:00:00Z"
    assert told["data"]["hubs"]["value"] == [[program.home.hub.id, "owner"]]


async def test_a_widget_names_where_its_data_is_from(program: Program, town: Town) -> None:
    widget = await town.widget(program.home.hub, "release")
    told = await program.read(f"/t/lamps/widgets/{widget.id}/")
    page = "https://bodhi.fedoraproject.org/releases/"
    assert told["sources"] == [{"name": "Bodhi", "url": page}]


async def test_settings_are_changed_and_clashes_told(program: Program) -> None:
    seen = await program.call("/t/lamps/settings/")
    tag = seen.headers["etag"]
    changed = await program.call("/t/lamps/settings/", "PATCH", {"summary": "Light"}, If_Match=tag)
    assert json.loads(changed.body)["settings"]["summary"] == "Light"
    wrong = await program.call(
        "/t/lamps/settings/", "PATCH", {"region": "Moon", "no": 1}, If_Match="*"
    )
    assert wrong.status == 422
    assert [one["name"] for one in json.loads(wrong.body)["errors"]] == ["body.region", "body.no"]
    same = await program.call("/t/lamps/settings/", "PATCH", {"tags": ["wick"]}, If_Match=tag)
    assert same.status == 200


async def test_a_stream_is_read_saved_and_hidden(program: Program) -> None:
    home = program.home
    await home.tell(PUSH)
    await home.add(mentions_feed(home.viewer.person_id), PUSH)
    stream = await program.read("/stream/")
    [entry] = stream["entries"]
    assert (stream["unread"], entry["unread"], entry["saved"]) == (1, True, False)
    assert [hub["name"] for hub in entry["hubs"]] == ["lamps"]
    assert (await program.read("/bookmarks/"))["bookmarks"][0]["news"] is True
    assert (await program.call("/stream/saved/push/", "PUT")).status == 204
    assert [one["id"] for one in (await program.read("/stream/saved/"))["entries"]] == ["push"]
    seen = {"time": "2026-11-24T13:00:00+01:00"}
    assert (await program.call("/stream/seen/", "PUT", seen)).status == 204
    assert (await program.read("/stream/"))["unread"] == 0
    hide = {"hub": home.hub.id, "kind": "code"}
    assert (await program.call("/stream/hides/", "POST", hide)).status == 204
    assert (await program.read("/stream/"))["entries"] == []
    assert (await program.read("/stream/hides/"))["hides"][0]["kind"] == "code"
    query = f"?hub={home.hub.id}&kind=code"
    assert (await program.call(f"/stream/hides/{query}", "DELETE")).status == 204
    assert len((await program.read("/stream/"))["entries"]) == 1


async def test_owners_decide_who_is_in_a_team(program: Program, town: Town, redis: Redis) -> None:
    bea = await town.known("bea")
    secret = await TokenStore(town.stores.hubs.pool).make(
        bea, "hers", may_write=True, now=NOON, ends=NOON + 3600
    )
    hers = attrs.evolve(program, secret=secret)
    assert (await hers.call("/t/lamps/request/", "PUT", {"words": "I  solder."})).status == 204
    [request] = (await program.read("/t/lamps/requests/"))["requests"]
    assert (request["username"], request["words"]) == ("bea", "I solder.")
    assert (await program.call("/t/lamps/requests/bea/approval/", "POST")).status == 204
    people = (await hers.read("/t/lamps/people/"))["people"]
    assert {one["username"]: one["is_owner"] for one in people} == {"abe": True, "bea": False}
    for path in ("people/%00", "requests/%00/approval"):
        method = "DELETE" if "people" in path else "POST"
        strange = await program.call(f"/t/lamps/{path}/", method)
        unknown = await program.call(f"/t/lamps/{path.replace('%00', 'nobody')}/", method)
        assert strange.status == unknown.status < 500
    last = await program.call("/t/lamps/membership/", "DELETE")
    assert (last.status, json.loads(last.body)["type"]) == (409, "/api/#last-owner")
    [line] = (await program.read("/t/lamps/history/?limit=1"))["lines"]
    assert (line["topic"], line["actor"], line["subject"]) == ("user.role.added", "abe", "bea")


async def test_bookmarks_are_put_in_order_unless_they_have_changed(
    program: Program, town: Town
) -> None:
    other = await town.team("wicks")
    await town.stores.hubs.set_role(other.id, "abe", "Abe", Role.STARGAZER)
    before = await program.call("/bookmarks/")
    order = [one["id"] for one in json.loads(before.body)["bookmarks"]][::-1]
    tag = before.headers["etag"]
    put = await program.call("/bookmarks/", "PUT", {"hubs": order}, If_Match=tag)
    assert [one["id"] for one in json.loads(put.body)["bookmarks"]] == order
    late = await program.call("/bookmarks/", "PUT", {"hubs": order[::-1]}, If_Match=tag)
    assert late.status == 412


#: A body, what it calls itself, the status of the answer, and a part of what is said.
BAD_BODIES = (
    (b"{", "application/json", 400, "The body is no JSON"),
    (b"[" * 100_000, "application/json", 400, "The body is no JSON"),
    (b'{"words": "\\ud800"}', "application/json", 400, "The body is no JSON"),
    (b"\xff", "application/json", 400, "The body is no JSON"),
    (b"words=1", "application/x-www-form-urlencoded", 415, "Expected Content-Type"),
    (b"x" * (LONGEST_BODY + 1), "application/json", 413, f"at most {LONGEST_BODY} bytes"),
    (b'{"words": 7}', "application/json", 422, "body.words"),
    (b'{"words": "a\\u0000b"}', "application/json", 422, "body.words"),
    (b'{"word": ""}', "application/json", 422, "body.word"),
    (b"[]", "application/json", 422, "body"),
)


async def test_bad_bodies_are_refused(program: Program) -> None:
    for body, kind, status, said in BAD_BODIES:
        answer = await program.visitor.get(
            *("/api/v1/t/lamps/request/", "PUT", body),
            Authorization=f"Bearer {program.secret}",
            Content_Type=kind,
        )
        assert (answer.status, answer.headers["content-type"]) == (status, PROBLEM), body[:50]
        problem = json.loads(answer.body)
        assert problem["status"] == status
        assert said in problem["detail"]


#: A path, a method, and the status of the answer to nobody in particular.
ERRORS = (
    ("/nothing/", "GET", 404),
    ("/t/lamps", "GET", 404),
    ("/t//", "GET", 404),
    ("/t/vault/", "GET", 404),
    ("/t/%FF/", "GET", 400),
    ("/teams/?q=%FF", "GET", 400),
    ("/t/lamps/", "POST", 405),
    ("/stream/", "GET", 401),
    ("/t/lamps/star/", "PUT", 401),
    ("/teams/?page=0", "GET", 422),
    ("/teams/?page=1&page=2", "GET", 422),
    ("/teams/?pages=2", "GET", 422),
)


async def test_every_error_is_problem_details(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    await town.team("vault", Visibility.PRIVATE)
    for path, method, status in ERRORS:
        answer = await visitor.get(f"/api/v1{path}", method)
        assert (answer.status, answer.headers["content-type"]) == (status, PROBLEM), path
        problem = json.loads(answer.body)
        assert problem["status"] == status
        assert problem["detail"]
        if status == 405:
            assert answer.headers["allow"] == "GET, HEAD"
        if status == 401:
            assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_what_is_wrong_is_named_with_its_value(visitor: Visitor) -> None:
    answer = await visitor.get("/api/v1/teams/?order=size&page=many")
    [error] = json.loads(answer.body)["errors"]
    assert (error["name"], error["value"]) == ("query.page", '"many"')
    assert "integer" in error["expected"]


async def test_a_database_that_is_away_is_a_problem(visitor: Visitor, town: Town) -> None:
    town.stores.hubs.pool.stopService()
    answer = await visitor.get("/api/v1/teams/")
    assert (answer.status, answer.headers["content-type"]) == (503, PROBLEM)
    assert answer.headers["retry-after"] == "10"


async def test_a_change_by_cookie_needs_the_token_of_the_page(program: Program) -> None:
    browser = program.home.browser
    assert (await browser.get("/api/v1/me/")).status == 200
    refused = await browser.send_json("PUT", "/api/v1/t/lamps/star/", {})
    assert (refused.status, refused.headers["content-type"]) == (403, PROBLEM)
    page = await program.home.look()
    token = page.html.partition('"X-CSRF-Token": "')[2].partition('"')[0]
    done = await browser.send_json("PUT", "/api/v1/t/lamps/star/", {}, X_CSRF_Token=token)
    assert done.status == 204
    forged = await browser.send_json(
        "PUT", "/api/v1/t/lamps/star/", {}, X_CSRF_Token=token, Sec_Fetch_Site="cross-site"
    )
    assert forged.status == 403
