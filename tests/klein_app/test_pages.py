from __future__ import annotations

import gzip
from typing import Any

import pytest
from twisted.logger import capturedLogs, formatEvent

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.klein_app.site import security_headers
from hubs.klein_app.templating import Templates
from hubs.model.entry import Entry
from hubs.model.person import Role
from hubs.widgets.base import cache_key
from tests.hygiene import LoggedErrors
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.visitor import Visitor

DAY = 86400.0


async def test_the_first_page_lists_the_busiest_team_first(visitor: Visitor, town: Town) -> None:
    await town.team("calm")
    busy = await town.team("busy")
    for time in (NOON, NOON - DAY):
        await town.stores.hubs.count_activity(busy.id, f"m{time}", time)
    await town.stores.hubs.set_role(busy.id, "abe", "", Role.MEMBER)
    page = await visitor.get("/")
    assert page.status == 200
    assert page.text.index("Team busy") < page.text.index("Team calm")
    assert "2 things happened this week" in page.text
    assert "1 member last active just now" in page.text
    assert 'href="/t/busy/"' in page.html


async def test_what_happened_more_than_a_week_ago_is_not_of_this_week(
    visitor: Visitor, town: Town
) -> None:
    team = await town.team("calm")
    await town.stores.hubs.count_activity(team.id, "m1", NOON - 7 * DAY)
    await town.stores.hubs.count_activity(team.id, "m2", NOON - 6 * DAY)
    assert "1 thing happened this week" in (await visitor.get("/")).text


async def test_the_first_page_without_teams_says_what_to_do(visitor: Visitor) -> None:
    page = await visitor.get("/")
    assert page.status == 200
    assert "fedora-hubs run demo" in page.text


async def test_a_hub_is_one_answer_with_all_its_widgets(
    visitor: Visitor, town: Town, cache: FileCache
) -> None:
    hub = await town.team("lamps")
    await town.widget(hub, "feed")
    await town.widget(hub, "about", text="We like **light**.")
    members = await town.widget(hub, "members")
    [function] = town.registry.widgets["members"].functions
    await town.stores.hubs.set_role(hub.id, "abe", "Abe Lamp", Role.OWNER)
    found = await function.execute(hub, members, town.stores)
    await cache.set(cache_key(members, function), Cached(found, time=NOON - 120))
    entry = Entry("1", NOON - 60, "git.receive", "abe pushed to wick", "https://src.example/x")
    await town.stores.feeds.add(hub.feed, entry)
    await town.stores.hubs.count_activity(hub.id, entry.id, entry.time)
    page = await visitor.get("/t/lamps/")
    assert page.status == 200
    for words in (
        "Team lamps",
        "All about lamps.",
        "Last active 1 minute ago",
        "abe pushed to wick",
        "src.example",
        "We like light.",
        "Abe Lamp",
        "Owner",
        "updated 2 minutes ago",
    ):
        assert words in page.text


async def test_an_entry_says_who_did_it_where_its_sentence_does_not(
    visitor: Visitor, town: Town
) -> None:
    hub = await town.team("lamps")
    await town.widget(hub, "feed")
    await town.person("abe")
    for number, agent in enumerate(("abe", "zoe")):
        entry = Entry(str(number), NOON, "koji.x", f"Build {number} failed", agent=agent)
        await town.stores.feeds.add(hub.feed, entry)
    page = await visitor.get("/t/lamps/")
    assert 'by <a href="/u/abe/">abe</a>' in page.html
    assert "by zoe" in page.text


async def test_a_person_has_a_hub_too(visitor: Visitor, town: Town) -> None:
    await town.person("abe")
    page = await visitor.get("/u/abe/")
    assert "Contributor · abe Full abe I am abe." in page.text
    assert (await visitor.get("/t/abe/")).status == 404


async def test_a_hub_names_its_event_stream_from_just_before_now(
    visitor: Visitor, town: Town
) -> None:
    hub = await town.team("lamps")
    page = await visitor.get("/t/lamps/")
    since = int((NOON - 2) * 1000)
    assert f'sse-connect="/sse/?hub={hub.id}&amp;since={since}-0"' in page.html


async def test_widgets_listen_for_their_events(visitor: Visitor, town: Town) -> None:
    hub = await town.team("lamps")
    feed = await town.widget(hub, "feed")
    about = await town.widget(hub, "about")
    page = await visitor.get("/t/lamps/")
    assert f'hx-trigger="sse:feed, sse:widget-{feed.id}, sse:reload-all"' in page.html
    assert f'hx-trigger="sse:widget-{about.id}, sse:reload-all"' in page.html
    assert f'hx-get="/t/lamps/widgets/{about.id}/"' in page.html


async def test_a_widget_is_a_fragment_for_htmx_and_a_page_for_people(
    visitor: Visitor, town: Town
) -> None:
    hub = await town.person("abe")
    widget = await town.widget(hub, "about", text="Hello.")
    path = f"/u/abe/widgets/{widget.id}/"
    page = await visitor.get(path)
    assert "<html" in page.html
    assert "Full abe About Hello." in page.text
    fragment = await visitor.get(path, HX_Request="true")
    assert "<html" not in fragment.html
    assert fragment.text == "About Hello."
    assert fragment.headers["cache-control"] == "no-store"
    assert "HX-Request" in page.headers["vary"]


@pytest.mark.parametrize("path", ["/t/lamps", "/u/a%20b", "/t/lamps/widgets/1"])
async def test_whoever_forgets_the_slash_is_sent_on(visitor: Visitor, path: str) -> None:
    answer = await visitor.get(path)
    assert answer.status == 308
    assert answer.headers["location"] == path + "/"


