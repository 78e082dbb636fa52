"""A restart while everybody asks: requests and events are counted on both sides."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
import pytest_twisted
import treq
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.endpoints import HostnameEndpoint, TCP4ServerEndpoint, connectProtocol
from twisted.internet.task import Clock
from twisted.internet.threads import deferToThread
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request

from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.model.hub import Hub, HubType
from hubs.model.reload import Reload
from hubs.pipeline.work import tell_browsers
from hubs.redis import Redis
from hubs.twistd_plugins.draining import DRAIN_SECONDS, GRACE_SECONDS, DrainingSite
from tests.sse.browser import Browser
from tests.systemd import Started
from tests.until import PATIENCE, until

WEB = ("hubs-web", "FEDORA_HUBS_WEB__LISTEN")
SSE = ("hubs-sse", "FEDORA_HUBS_SSE__LISTEN")
#: How many ask for pages at once, and how many look at one.
LOADERS, LOOKERS = 4, 12


@pytest.fixture
def config(tmp_path: Path, database_url: str, redis_server: str) -> Path:
    file = tmp_path / "hubs.toml"
    file.write_text(
        f"[database]\nurl = '{database_url}'\npool_size = 2\n"
        f"[redis]\nurl = '{redis_server}'\n"
        f"[cache]\nfolder = '{tmp_path / 'cache'}'\n"
    )
    return file


@pytest.fixture
def web(config: Path, tmp_path: Path) -> Iterator[Started]:
    yield from _at_a_socket(tmp_path / "web", config)


@pytest.fixture
def sse(config: Path, tmp_path: Path) -> Iterator[Started]:
    yield from _at_a_socket(tmp_path / "sse", config)


def _at_a_socket(folder: Path, config: Path) -> Iterator[Started]:
    folder.mkdir()
    started = Started(folder, config)
    yield started
    started.close()
    assert "Traceback" not in (folder / "log").read_text()


@pytest_twisted.async_yield_fixture
async def agent() -> AsyncIterator[Agent]:
    """Give what keeps connections open, and asks nothing twice."""
    connections = HTTPConnectionPool(reactor, persistent=True)
    connections.retryAutomatically = False
    connections.maxPersistentPerHost = LOADERS
    yield Agent(reactor, pool=connections)
    await connections.closeCachedConnections()


async def told(started: Started, state: str) -> None:
    while await deferToThread(started.hears) != state:
        pass


async def ready(*services: Started) -> None:
    await gatherResults([Deferred.fromCoroutine(told(one, "READY=1")) for one in services])


async def ended(*processes: subprocess.Popen[bytes]) -> None:
    for process in processes:
        process.send_signal(signal.SIGTERM)
    for process in processes:
        assert await deferToThread(process.wait, PATIENCE) == -signal.SIGTERM


class Load:
    """Asks for a page, over and over, from several connections."""

    def __init__(self, agent: Agent, url: str) -> None:
        self._agent, self._url = agent, url
        self.asked = 0
        self.answers: list[int] = []
        self._going_on = True
        self._asking = [Deferred.fromCoroutine(self._ask()) for _ in range(LOADERS)]

    async def _ask(self) -> None:
        while self._going_on:
            self.asked += 1
            response = await self._agent.request(b"GET", self._url.encode())
            text = await treq.content(response)
            assert b"</html>" in text
            self.answers.append(response.code)

    async def some_more(self) -> None:
        """Wait until everybody was answered again."""
        enough = len(self.answers) + 3 * LOADERS
        await until(lambda: len(self.answers) >= enough)

    async def end(self) -> None:
        self._going_on = False
        await gatherResults(self._asking, consumeErrors=True)


class Looker:
    """Looks at a hub as a page does: comes back with the last id that it knows."""

    def __init__(self, url: str, hub_id: int) -> None:
        self._port = urlsplit(url).port or 0
        self._hub_id = hub_id
        self._last_id = ""
        self.heard: list[str] = []
        self.retries: list[int] = []
        self.browser = Browser()

    async def come(self) -> None:
        self.browser = Browser()
        await connectProtocol(HostnameEndpoint(reactor, "127.0.0.1", self._port), self.browser)
        request = f"GET /sse/?hub={self._hub_id} HTTP/1.1\r\nHost: hubs\r\n"
        request += f"Last-Event-ID: {self._last_id}\r\n" if self._last_id else ""
        self.browser.connection.write(f"{request}\r\n".encode())
        await self.browser.until_received(b": welcome")

    async def leave(self) -> None:
        """Be sent away, and keep what a page would."""
        await self.browser.until_closed()
        self.heard += [event.name for event in self.browser.events]
        self._last_id = self.browser.last_event_id
        said = re.findall(r"^retry: (\d+)$", self.browser.body, re.MULTILINE)
        self.retries.append(int(said[-1]))
        assert len(said) == 2


class Lookers:
    """Many who look at one hub, and what they are told."""

    def __init__(self, url: str, hub_id: int, redis: Redis) -> None:
        self.all = [Looker(url, hub_id) for _ in range(LOOKERS)]
        self.told: list[str] = []
        self._url, self._hub_id, self._redis = url, hub_id, redis

    async def tell(self) -> None:
        reload = Reload.widget(self._hub_id, len(self.told) + 1)
        await tell_browsers(self._redis, reload)
        self.told.append(reload.target)

    async def come(self) -> None:
        for looker in self.all:
            await looker.come()

    async def hear(self) -> None:
        for looker in self.all:
            await looker.browser.until_received(f"event: {self.told[-1]}\n".encode())

    async def leave(self) -> None:
        for looker in self.all:
            await looker.leave()

    async def server_has_caught_up(self) -> bool:
        """Say whether the server has read what was told before it started."""
        stranger = Looker(self._url, self._hub_id)
        await stranger.come()
        stranger.browser.connection.loseConnection()
        await stranger.browser.until_closed()
        return stranger.browser.last_event_id != "0-0"


async def test_under_load_no_request_and_no_event_is_lost(
    web: Started, sse: Started, agent: Agent, hub_store: HubStore, redis: Redis
) -> None:
    hub = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    old = [web.start(*WEB), sse.start(*SSE)]
    await ready(web, sse)
    lookers = Lookers(sse.url, hub.id, redis)
    await lookers.tell()
    await lookers.come()
    load = Load(agent, f"{web.url}/t/lamps/")
    await load.some_more()
    await lookers.tell()
    ending = Deferred.fromCoroutine(ended(*old))
    new = [web.start(*WEB), sse.start(*SSE)]
    try:
        await lookers.tell()
        await lookers.leave()
        await lookers.tell()
        await ending
        await ready(web, sse)
        await lookers.tell()
        await load.some_more()
        await until(lookers.server_has_caught_up)
        await lookers.come()
        await lookers.tell()
        await lookers.hear()
        await load.end()
    finally:
        await ended(*new)
    await lookers.leave()
    assert len(load.answers) == load.asked
    assert set(load.answers) == {200}
    assert [looker.heard for looker in lookers.all] == [lookers.told[1:]] * LOOKERS
    assert len({looker.retries[0] for looker in lookers.all}) > LOOKERS // 2


async def asking(started: Started) -> Browser:
    """Ask for a page, on a connection that would take more than one request."""
    browser = Browser()
    port = urlsplit(started.url).port or 0
    await connectProtocol(HostnameEndpoint(reactor, "127.0.0.1", port), browser)
    browser.connection.write(b"GET /t/lamps/ HTTP/1.1\r\nHost: hubs\r\n\r\n")
    return browser


async def test_what_is_in_hand_is_answered_while_who_comes_waits_for_the_next_process(
    web: Started, hub_store: HubStore, database_url: str
) -> None:
    await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    process = web.start(*WEB)
    await ready(web)
    with psycopg2.connect(database_url) as lock, lock.cursor() as cursor:
        cursor.execute("LOCK TABLE hubs")
        in_hand = await asking(web)
        await until(lambda: _waits_for_lock(hub_store.pool))
        ending = Deferred.fromCoroutine(ended(process))
        await told(web, "STOPPING=1")
        late = await asking(web)
        lock.rollback()
    await in_hand.until_closed()
    assert in_hand.head.startswith("HTTP/1.1 200 ")
    assert "\r\nConnection: close\r\n" in in_hand.head
    assert in_hand.body.endswith("</html>\r\n0\r\n\r\n")
    await ending
    assert late.open
    assert not late.received
    process = web.start(*WEB)
    try:
        await late.until_received(b"</html>")
        assert late.head.startswith("HTTP/1.1 200 ")
    finally:
        late.connection.loseConnection()
        await ended(process)


async def _waits_for_lock(pool: Pool) -> bool:
    return bool(await pool.query("SELECT 1 FROM pg_locks WHERE NOT granted"))


class Slow(Resource):
    """Never answers."""

    isLeaf = True

    def render_GET(self, request: Request) -> int:
        del request
        return NOT_DONE_YET


async def test_a_connection_without_a_request_has_its_grace_and_a_request_has_its_time() -> None:
    clock = Clock()
    site = DrainingSite(Slow(), clock)
    port = await TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(site)
    there = HostnameEndpoint(reactor, "127.0.0.1", port.getHost().port)
    idle, busy, late = [await connectProtocol(there, Browser()) for _ in range(3)]
    busy.connection.write(b"GET / HTTP/1.1\r\nHost: hubs\r\n\r\n")
    await until(lambda: sum(len(channel.requests) for channel in site.channels) == 1)
    await until(lambda: len(site.channels) == 3)
    await port.stopListening()
    drained = site.drain()
    late.connection.write(b"GET / HTTP/1.1\r\nHost: hubs\r\n\r\n")
    await until(lambda: sum(len(channel.requests) for channel in site.channels) == 2)
    assert idle.open
    clock.advance(GRACE_SECONDS)
    await idle.until_closed()
    assert busy.open
    assert late.open
    clock.advance(DRAIN_SECONDS - GRACE_SECONDS)
    await drained
    await busy.until_closed()
    await late.until_closed()
    assert not clock.getDelayedCalls()
