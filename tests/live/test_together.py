"""People who do something together, each in a real browser, and one who uses no mouse."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg2
import pytest
from playwright.sync_api import APIResponse, Browser, Locator, Page, Route, expect
from pytest_twisted import blockon
from twisted.internet.defer import Deferred

from hubs.klein_app.sessions import COOKIE
from hubs.model.settings import BANNERS
from tests.live.conftest import Site
from tests.live.test_every_page import Look, log_in
from tests.live.test_live_page import entry, pushed

TEAM = "/t/tin-robot/"
OWNER = "hullabaloo"
#: A team that one asks to join, and who decides.
OPEN_TEAM, DECIDER = "/t/paper-crane/", "woolly"
#: Somebody who is not in it, and somebody who follows another team.
ASKER, FOLLOWER = "gumboot", "snorkel"

#: Opens a page in a browser of somebody.
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def sessions(site: Site, redis_server: str) -> dict[str, str]:
    """Log them in, and give their cookies."""
    logging_in = log_in(site.database, redis_server, (OWNER, DECIDER, ASKER, FOLLOWER))
    return dict(blockon(Deferred.fromCoroutine(logging_in)))


@pytest.fixture
def enter(site: Site, browser: Browser, sessions: dict[str, str]) -> Iterator[Open]:
    """Give what opens a page; no script may fail on it."""
    contexts = []
    errors: list[str] = []

    def enter(path: str, who: str = "", **options: object) -> Page:
        context = browser.new_context(reduced_motion="reduce", **options)  # type: ignore[arg-type]
        contexts.append(context)
        if who:
            cookie = {"name": COOKIE.decode(), "value": sessions[who], "url": site.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(site.url + path)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert errors == []


def listening(page: Page) -> Page:
    """Wait until a page listens, and mark it: it is not loaded again."""
    address = page.url
    # The answer to what it asked for before may still come.
    page.goto("about:blank")
    with page.expect_response(lambda response: "/sse/" in response.url):
        page.goto(address)
    page.evaluate("window.stillThere = true")
    return page


def has_keyboard(element: Locator) -> bool:
    """Say whether keys go to an element once its window is in front: several are open."""
    return element.evaluate("one => one === document.activeElement") is True


def head(page: Page) -> Locator:
    return page.locator("#hub-head")


def test_one_asks_to_join_and_sees_at_once_that_the_owner_let_them_in(enter: Open) -> None:
    asker, owner, visitor = (
        *(enter(f"{OPEN_TEAM}join/", ASKER), enter(OPEN_TEAM, DECIDER)),
        enter(OPEN_TEAM),
    )
    listening(owner)
    listening(visitor)
    members = head(visitor).get_by_role("listitem").filter(has_text="members").locator("strong")
    before = int(members.inner_text())
    feed = head(visitor).get_by_role("link", name="Feed")
    feed.focus()
    asker.get_by_label("A sentence about you").fill("I have a pen.")
    asker.get_by_role("button", name="Ask to join").click()
    expect(head(asker).get_by_role("link", name="Pending")).to_be_visible()
    listening(asker)
    owner.get_by_role("link", name="ask to join").click()
    request = owner.get_by_role("listitem").filter(has_text="I have a pen.")
    request.get_by_role("button", name="Approve").click()
    expect(owner.get_by_text("I have a pen.")).to_have_count(0)
    # Nobody else loads a page again.
    expect(head(asker).get_by_role("link", name="Member", exact=True)).to_be_visible()
    expect(members).to_have_text(str(before + 1))
    assert has_keyboard(feed)
    for page in (asker, visitor):
        assert page.evaluate("window.stillThere") is True


def test_what_an_owner_sets_is_seen_at_once_and_two_owners_lose_nothing(enter: Open) -> None:
    visitor = listening(enter(TEAM))
    one, two = (enter(f"{TEAM}settings/general/", OWNER) for _ in range(2))
    two.get_by_label("Name", exact=True).fill("Tin Robots")
    one.get_by_label("Name", exact=True).fill("Copper Robots")
    one.get_by_label("In one sentence").fill("Tests what shines.")
    one.get_by_role("button", name="Save").click()
    expect(one.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    expect(head(visitor)).to_contain_text("Copper Robots")
    expect(head(visitor)).to_contain_text("Tests what shines.")
    two.get_by_role("button", name="Save").click()
    clash = two.get_by_role("alert")
    expect(clash).to_contain_text("hullabaloo made it")
    expect(clash).to_contain_text("Copper Robots")
    expect(two.get_by_label("Name", exact=True)).to_have_value("Tin Robots")
    expect(two.get_by_label("In one sentence")).to_have_value("Tests what shines.")
    two.get_by_role("button", name="Save").click()
    expect(head(visitor)).to_contain_text("Tin Robots")
    expect(head(visitor)).to_contain_text("Tests what shines.")
    one.goto(one.url.replace("/general/?saved=1", "/archive/"))
    one.get_by_role("button", name="Archive it").click()
    expect(visitor.get_by_text("This hub is archived")).to_be_visible()
    one.get_by_role("button", name="Bring it back").click()
    expect(visitor.get_by_text("This hub is archived")).to_have_count(0)
    assert visitor.evaluate("window.stillThere") is True


def test_changes_that_follow_each_other_are_seen_and_the_keyboard_stays(enter: Open) -> None:
    visitor, owner = listening(enter(TEAM)), enter(f"{TEAM}settings/general/", OWNER)
    body, feed = visitor.locator("body"), head(visitor).get_by_role("link", name="Feed")
    feed.focus()
    held: list[tuple[Route, APIResponse]] = []

    def hold(route: Route) -> None:
        answer = route.fetch()
        if held or "Iron Robots" not in answer.text():
            route.fulfill(response=answer)
            return
        held.append((route, answer))
        visitor.evaluate("document.body.className = 'held'")

    def call_it(name: str) -> None:
        owner.get_by_label("Name", exact=True).fill(name)
        owner.get_by_role("button", name="Save").click()

    visitor.route(f"**{TEAM}", hold)
    call_it("Iron Robots")
    expect(body).to_have_class("held")
    visitor.evaluate("addEventListener('sse:head', () => document.body.className = 'told')")
    call_it("Zinc Robots")
    expect(body).to_have_class("told")
    [(route, answer)] = held
    route.fulfill(response=answer)
    expect(head(visitor)).to_contain_text("Zinc Robots")
    assert has_keyboard(feed)


def test_a_wrong_setting_is_told_of_while_one_types(enter: Open) -> None:
    page = enter(f"{TEAM}settings/sources/", OWNER)
    packages = page.get_by_label("Packages")
    before = packages.input_value()
    packages.fill(f"{before}\nnot a package")
    error = page.get_by_text("“not a package” is no name of a package")
    expect(error).to_be_visible()
    expect(packages).to_be_focused()
    packages.fill(before)
    expect(error).to_be_hidden()


def test_who_becomes_a_stranger_to_a_team_sees_nothing_more_of_it(enter: Open) -> None:
    visitor = listening(enter("/t/tin-robot/"))
    owner = enter(f"{TEAM}settings/visibility/", OWNER)
    with visitor.expect_response(lambda answer: "/sse/" in answer.url) as stream:
        owner.get_by_label("Private", exact=False).check()
        owner.get_by_role("button", name="Save").click()
    assert stream.value.status == 404
    assert visitor.goto(visitor.url).status == 404  # type: ignore[union-attr]
    owner.get_by_label("Public", exact=False).check()
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_text("Saved.")).to_be_visible()


def test_one_keeps_an_entry_and_hides_others_without_a_mouse(site: Site, enter: Open) -> None:
    site.bus.publish(pushed(900))
    page = enter("/t/lantern-kernel/", FOLLOWER)
    expect(entry(page, "Change number 900")).to_have_count(1)
    page.goto(f"{site.url}/stream/")
    card = page.locator("[data-card]").first
    expect(card).to_contain_text("Change number 900")
    page.keyboard.press("j")
    expect(card).to_be_focused()
    page.keyboard.press("s")
    expect(card.get_by_role("button", name="Keep no longer")).to_be_visible()
    page.goto(f"{site.url}/stream/saved/")
    expect(page.locator("[data-card]")).to_have_count(1)
    expect(page.locator("[data-card]")).to_contain_text("Change number 900")
    page.goto(f"{site.url}/stream/")
    page.keyboard.press("j")
    page.keyboard.press("h")
    hide = page.get_by_role("button", name="Code from Lantern Kernel").first
    expect(hide).to_be_visible()
    hide.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("What you hide")).to_be_visible()
    # What is hidden does not come in any more; what comes once it is shown again does.
    site.bus.publish(pushed(901))
    reader = enter("/t/lantern-kernel/")
    expect(entry(reader, "Change number 901")).to_have_count(1)
    page.reload()
    expect(page.get_by_text("Change number 901")).to_have_count(0)
    page.get_by_role("button", name="Show again").press("Enter")
    expect(page.get_by_text("What you hide")).to_have_count(0)
    listening(page)
    site.bus.publish(pushed(902))
    expect(entry(page, "Change number 902")).to_have_count(1)
    expect(entry(page, "Change number 901")).to_have_count(0)


def test_a_stream_that_is_open_grows_by_itself(site: Site, enter: Open) -> None:
    page = listening(enter("/stream/", FOLLOWER))
    before = page.locator("[data-entry]").count()
    site.bus.publish(pushed(910))
    # It may stand with others like it, of which one says all.
    expect(page.locator("[data-card]").first).to_contain_text("Change number 910")
    expect(page.locator("[data-entry]")).to_have_count(before + 1)
    expect(page.get_by_role("status").first).to_contain_text("New entry")
    expect(page.get_by_role("navigation", name="Parts of your stream")).to_contain_text(
        f"Stream {before + 1}"
    )
    assert page.evaluate("window.stillThere") is True


def test_the_whole_way_to_a_setting_goes_by_keyboard_on_a_phone_in_the_dark(enter: Open) -> None:
    page = enter(TEAM, OWNER, viewport={"width": 390, "height": 844}, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(13, 20, 36)"
    page.get_by_role("link", name="Settings", exact=True).last.press("Enter")
    page.wait_for_url("**/settings/general/")
    page.get_by_role("link", name="Look").press("Enter")
    page.wait_for_url("**/settings/look/")
    page.get_by_role("radio", name="Fedora blue").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Magenta")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("link", name="Back to the hub").press("Enter")
    expect(head(page)).to_have_class("hub-head banner-friends")
    page.wait_for_load_state()
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(wide)


def test_the_head_can_be_read_in_every_colour(site: Site, browser: Browser) -> None:
    page = browser.new_page(reduced_motion="reduce")
    grounds = set()
    for banner in BANNERS:
        with psycopg2.connect(site.database) as connection, connection.cursor() as cursor:
            cursor.execute(
                "UPDATE hubs SET config = config || jsonb_build_object('banner', %s) "
                "WHERE name = 'sleepy-otter'",
                (banner,),
            )
        connection.close()
        look = Look.at(page, f"{site.url}/t/sleepy-otter/")
        assert look.findings() == [], banner
        grounds.add(
            page.evaluate("getComputedStyle(document.querySelector('.masthead')).background")
        )
    assert len(grounds) == len(BANNERS)
    page.close()
