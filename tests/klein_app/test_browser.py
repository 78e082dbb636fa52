"""What the scripts and styles do, in a real browser; Chromium runs in a thread of its own."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import partial
from typing import Any, cast

import attrs
import pytest
import pytest_twisted
from playwright.sync_api import Locator, Page, expect
from twisted.internet import reactor
from twisted.internet.address import IPv4Address
from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IReactorFromThreads
from twisted.internet.threads import blockingCallFromThread, deferToThread
from twisted.web.server import Site

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.klein_app.sessions import Sessions
from hubs.model.entry import Entry
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.reload import Reload
from hubs.sse.broker import Broker
from hubs.sse.event import EventId
from hubs.sse.resource import EventStreamResource
from hubs.widgets.base import Stores, cache_key
from tests.chromium import chromium
from tests.klein_app.conftest import NOON, MakeApp, Town
from tests.klein_app.serving import Root

ENTRIES = 30
DAY = 86400


@attrs.define
class Served:
    """A portal with event streams on one port, where things can happen.

    Attributes:
        stores: What is behind it.
        sessions: Who requests are from.
        hub: A team with a feed and a text.
        root: The portal.
        broker: Tells the browsers.
        url: Where the team's page is.
        began: When all happened, seconds since the epoch: on one day, whenever the test runs.
    """

    stores: Stores
    sessions: Sessions
    hub: Hub
    root: Root
    broker: Broker
    url: str = ""
    began: float = attrs.field(factory=reactor.seconds)
    _numbers: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))

    async def start_streams(self) -> None:
        """Let browsers listen."""
        self.broker = Broker(reactor)
        self.broker.startService()
        streams = EventStreamResource(
            self.broker, self.stores.hubs.view, self.sessions.viewer, reactor
        )
        self.root.putChild(b"sse", streams)

    async def stop_streams(self) -> None:
        """Cut all streams, and refuse new ones."""
        await succeed(None).addCallback(lambda _: self.broker.stopService())

    async def happen(self, sentence: str, *, tell: bool = True, several: str = "") -> None:
        """Let something happen, and tell the browsers of it."""
        number = next(self._numbers)
        entry = Entry(
            str(number),
            self.began + number / 1000,
            "git.receive",
            sentence,
            "https://src.example/x",
            "abe",
            ["abe"],
            several=several,
        )
        await self.stores.feeds.add(self.hub.feed, entry)
        if tell:
            await self.tell()

    async def tell(self) -> None:
        """Tell the browsers of what has happened."""
        now = EventId(int(reactor.seconds() * 1000), next(self._numbers))
        self.broker.publish(now, Reload.feed(self.hub.id))


@pytest_twisted.async_yield_fixture
async def served(
    stores: Stores, town: Town, sessions: Sessions, make_app: MakeApp
) -> AsyncIterator[Served]:
    """Give a served portal with a team that has a past."""

    async def ask(widget: WidgetInstance, function: str, *, if_due: bool = False) -> None:
        raise AssertionError

    app = make_app(ask_refresh=ask, clock=reactor)
    hub = await town.team("lamps")
    await town.person("abe")
    await town.widget(hub, "feed")
    await town.widget(hub, "about", text="We like light. " + "x" * 300)
    served = Served(stores, sessions, hub, Root(app.resource()), Broker(reactor))
    await served.start_streams()
    site = Site(served.root, reactor=reactor, timeout=None)
    port = await serverFromString(reactor, "tcp:0:interface=127.0.0.1").listen(site)
    served.url = f"http://127.0.0.1:{cast('IPv4Address', port.getHost()).port}{hub.path}"
    for number in range(ENTRIES):
        await served.happen(f"abe lit lamp {number}", tell=False)
    yield served
    await port.stopListening()
    await served.stop_streams()


def wait(doing: Callable[[], Coroutine[Deferred[Any], Any, None]]) -> None:
    """Do something in the reactor's thread, and wait for it in the browser's."""

    def start() -> Any:
        return Deferred.fromCoroutine(doing())

    blockingCallFromThread(cast("IReactorFromThreads", reactor), start)


async def browse(look: Callable[[Page], None], **context: Any) -> None:
    """Let somebody look at pages."""

    def run() -> None:
        with chromium() as browser:
            look(browser.new_page(**context))

    await deferToThread(run)


def open_live(page: Page, served: Served) -> None:
    """Open the team's page and wait for its event stream."""
    with page.expect_response(lambda response: "/sse/" in response.url):
        page.goto(served.url)