@pytest.mark.parametrize(
    ("path", "location"),
    [("/t/lamps?x=%C3%A9", "/t/lamps/?x=%C3%A9"), ("//evil.example//t//a", "/evil.example/t/a")],
)
async def test_who_is_sent_on_stays_here_and_keeps_the_question(
    visitor: Visitor, path: str, location: str
) -> None:
    answer = await visitor.get(path)
    assert answer.headers.get("location", location) == location
    assert answer.status in {308, 404}


@pytest.mark.parametrize(
    ("days", "notice"), [(30.9, None), (32, "nothing has happened for 32 days"), (None, None)]
)
async def test_a_hub_that_is_idle_for_more_than_a_month_says_so(
    visitor: Visitor, town: Town, days: float | None, notice: str | None
) -> None:
    hub = await town.team("lamps")
    if days is not None:
        await town.stores.hubs.count_activity(hub.id, "m1", NOON - days * DAY)
    page = await visitor.get("/t/lamps/")
    assert (notice or "It has been quiet") in page.text or notice is None
    assert ("It has been quiet" in page.text) is (notice is not None)


@pytest.mark.parametrize(
    "path",
    ["/t/nope/", "/x/", "/t/", "/t/nope/widgets/1/", "/t/%00/", "/t/a%0ab/"],
)
async def test_what_does_not_exist_is_a_friendly_404(visitor: Visitor, path: str) -> None:
    page = await visitor.get(path)
    assert page.status == 404
    assert "There is no such page" in page.text
    assert 'href="/"' in page.html


async def test_a_page_that_is_missing_lets_one_search(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    page = await visitor.get("/t/lamp/")
    assert 'method="get" action="/teams/"' in page.html
    assert 'type="search" name="q"' in page.html
    assert "Team lamps" in (await visitor.get("/teams/?q=lamps")).text


async def test_a_widget_number_that_is_none_is_a_404(visitor: Visitor, town: Town) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "about")
    for number in (f"0{widget.id}", f"{widget.id}x", "9" * 5000, "-1"):
        assert (await visitor.get(f"/t/lamps/widgets/{number}/")).status == 404


async def test_a_widget_of_another_hub_is_a_404(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    widget = await town.widget(await town.team("wicks"), "about")
    assert (await visitor.get(f"/t/lamps/widgets/{widget.id}/")).status == 404
    assert (await visitor.get(f"/t/wicks/widgets/{widget.id}/")).status == 200


async def test_an_address_that_is_no_text_is_refused(visitor: Visitor) -> None:
    assert (await visitor.get("/t/%ff%fe/")).status == 400


async def test_head_says_the_same_as_get_without_a_body(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    for path in ("/", "/t/lamps/", "/t/nope/"):
        get, head = await visitor.get(path), await visitor.get(path, "HEAD")
        assert head.status == get.status
        for name in ("content-type", "content-security-policy", "vary", "cache-control"):
            assert head.headers[name] == get.headers[name]


async def test_nothing_can_be_sent_to_a_page(visitor: Visitor) -> None:
    answer = await visitor.get("/", "POST")
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]
    assert "This page is for reading" in answer.text


async def test_pages_are_compressed_for_whoever_takes_it(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    plain = await visitor.get("/t/lamps/")
    packed = await visitor.get("/t/lamps/", Accept_Encoding="br, gzip, deflate")
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert "Accept-Encoding" in packed.headers["vary"]


@pytest.mark.parametrize("path", ["/", "/t/lamps/", "/t/nope/", "/t/lamps", "/static/nope", "/%ff"])
async def test_every_answer_has_the_security_headers(
    visitor: Visitor, town: Town, path: str
) -> None:
    await town.team("lamps")
    headers = (await visitor.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["strict-transport-security"] == "max-age=31536000"


async def test_what_breaks_is_logged_and_not_shown(
    visitor: Visitor, logged_errors: LoggedErrors, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No fault of a real server reaches so far.
    faults = [ZeroDivisionError("secret detail")]
    render = Templates.render

    def break_once(*args: Any) -> str:
        if faults:
            raise faults.pop()
        return render(*args)

    monkeypatch.setattr(Templates, "render", break_once)
    with capturedLogs() as events:
        page = await visitor.get("/teams/?q=a&order=size")
    assert page.status == 500
    assert "Something broke on our side" in page.text
    [event] = [event for event in events if "log_failure" in event]
    assert f"<code>{event['incident']}</code>" in page.html
    assert event["incident"] in formatEvent(event)
    assert 'href="/teams/?q=a&amp;order=size">Try again' in page.html
    assert "secret detail" not in page.html
    assert "Traceback" not in page.html
    assert len(logged_errors.flush(ZeroDivisionError)) == 1


async def test_without_its_database_the_portal_asks_for_patience(
    visitor: Visitor, town: Town
) -> None:
    await town.team("lamps")
    town.stores.hubs.pool.stopService()
    for path in ("/", "/t/lamps/", "/t/lamps/widgets/1/"):
        page = await visitor.get(path)
        assert page.status == 503
        assert page.headers["retry-after"] == "10"
        assert "Hubs cannot reach its database" in page.text


def test_streams_of_another_origin_are_allowed_to_be_connected_to() -> None:
    policy = security_headers("https://events.example/sse/?x=1", under_tls=True)
    assert "connect-src 'self' https://events.example;" in policy["Content-Security-Policy"]


def test_who_has_no_tls_is_not_told_to_come_by_it() -> None:
    assert "Strict-Transport-Security" not in security_headers("/sse/", under_tls=False)
