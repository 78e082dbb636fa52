from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from twisted.internet import reactor

from hubs.accounts.toml_file import TomlAccounts
from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.errors import AddressError
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.blog.widget import BlogWidget, FindPosts
from hubs.widgets.parameters import ConfigurationError, validate_config
from tests.sources.asking import failing
from tests.sources.news import FEED, atom, item, rss, services
from tests.sources.outside import Outside, says

TEAM = Hub(1, HubType.TEAM, "lamps", "", "")
ZOE = Hub(2, HubType.USER, "zoe", "", "")


async def found(hub: Hub, told: str, file: Path, session: Session, **config: Any) -> Any:
    """Give what a worker keeps, where an account says something; as it comes from the cache."""
    nothing: Any = None
    file.write_text(f"[people.zoe]\n{told}\n")
    accounts = TomlAccounts(file, reactor)  # type: ignore[arg-type]
    stores = Stores(nothing, nothing, session, nothing, accounts=accounts)
    widget = WidgetInstance(7, hub.id, "blog", config=config)
    return json.loads(json.dumps(await FindPosts().execute(hub, widget, stores)))


async def test_of_a_person_it_is_the_blog_that_their_account_names_unless_they_set_others(
    outside: Outside, session_for: Callable[[Services], Session], accounts_file: Path
) -> None:
    session = session_for(services(outside.url()))
    outside.paths[FEED] = says(rss(item("Told")))
    outside.paths["/atom"] = says(atom("Set"))
    told = f"feeds = ['{outside.url(FEED)}']"
    data = await found(ZOE, told, accounts_file, session)
    assert ([one["title"] for one in data["posts"]], len(data["homes"])) == (["Told"], 1)
    data = await found(ZOE, told, accounts_file, session, feeds=[outside.url("/atom")])
    assert [one["title"] for one in data["posts"]] == ["Set"]
    assert (await found(ZOE, "", accounts_file, session))["homes"] == {}


async def test_the_blog_of_who_is_private_and_of_a_member_of_a_team_is_not_looked_at(
    outside: Outside, session_for: Callable[[Services], Session], accounts_file: Path
) -> None:
    session = session_for(services(outside.url()))
    told = f"feeds = ['{outside.url(FEED)}']"
    data = await found(ZOE, f"{told}\nprivate = true", accounts_file, session)
    assert (data["posts"], data["homes"]) == ([], {})
    assert (await found(TEAM, told, accounts_file, session))["homes"] == {}
    assert outside.seen == []


async def test_an_account_can_name_no_blog_in_a_private_network(
    outside: Outside, session_for: Callable[[Services], Session], accounts_file: Path
) -> None:
    session = session_for(Services(status=outside.url()))
    told = f"feeds = ['{outside.url(FEED)}']"
    error = await failing(found(ZOE, told, accounts_file, session))
    assert isinstance(error, AddressError)
    assert outside.seen == []


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
    assert data["homes"][outside.url(FEED)] == "https://blog.example/"
    assert data["failures"] == [f"{outside.host} has nothing there (HTTP status 404)"]


@pytest.mark.parametrize("line", ["feed", "ftp://a.example/feed", "https://me:pass@a.example/"])
def test_a_feed_has_the_address_of_a_page(line: str) -> None:
    with pytest.raises(ConfigurationError, match="expected the address of a feed"):
        validate_config(BlogWidget.parameters, {"feeds": line})