def entries(page: Page, words: str) -> Locator:
    """Give the entries that say something; what announces them says it, too, a moment later."""
    return page.locator("[data-entry]", has_text=words)


async def test_a_new_entry_leaves_focus_and_scrolling_alone(served: Served) -> None:
    def look(page: Page) -> None:
        open_live(page, served)
        link = page.locator("[data-entry]", has_text="lit lamp 9").locator(".entry-sentence a")
        link.focus()
        before = link.bounding_box()
        assert before is not None
        assert page.evaluate("scrollY") > 0
        wait(lambda: served.happen("abe lit the last lamp"))
        expect(page.locator("[data-entry]")).to_have_count(ENTRIES + 1)
        expect(page.locator("[data-entry]").first).to_contain_text("the last lamp")
        expect(page.locator("#announcements")).to_have_text("New entry: abe lit the last lamp")
        expect(link).to_be_focused()
        after = link.bounding_box()
        assert after is not None
        assert abs(after["y"] - before["y"]) < 3

    await browse(look)


async def test_a_flood_is_fetched_a_few_times_and_told_in_one_sentence(served: Served) -> None:
    asked: list[str] = []

    async def flood() -> None:
        for number in range(40):
            await served.happen(f"abe wrote line {number}", tell=False)
        for _ in range(40):
            await served.tell()

    def look(page: Page) -> None:
        open_live(page, served)
        page.on("request", lambda request: asked.append(request.url))
        wait(flood)
        expect(page.locator("[data-entry]")).to_have_count(ENTRIES + 40)
        expect(page.locator("#announcements")).to_contain_text("The latest: abe wrote")

    await browse(look)
    assert 1 <= len([url for url in asked if "/widgets/" in url]) <= 5


async def test_what_is_unfolded_stays_so_when_news_joins_it(served: Served) -> None:
    lit = partial(served.happen, several="abe lit {count} lamps")
    await lit("abe lit a red lamp", tell=False)
    await lit("abe lit a blue lamp", tell=False)

    def look(page: Page) -> None:
        open_live(page, served)
        fold = page.locator(".entry", has_text="abe lit 2 lamps").get_by_text("Show all 2")
        expect(page.get_by_text("abe lit a red lamp")).to_be_hidden()
        fold.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("abe lit a red lamp")).to_be_visible()
        wait(lambda: lit("abe lit a green lamp"))
        expect(page.get_by_text("abe lit 3 lamps")).to_be_visible()
        expect(page.locator(".entry-parts").get_by_text("abe lit a green lamp")).to_be_visible()
        expect(page.get_by_text("abe lit a red lamp")).to_be_visible()
        expect(page.get_by_text("Show all 3")).to_be_focused()
        expect(page.locator("#announcements")).to_have_text("New entry: abe lit a green lamp")
        page.keyboard.press("Enter")
        expect(page.get_by_text("abe lit a red lamp")).to_be_hidden()
        wait(lambda: lit("abe lit a white lamp"))
        expect(page.get_by_text("abe lit 4 lamps")).to_be_visible()
        expect(page.get_by_text("abe lit a red lamp")).to_be_hidden()

    await browse(look)


async def test_what_is_folded_can_be_unfolded_without_javascript(served: Served) -> None:
    for lamp in ("red", "blue"):
        await served.happen(f"abe lit a {lamp} lamp", tell=False, several="abe lit {count} lamps")

    def look(page: Page) -> None:
        page.goto(served.url)
        expect(page.get_by_text("abe lit a red lamp")).to_be_hidden()
        page.get_by_text("Show all 2").click()
        expect(page.get_by_text("abe lit a red lamp")).to_be_visible()

    await browse(look, java_script_enabled=False)


async def test_a_lost_stream_is_marked_and_what_was_missed_comes_with_it(served: Served) -> None:
    def look(page: Page) -> None:
        open_live(page, served)
        mark = page.locator("#connection")
        wait(lambda: served.happen("abe said hello"))
        expect(page.locator("[data-entry]")).to_have_count(ENTRIES + 1)
        expect(mark).to_be_hidden()
        wait(served.stop_streams)
        expect(mark).to_be_visible()
        wait(lambda: served.happen("abe said what nobody heard", tell=False))
        wait(served.start_streams)
        expect(mark).to_be_hidden()
        expect(entries(page, "what nobody heard")).to_have_count(1)

    await browse(look)


