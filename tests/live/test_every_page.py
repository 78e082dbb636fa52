"""What holds for every page; a picture of each is kept for a person to look at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import Any, Literal

import attrs
import psycopg2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_twisted import blockon
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from hubs.database.pool import Pool
from hubs.klein_app.sessions import COOKIE, RedisSessions
from hubs.model.viewer import Viewer
from hubs.redis import connect
from tests.axe import findings
from tests.live.conftest import Site
from tests.live.pages import PAGES, Place
from tests.live.test_demo import wait_until_shown
from tests.live.test_live_page import pushed
from tests.until import wait_until

#: What keeps all that the policy of the page forbids.
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", ({ violatedDirective, sourceFile, sample }) =>
  violations.push([violatedDirective, sourceFile, sample].join(" ")));
"""
#: What has the keyboard: what it is called, whether a ring is around it, whether it is in view.
STOP = """
() => {
  const element = document.activeElement;
  if (element === document.body) return null;
  const style = getComputedStyle(element);
  const { top, bottom } = element.getBoundingClientRect();
  return {
    name: [element.ariaLabel, element.title, element.labels?.[0]?.textContent, element.textContent]
      .join(" ").trim(),
    marked: style.outlineStyle !== "none" || style.boxShadow !== "none",
    seen: bottom > 0 && top < innerHeight,
  };
}
"""
#: How many stops of the keyboard are looked at.
STOPS = 30


#: Words within which nothing may be broken: no hyphen or slash, and not of those that are too long.
BROKEN_WORDS = r"""
() => {
  const broken = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const text = texts.currentNode;
    if (!text.parentElement.checkVisibility()) continue;
    for (const { 0: word, index } of text.data.matchAll(/(?<!\S)[\p{L}\p{N}]{2,20}(?!\S)/gu)) {
      range.setStart(text, index);
      range.setEnd(text, index + word.length);
      if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) broken.push(word);
    }
  }
  return broken;
}
"""
#: What opens on pages: the page, what is pressed, and what is there then.
OPENED = [
    ("arranging", "[data-dialogue]", "#dialogue form"),
    ("stream", ".entry-menu summary", ".entry-menu-list"),
    ("own team", ".menu-button", ".menu [href='/settings/']"),
]
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 390, 320)


@attrs.frozen
class Doors:
    """The ways into a site where a lot goes on.

    Attributes:
        url: Where it is.
        sessions: The cookies of those who are logged in, by account name.
        widget: The number of a widget on the hub of the team paper-crane.
    """

    url: str
    sessions: Mapping[str, str]
    widget: int

    def address(self, place: Place) -> str:
        """Give the address of a page."""
        return self.url + place.path.format(widget=self.widget)

    def open(self, browser: Browser, place: Place, **options: Any) -> BrowserContext:
        """Give a browser in which somebody is logged in, if the place says so."""
        context = browser.new_context(**options)
        if place.who:
            value = self.sessions[place.who]
            context.add_cookies([{"name": COOKIE.decode(), "value": value, "url": self.url}])
        return context


@pytest.fixture(scope="module")
def doors(site: Site, redis_server: str) -> Doors:
    numbers = range(200, 212)
    for number in numbers:
        site.bus.publish(pushed(number))
    # No page may change while it is looked at.
    for number in numbers:
        wait_until_shown(f"{site.url}/t/lantern-kernel/", f"Change number {number}")
        wait_until_shown(f"{site.url}/u/teacup/", f"Change number {number}")
    names = {place.who for place in PAGES.values() if place.who}
    sessions = blockon(Deferred.fromCoroutine(log_in(site.database, redis_server, names)))
    with psycopg2.connect(site.database) as connection, connection.cursor() as cursor:

        def stream_has_them() -> bool:
            cursor.execute(
                "SELECT count(*) FROM feed_entries JOIN people ON feed = 'stream:' || people.id "
                "WHERE username = 'teacup' AND feed_entries.id = ANY(%s)",
                ([pushed(number)["msg_id"] for number in numbers],),
            )
            return cursor.fetchall() == [(len(numbers),)]

        wait_until(stream_has_them)
        cursor.execute(
            "SELECT min(widgets.id) FROM widgets JOIN hubs ON hubs.id = hub_id "
            "WHERE hubs.name = 'paper-crane' AND plugin = 'about'"
        )
        [(widget,)] = cursor.fetchall()
    connection.close()
    return Doors(site.url, sessions, widget)


async def log_in(database: str, redis: str, names: Iterable[str]) -> dict[str, str]:
    """Begin a session for each of some people, and give its identifier."""
    pool = Pool(database, 1, reactor)
    pool.startService()
    connections = connect(redis, reactor)
    sessions = RedisSessions(connections, idle_seconds=3600)
    identifiers = {}
    for name in names:
        [(number,)] = await pool.query("SELECT id FROM people WHERE username = %s", (name,))
        session = await sessions.begin(Viewer(number, name, ""), confidential=False)
        identifiers[name] = session.identifier
    pool.stopService()
    await connections.disconnect()
    return identifiers


