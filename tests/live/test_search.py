from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Route, expect

from tests.live.conftest import Site


def test_teams_are_found_while_somebody_types(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site.url}/teams/?order=activity")
    # Mistyped, and not sent.
    page.get_by_role("searchbox").press_sequentially("kernal")
    expect(page.get_by_role("heading", level=3)).to_have_text(["Lantern Kernel"])
    expect(page.get_by_role("status").filter(has_text="1 team")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_label("Sorted by").select_option("size")
    page.wait_for_url("**order=size*")
    query = parse_qs(urlsplit(page.url).query)
    assert query == {"q": ["kernal"], "order": ["size"]}
    found = page.get_by_role("link", name="Lantern Kernel")

    def answer_late(route: Route) -> None:
        found.focus()
        route.continue_()

    # Who goes on by keyboard before the last answer is there stays where they are.
    page.route(lambda url: "q=kerna&" in url, answer_late, times=1)
    page.get_by_role("searchbox").press("Backspace")
    page.wait_for_url(lambda url: "q=kerna&" in url)
    expect(found).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/t/lantern-kernel/")
    page.close()


def test_teams_are_found_without_javascript(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}/teams/")
    page.get_by_role("searchbox").fill("handbook")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", level=3)).to_have_text(["Paper Crane Documentation"])
    context.close()
