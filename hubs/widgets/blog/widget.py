"""The blog widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import attrs

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.news import Post, posts
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.gathering import gather
from hubs.widgets.parameters import Parameter, Type, Unexpected, is_web_address
from hubs.widgets.places import COUNT

#: The most feeds of one widget: each costs a request whenever it is brought up to date.
MOST_FEEDS = 12


def _feed(line: str) -> str:
    if not is_web_address(line):
        raise Unexpected(
            gettext_noop("the address of a feed, as in https://fedoramagazine.org/feed/")
        )
    return line


_FEEDS = Parameter(
    "feeds",
    gettext_noop("Feeds"),
    gettext_noop(
        "One address a line, of RSS or Atom, as in https://communityblog.fedoraproject.org/feed/. "
        "If there is none, it is what the account of the person names."
    ),
    [],
    Type.LINES,
    most=MOST_FEEDS,
    check=_feed,
)


#: Topics of messages of a person: a new post, as Planet tells, and another feed in their account.
_POST, _RETOLD = "planet.post.new", "fas.user.update"


class FindPosts(CachedFunction):
    """Finds the newest posts."""

    name = "posts"
    time_to_live = 1800.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: of a person, whatever names them."""
        return frozenset({f"user:{hub.name}"} if hub.type is HubType.USER else ())

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: a new post, or another feed where their account names it."""
        return message.topic in ({_POST} if _FEEDS.of(widget.config) else {_POST, _RETOLD})

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        feeds = _FEEDS.of(widget.config) or await _told(hub, stores)
        gathered = await gather(feeds, lambda address: posts(stores.sources, address))
        found = [one for several in gathered.found.values() for one in several]
        found.sort(key=lambda one: -one.time)
        shown = found[: COUNT.of(widget.config)]
        return {
            "posts": [attrs.asdict(one) for one in shown],
            "failures": gathered.failures,
            "homes": {
                address: next((one.home for one in gathered.found.get(address, ())), "")
                for address in feeds
            },
        }


class BlogWidget(Widget):
    """Shows the newest posts of blogs."""

    name = "blog"
    title = gettext_noop("Blog")
    summary = gettext_noop("Shows the newest posts of one blog or of several.")
    parameters = (_FEEDS, COUNT)
    functions = (FindPosts(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        feeds = len(data["posts"]["homes"])
        return {**data["posts"], "named": feeds > 0, "several": feeds > 1}

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: the blogs; of one that has not said where it is, its feed."""
        homes = found["posts"]["homes"] if found else dict.fromkeys(_FEEDS.of(widget.config), "")
        pages = [home or address for address, home in homes.items()]
        return [SourceLink(urlsplit(page).netloc, page) for page in pages]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        facts = [
            ("How we hung four hundred lanterns", "teacup", "Lantern diary"),
            ("A wick that trims itself", "custard", "Wick news"),
            ("Looking back at a year of light", "teacup", "Lantern diary"),
        ]
        found = [
            Post(title, "https://blog.example/1", now - 150_000 * place, author, blog)
            for place, (title, author, blog) in enumerate(facts, start=1)
        ]
        return {
            "posts": [attrs.asdict(one) for one in found],
            "failures": [],
            "named": True,
            "several": True,
        }


async def _told(hub: Hub, stores: Stores) -> Sequence[str]:
    """Give the feeds that a person's account names, to everybody; no more trusted than typed."""
    if hub.type is not HubType.USER or stores.accounts is None:
        return ()
    profile = await stores.accounts.profile(hub.name)
    return profile.feeds if profile else ()
