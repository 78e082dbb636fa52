"""What other sites show of a link to ours: https://ogp.me/."""

from __future__ import annotations

import re
from html import unescape

import pytest

from hubs.model.hub import Hub, HubType, Visibility
from tests.klein_app.conftest import Town
from tests.klein_app.visitor import Visitor


def described(html: str) -> dict[str, str]:
    """Give what the head says, by name."""
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html)
    assert len(found) == len({name for name, _ in found})
    links = re.findall(r'<link rel="(canonical)" href="([^"]*)">', html)
    return {name: unescape(value) for name, value in (*found, *links)}


async def test_a_link_to_a_hub_is_shown_with_its_name_and_summary(
    visitor: Visitor, town: Town
) -> None:
    hub = Hub(0, HubType.TEAM, "lamps", 'The "Lamps"', "<i>Light</i> & more")
    await town.stores.hubs.create_hub(hub)
    page = await visitor.get("/t/lamps/?from=elsewhere", Accept_Language="de")
    said = described(page.html)
    assert said["og:title"] == 'The "Lamps" · Fedora Hubs'
    assert said["og:description"] == said["description"] == "<i>Light</i> & more"
    assert said["og:url"] == said["canonical"] == "https://hubs.example/t/lamps/"
    assert said["og:locale"] == "de"
    assert said["og:site_name"] == "Fedora Hubs"
    assert said["twitter:card"] == "summary_large_image"
    assert "<i>" not in page.html


@pytest.mark.parametrize("path", ["/", "/t/lamps/"])
async def test_the_picture_is_there(visitor: Visitor, town: Town, path: str) -> None:
    await town.team("lamps")
    said = described((await visitor.get(path)).html)
    assert said["og:title"]
    picture = await visitor.get(said["og:image"].removeprefix("https://hubs.example"))
    assert picture.headers["content-type"] == "image/png"
    size = tuple(int.from_bytes(picture.body[start : start + 4]) for start in (16, 20))
    assert size == (int(said["og:image:width"]), int(said["og:image:height"]))


async def test_a_preview_hub_shows_its_header_and_what_is_missing_shows_nothing(
    visitor: Visitor, town: Town
) -> None:
    await town.team("garden", Visibility.PREVIEW)
    await town.team("vault", Visibility.PRIVATE)
    garden = described((await visitor.get("/t/garden/")).html)
    assert garden["og:description"] == "All about garden."
    assert "og:title" not in described((await visitor.get("/t/vault/")).html)


@pytest.mark.parametrize("url", [""])
async def test_who_does_not_say_where_hubs_is_has_no_links_from_elsewhere(
    visitor: Visitor, url: str
) -> None:
    assert "og:url" not in described((await visitor.get("/")).html)
