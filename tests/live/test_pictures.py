"""Pictures of every page, kept for a person to look at, and what a machine can see in them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.live.conftest import Site
from tests.live.test_live_page import pushed

PAGES = {
    "home": "/",
    "team": "/t/lantern-kernel/",
    "person": "/u/teacup/",
    "idle team": "/t/sleepy-otter/",
    "preview team": "/t/moss-garden/",
    "missing": "/t/no-such-team/",
}


@pytest.fixture(scope="module")
def busy_site(site: Site) -> Site:
    for number in range(200, 212):
        site.bus.publish(pushed(number))
    return site


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_its_width(
    busy_site: Site,
    browser: Browser,
    artefacts: Path,
    name: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("requestfailed", lambda request: problems.append(request.url))
    page.goto(busy_site.url + PAGES[name])
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready.then(() => true)")
    page.screenshot(
        path=artefacts / f"{name.replace(' ', '-')}-{width}-{scheme}.png", full_page=True
    )
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= width
    context.close()
    assert [problem for problem in problems if "/sse/" not in problem] == []
