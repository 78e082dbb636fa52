"""Owners arrange widgets in real browsers: with the mouse, with the keyboard, and two at once.

And everybody their bookmarks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg2
import pytest
from playwright.sync_api import Browser, Locator, Page, Position, Route, expect
from pytest_twisted import blockon
from twisted.internet.defer import Deferred

from hubs.klein_app.sessions import COOKIE
from tests.live.conftest import Site
from tests.live.test_every_page import log_in

HUB = "/t/paper-crane/"
BOARD = f"{HUB}arrange/"
#: Two owners of the team.
OWNERS = ("woolly", "fudge")

#: Marks the page when it would ask for the news of what somebody did on it.
TELL = """
let changed = false;
addEventListener("htmx:beforeRequest", ({ detail: { elt, target } }) => {
  changed ||= target.id === "board";
  if (changed && elt.matches("[data-layout]")) document.body.classList.add("told");
});
"""

#: Marks the page when an answer with news was there.
TOLD = """
addEventListener("htmx:afterRequest", ({ detail: { elt } }) => {
  if (elt.matches("[data-layout]")) document.body.classList.add("told");
});
"""

#: Opens a browser in which one of them is logged in; nobody without a name.
Open = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def sessions(site: Site, redis_server: str) -> dict[str, str]:
    """Log both in, and give their cookies."""
    logging_in = log_in(site.database, redis_server, OWNERS)
    return dict(blockon(Deferred.fromCoroutine(logging_in)))


@pytest.fixture
def enter(site: Site, browser: Browser, sessions: dict[str, str]) -> Iterator[Open]:
    """Give what opens a page and waits until it listens; what the team had is put back after."""
    contexts = []
    errors: list[str] = []

    def enter(path: str, who: str) -> Page:
        context = browser.new_context(
            reduced_motion="reduce", viewport={"width": 1280, "height": 1200}
        )
        contexts.append(context)
        if who:
            context.add_cookies(
                [{"name": COOKIE.decode(), "value": sessions[who], "url": site.url}]
            )
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        with page.expect_response(lambda response: "/sse/" in response.url):
            page.goto(site.url + path)
        page.evaluate("window.stillThere = true")
        return page

    with psycopg2.connect(site.database) as connection, connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE kept AS SELECT widgets.* FROM widgets "
            "JOIN hubs ON hubs.id = hub_id WHERE hubs.name = 'paper-crane'"
        )
        # The same three for each test, whatever the invented team has.
        cursor.execute(
            "DELETE FROM widgets WHERE id IN (SELECT id FROM kept) "
            "AND plugin NOT IN ('feed', 'about', 'members')"
        )
        connection.commit()
        yield enter
        for context in contexts:
            context.close()
        cursor.execute("DELETE FROM removed_widgets")
        cursor.execute("DELETE FROM widgets WHERE hub_id IN (SELECT hub_id FROM kept)")
        cursor.execute("INSERT INTO widgets OVERRIDING SYSTEM VALUE SELECT * FROM kept")
        cursor.execute("DROP TABLE kept")
    connection.close()
    assert errors == []


def card(page: Page, title: str) -> Locator:
    """Give the card of a widget on the board."""
    return page.locator("[data-card]").filter(has=page.get_by_role("heading", name=title))


def take(page: Page, title: str) -> None:
    """Take a widget by its handle with the mouse, and hold it."""
    # Scripts come last.
    page.wait_for_load_state()
    start = card(page, title).locator("[data-handle]").bounding_box()
    assert start is not None
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, start["y"] + 20, steps=3)
    # It looks a few times a second where it is held.
    expect(page.locator(".card-dragged")).to_be_visible()


def drag(page: Page, title: str, to: Locator) -> None:
    """Drag a widget by its handle with the mouse, and wait until the server has it so."""
    end = to.bounding_box()
    assert end is not None
    take(page, title)
    page.mouse.move(end["x"] + 60, end["y"] + 40, steps=8)
    page.mouse.move(end["x"] + 60, end["y"] + 8, steps=8)
    expect(to).to_contain_class("card-ghost")
    with page.expect_response(lambda response: "/move/" in response.url) as moved:
        page.mouse.up()
    assert moved.value.status == 200


def unchanged(page: Page) -> bool:
    """Say whether a page is the one that was opened, without having been loaded again."""
    return page.evaluate("window.stillThere") is True


def test_a_widget_is_added_dragged_configured_removed_and_put_back(enter: Open) -> None:
    page = enter(HUB, "woolly")
    page.get_by_role("link", name="Arrange widgets").click()
    page.get_by_role("link", name="Add a widget").click()
    page.get_by_role("link", name="About").click()
    # Scripts come last.
    page.wait_for_url("**/add/about/")
    page.get_by_label("Text").fill("We *fold* paper.")
    expect(page.locator("#widget-look em")).to_have_text("fold")
    page.get_by_label("Text").fill("x" * 20_001)
    error = page.get_by_role("alert").filter(has_text="at most 20000 characters")
    expect(error).to_be_visible()
    expect(page.get_by_label("Text")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Text").fill("We fold paper.")
    expect(error).to_have_count(0)
    page.get_by_label("Main column").check()
    page.get_by_role("button", name="Add to the hub").click()
    expect(page.get_by_role("status").filter(has_text="“About” is on the page")).to_be_visible()
    main = page.locator("#column-main h3")
    expect(main).to_have_text(["Activity", "About"])

    drag(page, "Members", page.locator("#column-main [data-card]").first)
    page.reload()
    expect(main).to_have_text(["Members", "Activity", "About"])

    new = page.locator("#column-main [data-card]").last
    new.get_by_role("link", name="Configure About").click()
    dialogue = page.get_by_role("dialog", name="Configure About")
    dialogue.get_by_label("Text").fill("We fold **a thousand** cranes.")
    expect(dialogue.locator("#widget-look strong")).to_have_text("a thousand")
    dialogue.get_by_role("button", name="Save").click()
    expect(dialogue).to_have_count(0)

    new.get_by_role("button", name="Remove About").click()
    expect(page.get_by_role("status").filter(has_text="“About” was removed")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    expect(page.locator("#column-main h3")).to_have_text(["Members", "Activity"])
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#column-main h3")).to_have_text(["Members", "Activity", "About"])
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("We fold a thousand cranes.")).to_be_visible()


def test_a_widget_is_moved_and_hidden_with_the_keyboard_alone(enter: Open) -> None:
    page = enter(BOARD, "woolly")
    handle = page.get_by_role("button", name="Move Members", exact=True)
    for _ in range(60):
        page.keyboard.press("Tab")
        if handle.evaluate("one => one === document.activeElement"):
            break
    expect(handle).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#column-side h3")).to_have_text(["Members", "About"])
    expect(handle).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="number 1 of 2")).to_be_attached()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#column-main h3")).to_have_text(["Members", "Activity"])
    expect(handle).to_be_focused()
    configure = card(page, "Members").get_by_role("link", name="Configure Members")
    while not configure.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    dialogue = page.get_by_role("dialog", name="Configure Members")
    expect(dialogue).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialogue).to_have_count(0)
    expect(configure).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page, "Members").get_by_text("Hidden")).to_be_visible()
    assert unchanged(page)


def test_what_is_removed_can_be_undone_even_if_the_news_of_it_came_first(enter: Open) -> None:
    page = enter(BOARD, "woolly")

    def answer_late(route: Route) -> None:
        answer = route.fetch()
        expect(page.locator("body")).to_have_class("told")
        # As long as it takes to ask for the news.
        page.request.get(page.url)
        route.fulfill(response=answer)

    page.evaluate(TELL)
    page.route("**/remove/", answer_late)
    card(page, "Members").get_by_role("button", name="Remove Members").press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    assert unchanged(page)


def test_nothing_changes_under_the_hand_and_who_lets_go_gets_the_news(enter: Open) -> None:
    holder, other = enter(BOARD, "woolly"), enter(BOARD, "fudge")
    holder.evaluate(TOLD)
    take(holder, "Members")
    card(other, "About").get_by_role("button", name="Hide About").click()
    expect(holder.locator("body")).to_have_class("told")
    hidden = card(holder, "About").get_by_text("Hidden")
    assert hidden.count() == 0
    holder.mouse.up()
    expect(hidden).to_be_visible()
    other.get_by_role("button", name="Undo").click()
    expect(hidden).to_have_count(0)
    assert unchanged(holder)


def test_what_one_changes_others_see_at_once(enter: Open) -> None:
    owner, other, visitor = enter(BOARD, "woolly"), enter(BOARD, "fudge"), enter(HUB, "")
    about = visitor.get_by_role("region", name="About")
    expect(about).to_be_visible()
    card(owner, "About").get_by_role("button", name="Hide About").click()
    expect(about).to_have_count(0)
    expect(card(other, "About").get_by_text("Hidden")).to_be_visible()
    owner.get_by_role("button", name="Undo").click()
    expect(about).to_be_visible()
    card(other, "Members").get_by_role("button", name="Move Members to the other column").click()
    expect(owner.locator("#column-main h3")).to_have_text(["Activity", "Members"])
    main = visitor.locator("#hub-columns > :first-child section")
    expect(main.last).to_have_attribute("aria-label", "Members")
    card(owner, "About").get_by_role("link", name="Configure About").click()
    owner.get_by_label("Text").fill("New words for all to see.")
    owner.get_by_role("button", name="Save").click()
    expect(visitor.get_by_text("New words for all to see.")).to_be_visible()
    assert unchanged(owner)
    assert unchanged(other)
    assert unchanged(visitor)


def test_two_owners_who_configure_at_once_lose_nothing(enter: Open) -> None:
    first, second = enter(BOARD, "woolly"), enter(BOARD, "fudge")
    for page, words in ((first, "By woolly."), (second, "By fudge.")):
        card(page, "About").get_by_role("link", name="Configure About").click()
        page.get_by_label("Text").fill(words)
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("dialog")).to_have_count(0)
    second.get_by_role("button", name="Save").click()
    dialogue = second.get_by_role("dialog")
    expect(dialogue.get_by_role("alert").filter(has_text="woolly changed this")).to_be_visible()
    expect(dialogue.get_by_text("By woolly.")).to_be_visible()
    expect(dialogue.get_by_label("Text")).to_have_value("By fudge.")
    dialogue.get_by_role("button", name="Save mine").click()
    expect(second.get_by_role("dialog")).to_have_count(0)
    second.get_by_role("link", name="Done").click()
    expect(second.get_by_text("By fudge.")).to_be_visible()


def test_bookmarks_are_dragged_into_another_order(enter: Open) -> None:
    page = enter(HUB, "woolly")
    edit = page.locator(".bookmarks-edit")

    def answer_late(route: Route) -> None:
        edit.focus()
        route.continue_()

    # Who is already there by keyboard when the bar comes stays there.
    page.route("**/bookmarks/", answer_late, times=1)
    page.reload()
    expect(page.locator(".bookmarks-list")).to_be_visible()
    expect(edit).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/bookmarks/")
    expect(page.locator(".bookmarks-list")).to_be_visible()
    names = page.locator(".ordered-hub-name")
    expect(names.nth(2)).to_be_visible()
    before = names.all_inner_texts()
    hubs = page.locator(".ordered-hub")
    last = hubs.last.bounding_box()
    assert last is not None
    with page.expect_response(lambda response: "/bookmarks/order/" in response.url) as ordered:
        below: Position = {"x": last["width"] / 2, "y": last["height"] - 3}
        hubs.first.drag_to(hubs.last, target_position=below)
    assert ordered.value.status == 303
    after = [*before[1:], before[0]]
    expect(names).to_have_text(after)
    # The bar above every page has it at once, and both have it for good.
    bar = page.locator(".bookmarks-list .bookmark bdi")
    expect(bar).to_have_text(after)
    page.reload()
    expect(names).to_have_text(after)
    expect(bar).to_have_text(after)
