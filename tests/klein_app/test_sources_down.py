"""The whole catalogue on one hub, while nothing outside answers.

Each service is at a port of its own that refuses connections, and workers run what finds data. Who
adds a widget that asks a service says here how it is set, and in `FOUND` what it finds.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import attrs
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import Clock

from hubs.accounts.interfaces import IAccounts
from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.config import Services, Sources
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.pipeline.later import Later
from hubs.pipeline.queue import WORK, Item, Limits, Queue
from hubs.pipeline.work import RefreshWork
from hubs.pipeline.worker import Worker
from hubs.redis import Redis
from hubs.sources.answer import Answer
from hubs.sources.session import Session
from hubs.teams.mirror import Mirror
from hubs.widgets.base import Stores, cache_key
from hubs.widgets.registry import Registry
from tests.klein_app import community, packaging, test_badges, test_work
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.visitor import Answer as Page
from tests.klein_app.visitor import Visitor
from tests.ports import free_port
from tests.sources.asking import with_pauses
from tests.sources.conftest import Reactor
from tests.widgets.ours import NAMES

HOUR = 3600.0
#: What each widget that asks a service has found, and what of it a reader reads.
FOUND: dict[str, tuple[Any, str]] = {
    **packaging.FOUND,
    **community.FOUND,
    "badges": (test_badges.BADGES, "Night owl"),
    "tickets": ({"tickets": [test_work.TICKET], **test_work.FOUND}, "The <wick> smokes"),
    "pull_requests": (
        {"pull_requests": [{**test_work.PULL_REQUEST, "checks": None}], **test_work.FOUND},
        "The <wick> smokes",
    ),
}
FULL = {
    **{plugin: found for plugin, (found, _) in FOUND.items()},
    **packaging.FULL,
    **community.FULL,
}
#: Where what is not set asks nobody.
ONLY_TEAMS = {"help_wanted"}


def refusing() -> Services:
    """Give settings by which each service is at a port of its own where nobody listens."""
    found: dict[str, Any] = {}
    for name, usual in dict(Services()).items():
        address = f"http://127.0.0.1:{free_port()}"
        found[name] = address if isinstance(usual, str) else (address,)
    return Services(**found)


def settings_of(services: Services) -> dict[str, dict[str, Any]]:
    """Say how widgets are set that ask nobody otherwise."""
    where = [f"forgejo {services.forgejo[0]}/lamps/wick"]
    return {
        "tickets": {"where": where},
        "pull_requests": {"where": where},
        "discussions": {"where": list(services.discourse)},
        "blog": {"feeds": [f"{services.blogs[0]}/feed/"]},
    }


#: What is said of a service: it refuses connections, or has done so often enough.
REFUSED = re.compile(
    r"127\.0\.0\.1:\d+ (cannot be reached|failed several times and is left alone)\."
)
SOURCES = {
    "packages": ["wick"],
    "lists": ["lamps@127.0.0.1"],
    "channels": ["#lamps:fedoraproject.org"],
    "calendars": ["lamps"],
}


class Spied(Session):
    """A session that remembers what it was asked for."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.asked: list[str] = []

    async def get(self, address: str, **more: Any) -> Answer:
        self.asked.append(address)
        return await super().get(address, **more)

    async def post(self, address: str, body: bytes, content_type: str, **more: Any) -> Answer:
        self.asked.append(address)
        return await super().post(address, body, content_type, **more)


@pytest.fixture
def timed() -> Reactor:
    """Give a reactor whose time stands still."""
    return Reactor()


@pytest_twisted.async_yield_fixture
async def sources(timed: Reactor) -> AsyncIterator[Spied]:
    """Give a session of which nobody answers a question."""
    session = Spied(Sources(), refusing(), timed)
    yield session
    await session.close()


