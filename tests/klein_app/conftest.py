"""A served portal with the real stores behind it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import attrs
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.endpoints import serverFromString
from twisted.internet.task import Clock
from twisted.web.server import Site

from hubs.cache.files import FileCache
from hubs.database.hub_store import HubStore
from hubs.feeds.postgres import PostgresFeeds
from hubs.klein_app.app import Portal
from hubs.klein_app.assets import Assets
from hubs.model.hub import Column, Hub, HubType, Visibility, WidgetInstance
from hubs.widgets.arrange import add_widget
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry
from tests.klein_app.visitor import Visitor
from tests.widgets.ours import our_widgets

#: Tuesday, 24 November 2026, 12:00 UTC.
NOON = 1795521600.0
STATIC = Path(__file__).parents[2] / "static"

Ask = Callable[[WidgetInstance, str], Awaitable[None]]


@pytest.fixture(scope="session")
def assets() -> Assets:
    """Give the real front end, built if it is not."""
    subprocess.run([sys.executable, str(STATIC / "build.py")], check=True, timeout=300)
    return Assets.read(STATIC / "build")


@pytest.fixture
def stores(hub_store: HubStore, feed_store: PostgresFeeds) -> Stores:
    """Give the stores that widgets read."""
    return Stores(hub_store, feed_store)


@pytest.fixture
def registry() -> Registry:
    """Give our widgets."""
    return our_widgets()


@pytest.fixture
def asked() -> list[tuple[int, str]]:
    """Give the refreshes that the portal asked for: numbers of widgets, names of functions."""
    return []


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands at noon."""
    clock = Clock()
    clock.advance(NOON)
    return clock


@attrs.frozen
class Town:
    """Makes hubs for a test.

    Attributes:
        stores: Where they are.
        registry: The widgets there are.
    """

    stores: Stores
    registry: Registry

    async def team(self, name: str, visibility: Visibility = Visibility.PUBLIC) -> Hub:
        """Make a team named after its short name, without widgets."""
        return await self.stores.hubs.create_hub(
            Hub(0, HubType.TEAM, name, f"Team {name}", f"All about {name}.", visibility=visibility)
        )

    async def person(self, name: str, visibility: Visibility = Visibility.PUBLIC) -> Hub:
        """Make the hub of a person, without widgets."""
        return await self.stores.hubs.create_hub(
            Hub(0, HubType.USER, name, f"Full {name}", f"I am {name}.", visibility=visibility)
        )

    async def widget(
        self, hub: Hub, plugin: str, visibility: Visibility = Visibility.PUBLIC, **config: str
    ) -> WidgetInstance:
        """Put a widget on a hub."""
        widget = WidgetInstance(0, hub.id, plugin, Column.SIDE, 0, config, visibility)
        return await add_widget(self.stores.hubs, self.registry, hub, widget)


@pytest.fixture
def town(stores: Stores, registry: Registry) -> Town:
    """Give something that makes hubs."""
    return Town(stores, registry)


@pytest.fixture
def portal(
    stores: Stores,
    cache: FileCache,
    registry: Registry,
    assets: Assets,
    asked: list[tuple[int, str]],
    clock: Clock,
) -> Portal:
    """Give a portal."""

    async def ask(widget: WidgetInstance, function: str) -> None:
        asked.append((widget.id, function))

    return Portal(
        stores=stores,
        cache=cache,
        registry=registry,
        assets=assets,
        ask_refresh=ask,
        sse_url="/sse/",
        clock=clock,
    )


@pytest_twisted.async_yield_fixture
async def visitor(portal: Portal) -> AsyncIterator[Visitor]:
    """Give a visitor to the portal, which is served on a real port."""
    site = Site(portal.resource(), reactor=reactor, timeout=None)
    port = await serverFromString(reactor, "tcp:0:interface=127.0.0.1").listen(site)
    yield Visitor(f"http://127.0.0.1:{port.getHost().port}")
    await port.stopListening()
