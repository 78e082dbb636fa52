"""Logging in and out in a real browser, at an account system that others have written."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.live.conftest import Site, log_in


def menu(page: Page) -> Page:
    """Open the account menu."""
    page.locator("summary.menu-button").click()
    return page


def test_a_newcomer_logs_in_and_has_a_hub_of_their_own(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(f"{site.url}/t/paper-crane/")
    page.get_by_role("link", name="Log in").click()
    page.get_by_role("button", name="crumpet", exact=True).click()
    page.wait_for_url(f"{site.url}/t/paper-crane/")
    menu(page).get_by_role("link", name="My hub").click()
    page.wait_for_url(f"{site.url}/u/crumpet/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Petronella Crumpet")
    expect(page.get_by_role("heading", name="About")).to_be_visible()
    page.close()


def test_logging_out_leads_by_the_account_system_and_back(site: Site, browser: Browser) -> None:
    context = browser.new_context()
    page, other = context.new_page(), context.new_page()
    log_in(page, site)
    other.goto(f"{site.url}/u/teacup/")
    menu(page).get_by_role("button", name="Log out").click()
    # Our policy lets the form lead there.
    page.get_by_role("button", name="End session").click()
    page.wait_for_url(f"{site.url}/")
    for one in (page, other):
        one.reload()
        expect(one.get_by_role("link", name="Log in")).to_be_visible()
    context.close()


def test_logging_out_everywhere_reaches_the_other_browser(site: Site, browser: Browser) -> None:
    here, there = browser.new_page(), browser.new_page()
    for one in (here, there):
        log_in(one, site)
    here.goto(f"{site.url}/settings/")
    here.get_by_role("button", name="Log out everywhere").click()
    here.get_by_role("button", name="End session").click()
    there.reload()
    expect(there.get_by_role("link", name="Log in")).to_be_visible()
    here.close()
    there.close()


def test_the_menu_works_with_the_keyboard_alone(site: Site, browser: Browser) -> None:
    page = browser.new_page()
    log_in(page, site)
    button = page.locator("summary.menu-button")
    hub = page.get_by_role("link", name="My hub")
    while not button.evaluate("(one) => one === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(hub).to_be_visible()
    page.keyboard.press("Tab")
    expect(hub).to_be_focused()
    page.keyboard.press("Escape")
    expect(hub).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(hub).to_be_visible()
    # Whoever goes on past its end has left it.
    while page.locator(".menu:focus-within").count():
        page.keyboard.press("Tab")
    expect(hub).to_be_hidden()
    page.close()


def test_the_menu_works_without_javascript_and_fits_a_phone(site: Site, browser: Browser) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 640}, has_touch=True
    )
    page = context.new_page()
    log_in(page, site)
    menu(page)
    box = page.locator(".menu-list").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="End session").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()
    context.close()
