"""Many who ask for pages and hear events, while processes come and go."""

from __future__ import annotations

import re
import signal
import subprocess
from urllib.parse import urlsplit

import treq
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.endpoints import HostnameEndpoint, connectProtocol
from twisted.internet.threads import deferToThread
from twisted.web.client import Agent

from hubs.model.reload import Reload
from hubs.pipeline.work import tell_browsers
from hubs.redis import Redis
from tests.sse.browser import Browser
from tests.systemd import Started
from tests.until import PATIENCE, until

WEB = ("hubs-web", "FEDORA_HUBS_WEB__LISTEN")
SSE = ("hubs-sse", "FEDORA_HUBS_SSE__LISTEN")
#: How many ask for pages at once, and how many look at one.
LOADERS, LOOKERS = 4, 12


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


async def asking(started: Started, path: str = "/t/lamps/", end: str = "\r\n") -> Browser:
    """Ask for something, on a connection that would take more than one request."""
    browser = Browser()
    port = urlsplit(started.url).port or 0
    await connectProtocol(HostnameEndpoint(reactor, "127.0.0.1", port), browser)
    browser.connection.write(f"GET {path} HTTP/1.1\r\nHost: hubs\r\n{end}".encode())
    return browser


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
