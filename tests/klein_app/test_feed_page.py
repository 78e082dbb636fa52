from __future__ import annotations

import re

import pytest

from hubs.klein_app import atom
from hubs.model.entry import Entry
from hubs.model.hub import FEED, Visibility
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.test_atom import parsed
from tests.klein_app.visitor import Visitor


async def test_a_public_hub_has_a_feed(visitor: Visitor, town: Town) -> None:
    for hub in (await town.team("lamps"), await town.person("abe")):
        await town.stores.feeds.add(hub.feed, Entry("1", NOON, "x.y", "<b>lit</b> & lit"))
        answer = await visitor.get(f"{hub.path}feed.atom")
        assert answer.headers["content-type"] == atom.CONTENT_TYPE
        found = parsed(answer.body)
        assert found.feed.link == f"https://hubs.example{hub.path}"
        assert [entry.title for entry in found.entries] == ["<b>lit</b> & lit"]


async def test_a_hub_s_page_leads_to_its_feed(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    page = await visitor.get("/t/lamps/")
    found = re.search(
        r'<link rel="alternate" type="application/atom\+xml" href="([^"]+)"', page.html
    )
    assert found is not None
    assert (await visitor.get(found[1])).status == 200
    assert f'<a href="{found[1]}"' in page.html


@pytest.mark.parametrize("visibility", [Visibility.PREVIEW, Visibility.PRIVATE])
async def test_what_not_everybody_may_see_has_no_feed(
    visitor: Visitor, town: Town, visibility: Visibility
) -> None:
    await town.team("lamps", visibility)
    refused, missing = [await visitor.get(f"/t/{name}/feed.atom") for name in ("lamps", "nope")]
    assert refused.status == missing.status == 404
    assert refused.body == missing.body
    assert "feed.atom" not in (await visitor.get("/t/lamps/")).html


async def test_a_page_links_to_its_feed_if_everybody_may_see_it(
    visitor: Visitor, town: Town
) -> None:
    hub = await town.team("lamps")
    assert (await visitor.get("/t/lamps/")).html.count("feed.atom") == 2
    await town.widget(hub, FEED, Visibility.PREVIEW)
    assert "feed.atom" not in (await visitor.get("/t/lamps/")).html