@attrs.frozen
class Look:
    """A page that is being looked at.

    Attributes:
        page: It.
        problems: What went wrong with scripts and files.
    """

    page: Page
    problems: list[str]

    @classmethod
    def at(cls, page: Page, url: str, status: int = 200) -> Look:
        """Open a page."""
        look = cls(page, [])
        page.on("pageerror", lambda error: look.problems.append(str(error)))
        page.on("requestfailed", lambda request: look.problems.append(request.url))
        page.add_init_script(WATCH)
        answer = page.goto(url)
        assert answer is not None
        assert answer.status == status
        whole(page)
        page.evaluate("document.fonts.ready.then(() => true)")
        return look

    def violations(self) -> list[str]:
        """Give what the page's policy forbade."""
        # The browser tells of them after what it is at.
        self.page.evaluate("new Promise((done) => setTimeout(done))")
        return list(self.page.evaluate("violations"))

    def broken_words(self) -> list[str]:
        """Give the words that begin on one line and end on another, and would fit on one."""
        return list(self.page.evaluate(BROKEN_WORDS))

    def findings(self) -> list[str]:
        """Give what axe finds that keeps people out."""
        return findings(self.page)


def whole(page: Page) -> None:
    """Wait until all of a page is there: some of it, as the bookmarks, comes after it."""
    page.wait_for_load_state()
    expect(page.locator(".htmx-request")).to_have_count(0)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_fits_every_width_and_keeps_nobody_out(
    doors: Doors, browser: Browser, artefacts: Path, name: str
) -> None:
    context = doors.open(browser, PAGES[name])
    look = Look.at(context.new_page(), doors.address(PAGES[name]), PAGES[name].status)
    for scheme, width in product(SCHEMES, WIDTHS):
        look.page.emulate_media(color_scheme=scheme)
        look.page.set_viewport_size({"width": width, "height": 900})
        picture = f"{name.replace(' ', '-')}-{width}-{scheme}.png"
        look.page.screenshot(path=artefacts / picture, full_page=True)
        assert look.page.evaluate("document.documentElement.scrollWidth") <= width
        assert look.broken_words() == [], picture
        assert look.findings() == [], picture
    assert look.violations() == []
    # What is still on its way when the browser is closed fails, and that is no problem.
    problems = [problem for problem in look.problems if "/sse/" not in problem]
    context.close()
    assert problems == []


@pytest.mark.parametrize(("name", "opener", "opened"), OPENED)
def test_what_opens_on_a_page_fits_every_width_and_keeps_nobody_out(
    doors: Doors, browser: Browser, artefacts: Path, name: str, opener: str, opened: str
) -> None:
    context = doors.open(browser, PAGES[name], reduced_motion="reduce")
    look = Look.at(context.new_page(), doors.address(PAGES[name]))
    look.page.locator(opener).first.click()
    expect(look.page.locator(opened).first).to_be_visible()
    for scheme, width in product(SCHEMES, (1280, 320)):
        look.page.emulate_media(color_scheme=scheme)
        look.page.set_viewport_size({"width": width, "height": 900})
        picture = f"{name.replace(' ', '-')}-open-{width}-{scheme}.png"
        look.page.screenshot(path=artefacts / picture)
        assert look.page.evaluate("document.documentElement.scrollWidth") <= width
        assert look.findings() == [], picture
    context.close()


def test_what_is_wrong_with_a_page_is_found(doors: Doors, browser: Browser) -> None:
    look = Look.at(browser.new_page(), doors.url)
    look.page.evaluate("document.querySelector('h1').innerHTML = '<b style=\"color: red\">x</b>'")
    look.page.evaluate("document.querySelector('h1').innerHTML = '<img src=/static/nope.png>'")
    [violation] = look.violations()
    assert violation.startswith("style-src-attr")
    assert [finding for finding in look.findings() if finding.startswith("image-alt")]
    look.page.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_without_javascript(doors: Doors, browser: Browser, name: str) -> None:
    no_scripts = {"java_script_enabled": False, "timezone_id": "Asia/Kolkata"}
    context = doors.open(browser, PAGES[name], **no_scripts)
    page = context.new_page()
    page.goto(doors.address(PAGES[name]))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("[data-zone]")).to_have_text("UTC")
    for time in page.locator("time").all()[:3]:
        assert "UTC" in (time.get_attribute("title") or "")
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(
    doors: Doors, browser: Browser, name: str
) -> None:
    context = doors.open(browser, PAGES[name])
    page = context.new_page()
    page.goto(doors.address(PAGES[name]))
    whole(page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()
    # Without the place within it to which the link led.
    page.goto(doors.address(PAGES[name]))
    whole(page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:  # After the last one comes the browser itself.
            break
        assert stop["name"], "a stop without a name"
        assert stop["marked"], f"nobody sees that {stop['name']} has the keyboard"
        assert stop["seen"], f"{stop['name']} is out of sight"
    context.close()
