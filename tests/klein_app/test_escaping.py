"""What strangers write must not run: on the bus, in Markdown, in the names of hubs."""

from __future__ import annotations

import attrs
import pytest

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType
from hubs.widgets.base import cache_key
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.visitor import Visitor

SCRIPT = "<script>alert(1)</script>"
QUOTE = '" onmouseover="alert(1)'


async def test_a_hub_cannot_bring_markup(visitor: Visitor, town: Town) -> None:
    name = "x<img src=y>"
    evil = Hub(0, HubType.TEAM, name, SCRIPT, QUOTE, config={"sources": {"channels": [SCRIPT]}})
    hub = await town.stores.hubs.create_hub(evil)
    await town.widget(hub, "about")
    for path in ("/", "/t/x%3Cimg%20src=y%3E/"):
        page = await visitor.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.html
        assert "<img src=y>" not in page.html
        assert QUOTE not in page.html
        assert "&lt;script&gt;alert(1)" in page.html


async def test_a_path_is_not_repeated_as_markup(visitor: Visitor) -> None:
    page = await visitor.get("/t/%3Cscript%3Ealert(1)%3C/script%3E/")
    assert page.status == 404
    assert "alert(1)" not in page.html


async def test_an_entry_cannot_bring_markup(visitor: Visitor, town: Town) -> None:
    hub = await town.team("lamps")
    await town.widget(hub, "feed")
    await town.person("abe")
    entry = Entry(
        id=QUOTE + SCRIPT,
        time=NOON,
        topic=SCRIPT,
        sentence=f"abe {SCRIPT} said {QUOTE}",
        link=f"https://src.example/{QUOTE}{SCRIPT}",
        agent=SCRIPT,
        people=["abe", SCRIPT],
    )
    await town.stores.feeds.add(hub.feed, entry)
    page = await visitor.get("/t/lamps/")
    assert '<a href="/u/abe/">abe</a>' in page.html
    assert "<script>alert" not in page.html
    assert QUOTE not in page.html


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,x",
        "//x",
        "http://[",
        "\0x",
        "",
    ],
)
async def test_only_links_to_the_web_are_followed(visitor: Visitor, town: Town, link: str) -> None:
    hub = await town.team("lamps")
    await town.widget(hub, "feed")
    entry = Entry("1", NOON, "git.receive", "said something", "https://good.example/")
    await town.stores.feeds.add(hub.feed, entry)
    if "\0" not in link:  # PostgreSQL keeps none.
        await town.stores.feeds.add(hub.feed, attrs.evolve(entry, id="2", link=link))
    page = await visitor.get("/t/lamps/")
    assert page.text.count("said something") == (1 if "\0" in link else 2)
    assert page.html.count('rel="noopener noreferrer"') == 1
    assert "alert" not in page.html


async def test_markdown_cannot_bring_scripts(visitor: Visitor, town: Town) -> None:
    hub = await town.team("lamps")
    await town.widget(hub, "about", text=f"{SCRIPT}\n\n[x](javascript:alert(2)) **bold**")
    page = await visitor.get("/t/lamps/")
    assert "<strong>bold</strong>" in page.html
    assert "<script>alert" not in page.html
    assert 'href="javascript' not in page.html


async def test_a_member_cannot_bring_markup(visitor: Visitor, town: Town, cache: FileCache) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "members")
    member = {"username": QUOTE, "full_name": SCRIPT, "role": SCRIPT, "last_activity": None}
    [function] = town.registry.widgets["members"].functions
    await cache.set(cache_key(widget, function), Cached([member], time=NOON))
    page = await visitor.get("/t/lamps/")
    assert "1 person" in page.text
    assert "<script>alert" not in page.html
    assert QUOTE not in page.html
