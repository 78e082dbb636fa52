"""What is answered to those who watch, over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_twisted
import treq
from treq.response import _Response as Response
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.task import Clock
from twisted.logger import capturedLogs, formatEvent
from twisted.web.client import Agent

from hubs.watch.health import Health
from hubs.watch.metrics import QUEUE_LENGTH
from hubs.watch.resource import watch_site


class Watched:
    """A service that is watched."""

    def __init__(self) -> None:
        self.health = Health(Clock())
        self.errors: list[Exception] = []
        self.url = ""

    async def probe(self) -> None:
        for error in self.errors:
            raise error
        QUEUE_LENGTH.labels("hubs:test").set(7)

    async def ask(self, path: str, method: str = "GET") -> tuple[int, str, Response]:
        client = treq.client.HTTPClient(Agent(reactor))
        response = await client.request(method, self.url + path)
        return response.code, await response.text(), response


@pytest_twisted.async_yield_fixture
async def watched() -> AsyncIterator[Watched]:
    service = Watched()
    site = watch_site(service.health, [service.probe])
    port = await serverFromString(reactor, "tcp:0:interface=127.0.0.1").listen(site)
    service.url = f"http://127.0.0.1:{port.getHost().port}"
    yield service
    await port.stopListening()


async def test_alive(watched: Watched) -> None:
    with capturedLogs() as logged:
        code, text, _ = await watched.ask("/healthz")
    assert (code, text) == (200, '{"status": "alive"}\n')
    assert not [event for event in logged if "healthz" in formatEvent(event)]
    assert (await watched.ask("/healthz", "HEAD"))[:2] == (200, "")
    assert (await watched.ask("/fish"))[0] == 404
    assert (await watched.ask("/healthz", "POST"))[0] == 405


async def test_ready_or_not(watched: Watched) -> None:
    async def away() -> None:
        raise OSError("nobody there")

    async def here() -> None:
        pass

    watched.health.add("database", here)
    watched.health.add("cache", away, needed=False)
    code, text, response = await watched.ask("/readyz")
    assert (code, text) == (
        200,
        '{"ready": true, "stores": {"database": "ok", "cache": "nobody there"}}\n',
    )
    assert response.headers.getRawHeaders("cache-control") == ["no-store"]
    watched.health._asked = float("-inf")
    watched.health.add("redis", away)
    code, text, _ = await watched.ask("/readyz")
    assert code == 503
    assert '"ready": false' in text
    assert '"redis": "nobody there"' in text


async def test_metrics_are_what_prometheus_collects(watched: Watched) -> None:
    async def away() -> None:
        raise OSError("nobody there")

    watched.health.add("lamp store", away)
    code, text, response = await watched.ask("/metrics")
    assert code == 200
    assert 'hubs_store_up{store="lamp store"} 0.0\n' in text
    [kind] = response.headers.getRawHeaders("content-type") or [""]
    assert kind.startswith("text/plain; version=")
    assert 'hubs_queue_length{queue="hubs:test"} 7.0\n' in text
    assert "process_resident_memory_bytes " in text


async def test_a_probe_that_fails_leaves_the_other_metrics(watched: Watched) -> None:
    watched.errors.append(OSError("Redis is away"))
    code, text, _ = await watched.ask("/metrics")
    assert code == 200
    assert "hubs_messages_taken_total" in text


async def test_a_visitor_who_leaves_is_no_error(watched: Watched) -> None:
    waiting: Deferred[None] = Deferred()
    watched.health.add("database", lambda: waiting)
    asking = Deferred.fromCoroutine(watched.ask("/readyz"))
    asking.addErrback(lambda _: None)
    asking.cancel()
    waiting.callback(None)
    await asking
    assert (await watched.ask("/readyz"))[0] == 200
