"""All of Hubs in a process of its own, on real servers, with the invented world in it."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import attrs
import psycopg2
import pytest
from playwright.sync_api import Browser, Page
from pytest_twisted import blockon
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from hubs.config import Services
from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.demo.population import populate
from hubs.redis import connect
from hubs.widgets.registry import Registry
from tests.chromium import chromium
from tests.live.publisher import BusPublisher
from tests.ports import free_port
from tests.processes import running
from tests.until import PATIENCE, wait_until


@attrs.frozen
class Site:
    """A running Hubs.

    Attributes:
        port: That of the portal.
        bus: What it listens to.
        log: What it says.
        database: The URL of its database.
    """

    port: int
    bus: BusPublisher
    log: Path
    database: str

    @property
    def url(self) -> str:
        """The portal, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"


def nobody_outside() -> str:
    """Give settings by which no service is where it really is: none may be in our pages."""
    nowhere = "http://127.0.0.1:1"
    places = {
        name: [nowhere] if isinstance(field.default, tuple) else nowhere
        for name, field in Services.model_fields.items()
    }
    lines = [f"{name} = {json.dumps(place)}\n" for name, place in places.items()]
    return "".join(["[services]\n", *lines])


async def fill(database: str, redis: str) -> None:
    pool = Pool(database, 1, reactor)
    pool.startService()
    await populate(HubStore(pool), Registry.from_entry_points())
    pool.stopService()
    connections = connect(redis, reactor)
    await connections.execute_command("FLUSHALL")
    await connections.disconnect()


@pytest.fixture(scope="module")
def invented_world(
    postgres_server: str, redis_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Fill a database of the module's own, and empty Redis; give the URL of the database."""
    name = f"site_{tmp_path_factory.mktemp('world').name.replace('-', '_')}"
    admin = psycopg2.connect(postgres_server.replace("/hubs?", "/postgres?"))
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE hubs")
    database = postgres_server.replace("/hubs?", f"/{name}?")
    blockon(Deferred.fromCoroutine(fill(database, redis_server)))
    yield database
    with admin.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    admin.close()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run an account system that others have written; its issuer is its address.

    Teacup is known to Hubs, crumpet is not.
    """
    port, log = free_port(), tmp_path_factory.mktemp("provider") / "log"
    words = ["oidc-provider-mock", "--port", str(port), "--require-nonce", "true"]
    for name, full_name in (("teacup", "Barnaby Teacup"), ("crumpet", "Petronella Crumpet")):
        account = {"sub": name, "nickname": name, "name": full_name}
        words += ["--user-claims", json.dumps(account)]
    with running(*words, log=log):
        wait_for(port, log)
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def site(
    invented_world: str,
    redis_server: str,
    provider: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """Run all of Hubs."""
    folder = tmp_path_factory.mktemp("site")
    port, bus, log = free_port(), BusPublisher(), folder / "log"
    config = folder / "hubs.toml"
    config.write_text(
        f"[database]\nurl = '{invented_world}'\n"
        f"[redis]\nurl = '{redis_server}'\n"
        # Some of the peers' messages name the same few people hundreds of times.
        f"[feeds]\nlimit = 1000\n"
        f"[cache]\nfolder = '{folder / 'cache'}'\n"
        f"[web]\nlisten = 'tcp:{port}:interface=127.0.0.1'\nurl = 'http://127.0.0.1:{port}'\n"
        f"[login]\nissuer = '{provider}'\nclient_id = 'hubs'\nclient_secret = 'any'\n"
        f"[listener]\nendpoints = ['{bus.endpoint}']\n{nobody_outside()}"
    )
    with running("fedora-hubs", "run", "all", "-c", config, log=log) as process:
        assert bus.listener_came(), log.read_text()
        wait_for(port, log)
        yield Site(port, bus, log, invented_world)
        process.terminate()
        # twistd ends by the signal that stopped it.
        assert process.wait(PATIENCE) == -signal.SIGTERM
    bus.close()


def wait_for(port: int, log: Path) -> None:
    def answers() -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", port)) == 0

    wait_until(answers, log.read_text)


def log_in(page: Page, site: Site, name: str = "teacup") -> None:
    """Log in at the account system, from the first page."""
    page.goto(site.url)
    page.get_by_role("link", name="Log in").click()
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(f"{site.url}/")


@pytest.fixture(scope="module")
def browser(site: Site) -> Iterator[Browser]:
    """Run Chromium without a screen.

    Only for one module, and after its site: while Playwright runs, its loop and the reactor's
    would wait for each other.
    """
    del site
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Give the folder where pictures of the pages are kept for a person to look at."""
    folder = Path(__file__).parent.parent.parent / "artefacts"
    folder.mkdir(exist_ok=True)
    return folder