async def test_a_page_breaks_no_rule_of_its_own_and_fetches_nothing_from_elsewhere(
    served: Served,
) -> None:
    said: list[str] = []
    asked: list[str] = []

    def look(page: Page) -> None:
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        open_live(page, served)
        wait(lambda: served.happen("abe said hello"))
        expect(entries(page, "abe said hello")).to_have_count(1)
        page.goto(served.url.replace(served.hub.path, "/"))

    await browse(look)
    assert said == []
    origin = served.url.removesuffix(served.hub.path)
    assert {url for url in asked if not url.startswith(origin)} == set()


async def test_without_javascript_a_page_can_be_read(served: Served) -> None:
    def look(page: Page) -> None:
        page.goto(served.url)
        expect(page.locator("[data-entry]")).to_have_count(ENTRIES)
        age = re.compile(r"^(just now|\d+ minutes? ago)$")
        expect(page.locator("[data-entry] time").first).to_have_text(age)
        expect(page.get_by_text("We like light.")).to_be_visible()
        expect(page.locator("#connection")).to_be_hidden()
        expect(page.get_by_text("Times are in UTC.")).to_be_visible()

    await browse(look, java_script_enabled=False)


async def test_times_are_in_the_zone_of_the_reader(served: Served) -> None:
    def look(page: Page) -> None:
        page.clock.install(time=served.began)
        # However long the page takes.
        page.clock.pause_at(served.began + 10)
        page.goto(served.url)
        expect(page.get_by_text("Times are in Asia/Tokyo.")).to_be_visible()
        time = page.locator("[data-entry] time").first
        shown = page.evaluate(
            "time => new Date(time).toLocaleTimeString('en-GB', {timeStyle: 'short'})",
            time.get_attribute("datetime"),
        )
        assert (time.get_attribute("title") or "").endswith(shown)
        page.clock.fast_forward("05:10")
        expect(time).to_have_text("5 minutes ago")

    await browse(look, timezone_id="Asia/Tokyo")


async def test_when_a_source_is_asked_again_is_in_the_zone_of_the_reader(
    served: Served, cache: FileCache, town: Town
) -> None:
    widget = await town.widget(served.hub, "members")
    [function] = town.registry.widgets["members"].functions
    reason = "api.github.com wants no more requests for now"
    away = Cached([], time=NOON, error="x", failed_at=NOON, reason=reason, retry_at=NOON + 600)
    await cache.set(cache_key(widget, function), away)

    def look(page: Page) -> None:
        page.goto(served.url)
        said = page.locator(".widget-reason")
        expect(said).to_have_text(f"{reason}. The next try is after 21:10.")

    await browse(look, timezone_id="Asia/Tokyo")


@pytest.mark.parametrize(("zone", "apart"), [("Asia/Tokyo", False), ("UTC", True)])
async def test_days_are_those_of_the_reader(served: Served, zone: str, *, apart: bool) -> None:
    midnight = served.began // DAY * DAY - DAY
    for sentence, time in (("before midnight", -1800), ("after midnight", 1800)):
        entry = Entry(sentence, midnight + time, "lamp.lit", sentence)
        await served.stores.feeds.add(served.hub.feed, entry)

    def look(page: Page) -> None:
        page.clock.set_fixed_time(served.began)
        open_live(page, served)
        for count in (ENTRIES + 2, ENTRIES + 3):
            expect(page.locator("[data-entry]")).to_have_count(count)
            day = page.locator("ol", has_text="before midnight")
            expect(day.get_by_text("after midnight")).to_have_count(0 if apart else 1)
            expect(page.locator(".feed-day").first).to_have_text("Heute")
            wait(lambda: served.happen("abe lit another lamp"))

    await browse(look, timezone_id=zone, locale="de")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_longest_words_fit_the_smallest_screen(served: Served, scheme: str) -> None:
    await served.happen("abe wrote " + "W" * 400)

    def look(page: Page) -> None:
        page.goto(served.url)
        assert page.evaluate("document.documentElement.scrollWidth") == 320

    await browse(look, viewport={"width": 320, "height": 600}, color_scheme=scheme)
