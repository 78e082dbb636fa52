"""A restart while everybody asks: requests and events are counted on both sides."""

from __future__ import annotations

import psycopg2
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, TCP4ServerEndpoint, connectProtocol
from twisted.internet.task import Clock
from twisted.web.client import Agent
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request

from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.model.hub import Hub, HubType
from hubs.redis import Redis
from hubs.twistd_plugins.draining import DRAIN_SECONDS, GRACE_SECONDS, DrainingSite
from tests.sse.browser import Browser
from tests.systemd import Started
from tests.twistd_plugins.load import (
    LOOKERS,
    SSE,
    WEB,
    Load,
    Lookers,
    asking,
    ended,
    ready,
    told,
)
from tests.until import until


async def test_under_load_no_request_and_no_event_is_lost(
    web: Started, sse: Started, agent: Agent, hub_store: HubStore, redis: Redis
) -> None:
    hub = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    old = [web.start(*WEB), sse.start(*SSE)]
    await ready(web, sse)
    lookers = Lookers(sse.url, hub.id, redis)
    await lookers.tell()
    await until(lookers.server_has_caught_up)
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
