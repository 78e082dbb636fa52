from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.blog.widget import BlogWidget, FindPosts
from hubs.widgets.parameters import ConfigurationError, validate_config
from tests.sources.news import FEED, atom, item, rss, services
from tests.sources.outside import Outside, says

TEAM = Hub(1, HubType.TEAM, "lamps", "", "")


async def test_the_newest_posts_of_all_feeds_come_first_and_a_feed_that_is_away_is_named(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    nothing: Any = None
    stores = Stores(nothing, nothing, session_for(services(outside.url())), nothing)
    old = item("Old", date="Mon, 23 Nov 2026 10:00:00 +0000")
    outside.paths[FEED] = says(rss(old, item("Later", date="Wed, 25 Nov 2026 10:00:00 +0000")))
    outside.paths["/atom"] = says(atom("Middle"))
    feeds = [outside.url(FEED), outside.url("/atom"), outside.url("/gone")]
    widget = WidgetInstance(7, 1, "blog", config={"feeds": feeds, "count": 2})
    data = json.loads(json.dumps(await FindPosts().execute(TEAM, widget, stores)))
    assert [one["title"] for one in data["posts"]] == ["Later", "Middle"]
    assert data["failures"] == [f"{outside.host} has nothing there (HTTP status 404)"]


@pytest.mark.parametrize("line", ["feed", "ftp://a.example/feed", "https://me:pass@a.example/"])
def test_a_feed_has_the_address_of_a_page(line: str) -> None:
    with pytest.raises(ConfigurationError, match="expected the address of a feed"):
        validate_config(BlogWidget.parameters, {"feeds": line})