@attrs.frozen
class Fair:
    """A hub with the whole catalogue, its page, and a worker.

    Attributes:
        hub: The hub.
        widgets: All that suit it, by plug-in.
        registry: Their kinds.
        visitor: Looks at its page.
        sources: Knows what was asked outside.
        cache: What was found.
        worker: Finds it.
        timed: The time of the session.
    """

    hub: Hub
    widgets: Mapping[str, WidgetInstance]
    registry: Registry
    visitor: Visitor
    sources: Spied
    cache: FileCache
    worker: Worker
    timed: Reactor

    async def boxes(self) -> dict[str, str]:
        """Look at the page, for which nobody outside may be asked; give the text of each box."""
        before = len(self.sources.asked)
        page = await self.visitor.get(self.hub.path)
        assert page.status == 200
        assert self.sources.asked[before:] == []
        starts = {
            plugin: page.html.index(f'id="widget-{widget.id}"')
            for plugin, widget in self.widgets.items()
        }
        ends = [*sorted(starts.values())[1:], page.html.index("</main>")]
        end_of = dict(zip(sorted(starts.values()), ends, strict=True))
        parts = {plugin: page.html[at : end_of[at]] for plugin, at in starts.items()}
        return {plugin: Page(200, {}, html.encode()).text for plugin, html in parts.items()}

    async def refresh(self) -> dict[str, Cached]:
        """Let the worker find everything anew, all at once; give what is kept of each plug-in."""
        works = [
            RefreshWork(widget.id, function.name)
            for plugin, widget in self.widgets.items()
            for function in self.registry.widgets[plugin].functions
        ]
        await with_pauses(self.timed, self._do(works))
        return {plugin: await self.kept(plugin) for plugin in self.widgets if self.key(plugin)}

    async def _do(self, works: list[RefreshWork]) -> None:
        doing = [self.worker.handle([Item("1-1", work.new_item().fields)]) for work in works]
        await gatherResults([Deferred.fromCoroutine(one) for one in doing])

    def key(self, plugin: str) -> str:
        """Give the key of what a widget finds; empty if it finds nothing."""
        functions = self.registry.widgets[plugin].functions
        return cache_key(self.widgets[plugin], functions[0]) if functions else ""

    async def kept(self, plugin: str) -> Cached:
        """Give what is kept of what a widget found."""
        return (await self.cache.get_many([self.key(plugin)]))[self.key(plugin)]


@pytest.fixture(params=HubType)
def hub_type(request: pytest.FixtureRequest) -> HubType:
    """Give both sorts of hubs."""
    found: HubType = request.param
    return found


@pytest_twisted.async_yield_fixture
async def fair(
    hub_type: HubType,
    town: Town,
    stores: Stores,
    accounts: IAccounts,
    registry: Registry,
    visitor: Visitor,
    sources: Spied,
    cache: FileCache,
    mirror: Mirror,
    redis: Redis,
    clock: Clock,
    timed: Reactor,
) -> AsyncIterator[Fair]:
    hub = await stores.hubs.create_hub(
        Hub(0, hub_type, "lamps", "Lamps", "", config={"sources": SOURCES})
    )
    settings = settings_of(sources.services)
    widgets = {
        plugin: await town.widget(hub, plugin, **settings.get(plugin, {}))
        for plugin in NAMES
        if hub_type in registry.widgets[plugin].hub_types
    }
    queue = Queue(WORK, redis, Limits(), reactor)
    worker = Worker(
        attrs.evolve(stores, accounts=accounts, now=clock.seconds),
        *(cache, registry, mirror, queue, Later(queue, redis, clock), redis, clock),
    )
    yield Fair(hub, widgets, registry, visitor, sources, cache, worker, timed)


def outside(fair: Fair) -> set[str]:
    """Give the widgets that ask a service."""
    asking = set(FOUND) & set(fair.widgets)
    return asking if fair.hub.type is HubType.TEAM else asking - ONLY_TEAMS


def test_each_widget_stands_on_one_of_the_two_hubs(registry: Registry) -> None:
    assert set(NAMES) == set(registry.widgets)
    assert all(kind.hub_types for kind in registry.widgets.values())


async def test_with_every_source_down_each_box_shows_what_it_had_and_since_when(
    fair: Fair,
) -> None:
    for plugin in outside(fair):
        await fair.cache.set(fair.key(plugin), Cached(FULL[plugin], time=NOON - 3 * HOUR))
    for plugin in outside(fair):
        assert FOUND[plugin][1] in (await fair.boxes())[plugin], plugin
    kept = await fair.refresh()
    assert {plugin for plugin, one in kept.items() if one.error} == outside(fair)
    text = await fair.boxes()
    for plugin in outside(fair):
        assert (
            "This is from 3 hours ago; it could not be brought up to date just now." in text[plugin]
        ), text[plugin]
        assert REFUSED.search(text[plugin]), text[plugin]
        assert FOUND[plugin][1] in text[plugin], plugin
    for plugin in set(text) - outside(fair):
        assert "could not be" not in text[plugin], plugin
        assert "cannot be shown" not in text[plugin], plugin


async def test_with_every_source_down_from_the_start_each_box_says_since_when(
    fair: Fair, registry: Registry
) -> None:
    text = await fair.boxes()
    for plugin in text:
        functions = registry.widgets[plugin].functions
        waits = any(not one.optional for one in functions)
        assert ("Being fetched." in text[plugin]) is waits, plugin
    kept = await fair.refresh()
    assert {plugin for plugin, one in kept.items() if one.error} == outside(fair)
    text = await fair.boxes()
    for plugin in outside(fair):
        assert re.search("(The last attempt|to fetch it) failed just now", text[plugin]), plugin
        assert REFUSED.search(text[plugin]), text[plugin]
    for plugin in set(text) - outside(fair):
        assert "Being fetched." not in text[plugin], plugin
        assert "cannot be shown" not in text[plugin], plugin
