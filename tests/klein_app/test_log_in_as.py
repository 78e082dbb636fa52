"""The demo's way to log in, and that there is none of its kind elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal

import pytest
import pytest_twisted
from playwright.sync_api import Page

from hubs.database.people_store import PeopleStore
from hubs.demo.cast import PEOPLE
from hubs.demo.log_in_as import log_in_as
from hubs.model.hub import HubType
from hubs.widgets.arrange import functions_of
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry
from tests.axe import findings
from tests.klein_app.browser import Browser
from tests.klein_app.conftest import MakeApp
from tests.klein_app.serving import serving
from tests.klein_app.test_browser import browse
from tests.klein_app.visitor import Visitor


@pytest_twisted.async_yield_fixture
async def demo(make_app: MakeApp, stores: Stores, registry: Registry) -> AsyncIterator[Browser]:
    """Give a browser that looks at the demo's portal."""
    people = PeopleStore(stores.hubs.pool, functions_of(registry))
    async with serving(make_app(way_in=log_in_as(people)).resource()) as visitor:
        yield Browser(visitor)


async def test_one_chooses_who_to_be(demo: Browser, stores: Stores) -> None:
    assert 'href="/login/?next=%2Ft%2Fnope%2F"' in (await demo.get("/t/nope/")).html
    page = await demo.get("/login/?next=/u/teacup/")
    for person in PEOPLE:
        assert person.full_name in page.text
    chosen = await demo.press(page, "/login/", username="teacup")
    assert (chosen.status, chosen.headers["location"]) == (303, "/u/teacup/")
    assert await stores.hubs.hub_named(HubType.USER, "teacup") is not None
    mine = await demo.get("/u/teacup/")
    assert "Barnaby Teacup" in mine.text
    await demo.press(mine, "/logout/")
    assert "Log in" in (await demo.get("/u/teacup/")).text


async def test_choosing_keeps_nobody_out(demo: Browser) -> None:
    def look(page: Page) -> None:
        page.goto(f"{demo.visitor.origin}/login/")
        page.get_by_role("button", name="teacup").wait_for()
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        page.set_viewport_size({"width": 320, "height": 900})
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
            assert findings(page) == []

    await browse(look)


async def test_one_can_become_somebody_else(demo: Browser) -> None:
    for person in PEOPLE[:2]:
        page = await demo.get("/login/")
        await demo.press(page, "/login/", username=person.username)
        assert f'href="/u/{person.username}/"' in (await demo.get("/")).html


@pytest.mark.parametrize("name", ["nobody", "", "\0"])
async def test_who_does_not_exist_cannot_be_chosen(demo: Browser, name: str) -> None:
    answer = await demo.press(await demo.get("/login/"), "/login/", username=name)
    assert answer.status == 404


async def test_choosing_needs_the_token_and_stays_here(demo: Browser) -> None:
    page = await demo.get("/login/?next=//evil.example/")
    assert (await demo.post("/login/", {"username": "teacup"})).status == 403
    chosen = await demo.press(page, "/login/", username="teacup", next="//evil.example/")
    assert chosen.headers["location"] == "/"


@pytest.mark.parametrize("path", ["/login/", "/login/callback/", "/settings/", "/logout/"])
async def test_where_nobody_logs_in_there_is_nothing_of_it(visitor: Visitor, path: str) -> None:
    assert (await visitor.get(path)).status == 404
    assert (await visitor.get(path, "POST")).status == 404
    assert "Log in" not in (await visitor.get("/")).text
