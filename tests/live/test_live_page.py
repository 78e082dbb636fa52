"""A message on the bus changes the page that is open, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from twisted.internet import reactor

from tests.live.conftest import Site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    yield page
    context.close()


def pushed(number: int, package: str = "lantern-kernel") -> dict[str, Any]:
    """Give a message as Fedora's dist-git sent them."""
    return {
        "i": number,
        "msg_id": f"2026-test-{number}",
        "timestamp": reactor.seconds(),
        "topic": "org.fedoraproject.prod.git.receive",
        "username": "pagure",
        "msg": {
            "commit": {
                "agent": "teacup",
                "branch": "rawhide",
                "email": "teacup@mail.example",
                "message": f"Change number {number}\n",
                "name": "Barnaby Teacup",
                "namespace": "rpms",
                "patch": "",
                "path": "",
                "repo": package,
                "rev": f"{number:040x}",
                "stats": {"files": {}, "total": {}},
                "summary": f"Change number {number}",
                "username": "teacup",
            }
        },
    }


def connected(site: Site, page: Page, path: str) -> None:
    """Open a page and wait for its event stream."""
    with page.expect_response(lambda response: "/sse/" in response.url) as stream:
        page.goto(site.url + path)
    assert stream.value.status == 200


def entry(page: Page, words: str) -> Locator:
    """Give the entries that say something; what announces them says it, too, a moment later."""
    return page.locator("[data-entry]").filter(has_text=words)


def test_a_new_entry_appears_without_a_reload_and_is_announced(site: Site, page: Page) -> None:
    connected(site, page, "/t/lantern-kernel/")
    page.evaluate("window.stillThere = true")
    before = page.locator("[data-entry]").count()
    site.bus.publish(pushed(1))
    expect(page.locator("[data-entry]")).to_have_count(before + 1)
    first = page.locator("[data-entry]").first
    expect(first).to_contain_text("Change number 1")
    expect(first.get_by_role("link", name="teacup").first).to_have_attribute("href", "/u/teacup/")
    expect(page.get_by_role("status").first).to_contain_text("New entry")
    assert page.evaluate("window.stillThere") is True


def test_the_person_has_it_too_and_another_team_has_not(site: Site, page: Page) -> None:
    site.bus.publish(pushed(2, "wick"))
    page.goto(f"{site.url}/u/teacup/")
    expect(entry(page, "Change number 2")).to_have_count(1)
    page.goto(f"{site.url}/t/paper-crane/")
    expect(page.get_by_text("Change number 2")).to_have_count(0)


def test_members_come_from_the_cache_when_a_worker_has_found_them(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/t/tin-robot/")
    expect(page.get_by_role("region", name="Members").get_by_role("link").first).to_be_visible()


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([b"org.example.prod.lamp.lit", b"no JSON {"], "JSON"),
        ([b"", json.dumps({"msg": {}}).encode()], "topic"),
        ([b"org.example.prod.lamp.lit", b'"' + b"x" * 10_000_000 + b'"'], "bytes"),
        (
            [
                b"org.example.prod.lamp.lit",
                b'{"topic": "a.b", "msg": ' + b'{"x":' * 1000 + b"1" + b"}" * 1001,
            ],
            "deep",
        ),
    ],
    ids=["no JSON", "no topic", "10 MB", "a thousand deep"],
)
def test_what_cannot_be_read_is_refused_with_one_line_and_the_next_goes_through(
    site: Site, page: Page, parts: list[bytes], reason: str
) -> None:
    number = 100 + len(site.log.read_bytes())
    connected(site, page, "/t/lantern-kernel/")
    refused = refusals(site)
    site.bus.publish_raw(*parts)
    site.bus.publish(pushed(number))
    expect(entry(page, f"Change number {number}")).to_have_count(1)
    [line] = refusals(site)[len(refused) :]
    assert reason in line
    assert len(line) < 600


def refusals(site: Site) -> list[str]:
    return [line for line in site.log.read_text().splitlines() if "Refused" in line]


def test_what_is_true_for_a_while_is_shown_for_as_long(site: Site, page: Page) -> None:
    page.clock.install(time="2026-11-24T12:00:00Z")
    page.goto(f"{site.url}/t/lantern-kernel/")
    until = 'data-until="2026-11-24T14:00:00Z"'
    html = f'<p {until}>Lamps <b data-from="2026-11-24T13:00:00Z" {until} hidden>now</b></p>'
    page.evaluate('(html) => document.body.insertAdjacentHTML("beforeend", html)', html)
    meeting, now = page.locator("p[data-until]"), page.locator("b[data-until]")
    expect(meeting).to_be_visible()
    expect(now).to_be_hidden()
    page.clock.fast_forward("01:30:00")
    expect(now).to_be_visible()
    page.clock.fast_forward("01:00:00")
    expect(meeting).to_be_hidden()
