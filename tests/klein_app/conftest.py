"""A served portal with the real stores behind it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, cast

import attrs
import pytest
import pytest_twisted
from pydantic import SecretStr
from twisted.internet import reactor
from twisted.internet.task import Clock

from hubs.accounts.interfaces import IAccounts
from hubs.accounts.toml_file import TomlAccounts
from hubs.cache.files import FileCache
from hubs.config import Login, Services, Sources
from hubs.database.people_store import PeopleStore
from hubs.klein_app.app import App
from hubs.klein_app.assets import Assets
from hubs.klein_app.login.flow import Flows
from hubs.klein_app.login.newcomers import Newcomers
from hubs.klein_app.login.provider import Provider
from hubs.klein_app.login.way import WayIn
from hubs.klein_app.pages.login import CALLBACK, LoginPages
from hubs.klein_app.sessions import RedisSessions, Sessions
from hubs.klein_app.templating import Templates
from hubs.model.hub import Column, Hub, HubType, Visibility, WidgetInstance
from hubs.model.reload import AccessChange, Reload
from hubs.model.viewer import Viewer
from hubs.redis import Redis
from hubs.sources.session import Session
from hubs.widgets.arrange import add_widget, functions_of
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry
from tests.klein_app.browser import Browser
from tests.klein_app.issuer import CLIENT_ID, SECRET, Issuer
from tests.klein_app.serving import serving
from tests.klein_app.visitor import Visitor
from tests.until import PATIENCE
from tests.widgets.drawing import Drawing
from tests.widgets.ours import our_widgets

#: Tuesday, 24 November 2026, 12:00 UTC.
NOON = 1795521600.0
STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture(scope="session")
def assets() -> Assets:
    """Give the real front end, built if it is not."""
    subprocess.run([sys.executable, str(STATIC / "build.py")], check=True, timeout=PATIENCE)
    return Assets.read(STATIC / "build")


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


@pytest.fixture
def stores(stores: Stores, clock: Clock) -> Stores:
    """Give what widgets read from, at noon."""
    return attrs.evolve(stores, now=clock.seconds)


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

    async def known(self, username: str) -> Viewer:
        """Make somebody who is known here, without a hub."""
        [row] = await self.stores.hubs.pool.query(
            "INSERT INTO people (username) VALUES (%s) RETURNING id, username, full_name",
            (username,),
        )
        return Viewer(*row)

    async def widget(
        self, hub: Hub, plugin: str, visibility: Visibility = Visibility.PUBLIC, **config: object
    ) -> WidgetInstance:
        """Put a widget on a hub."""
        widget = WidgetInstance(0, hub.id, plugin, Column.SIDE, 0, config, visibility)
        return await add_widget(self.stores.hubs, self.registry, hub, widget)


@pytest.fixture
def town(stores: Stores, registry: Registry) -> Town:
    """Give something that makes hubs."""
    return Town(stores, registry)


@pytest.fixture
def drawing(registry: Registry, assets: Assets, clock: Clock) -> Drawing:
    """Give what draws widgets without a page."""
    return Drawing(registry, Templates(registry, assets, clock))


@pytest.fixture
def sessions(redis: Redis) -> Sessions:
    """Give the sessions of the portal."""
    return Sessions(RedisSessions(redis, idle_seconds=3600))


@attrs.define
class Told:
    """Stands where the event streams are told of changes of access, and browsers of others."""

    changes: list[AccessChange] = attrs.field(factory=list)
    reloads: list[Reload] = attrs.field(factory=list)

    async def tell(self, change: AccessChange) -> None:
        """Keep it."""
        self.changes.append(change)

    async def tell_browsers(self, reload: Reload) -> None:
        """Keep it."""
        self.reloads.append(reload)


@pytest.fixture
def url() -> str:
    """Give the address that people know the portal by."""
    return "https://hubs.example"


@pytest.fixture
def keep() -> float:
    """Give how long the widgets of a page are kept: not at all, so each test sees them made."""
    return 0.0


@pytest.fixture
def told() -> Told:
    """Give what the event streams were told."""
    return Told()


#: Makes a portal, with anything else than usual by the name of its argument.
MakeApp = Callable[..., App]


@pytest.fixture
def make_app(
    stores: Stores,
    cache: FileCache,
    registry: Registry,
    assets: Assets,
    asked: list[tuple[int, str]],
    sessions: Sessions,
    told: Told,
    clock: Clock,
    url: str,
    keep: float,
) -> MakeApp:
    """Give what makes a portal."""

    async def ask(widget: WidgetInstance, function: str, *, if_due: bool = False) -> None:
        asked.append((widget.id, function))

    def make(**others: Any) -> App:
        usual: dict[str, Any] = {
            "stores": stores,
            "cache": cache,
            "registry": registry,
            "assets": assets,
            "ask_refresh": ask,
            "sessions": sessions,
            "tell_of_access": told.tell,
            "tell_browsers": told.tell_browsers,
            "sse_url": "/sse/",
            "clock": clock,
            "url": url,
            "keep": keep,
        }
        return App(**usual | others)

    return make


@pytest.fixture
def app(make_app: MakeApp) -> App:
    """Give a portal where nobody logs in."""
    return make_app()


@pytest_twisted.async_yield_fixture
async def visitor(app: App) -> AsyncIterator[Visitor]:
    """Give a visitor to the portal, which is served on a real port."""
    async with serving(app.resource()) as visitor:
        yield visitor


#: Where people who log in find the portal; a `Browser` asks that of the test instead.
URL = "http://hubs.example"


@pytest_twisted.async_yield_fixture
async def issuer(clock: Clock) -> AsyncIterator[Issuer]:
    """Give a strict account system with one account, abe."""
    issuer = Issuer(clock.seconds)
    async with serving(issuer.app.resource()) as visitor:
        issuer.url = visitor.origin
        yield issuer


@pytest.fixture
def login(issuer: Issuer) -> Login:
    """Give settings for it."""
    return Login(issuer=issuer.url, client_id=CLIENT_ID, client_secret=SecretStr(SECRET))


@pytest_twisted.async_yield_fixture
async def provider(login: Login, clock: Clock) -> AsyncIterator[Provider]:
    """Give what asks it."""
    session = Session(Sources(), Services(), reactor, others=[login.issuer])
    yield Provider(login, session, clock)
    await session.close()


@pytest.fixture
def accounts(accounts_file: Path) -> IAccounts:
    """Give the account system that says what people have; it knows nobody yet."""
    return TomlAccounts(accounts_file, cast("Any", reactor))


@pytest.fixture
def way_in(
    provider: Provider, stores: Stores, registry: Registry, redis: Redis, accounts: IAccounts
) -> WayIn:
    """Give the way to log in by it."""
    people = PeopleStore(stores.hubs.pool, functions_of(registry))
    newcomers = Newcomers(people, accounts)
    flows = Flows(redis)
    return WayIn(
        lambda portal, sessions: LoginPages(
            portal, sessions, flows, provider, newcomers, URL + CALLBACK
        ),
        after_logout=lambda: provider.logout_url(f"{URL}/"),
        origin=provider._settings.issuer,
    )


@pytest_twisted.async_yield_fixture
async def browser(make_app: MakeApp, way_in: WayIn) -> AsyncIterator[Browser]:
    """Give a browser that looks at a portal where one logs in."""
    async with serving(make_app(way_in=way_in).resource()) as visitor:
        yield Browser(visitor)
