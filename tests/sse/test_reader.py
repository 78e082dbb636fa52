"""From a real Redis to the broker, and to a browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
import pytest
import pytest_twisted
from prometheus_client import REGISTRY
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.task import Clock
from twisted.logger import capturedLogs

from hubs.demo.private_redis import PrivateRedis
from hubs.model.cause import Cause
from hubs.model.reload import AccessChange, Reload, StreamNews
from hubs.pipeline.work import RELOAD, tell_browsers, tell_of_access, tell_of_streams
from hubs.redis import Redis, connect
from hubs.sse.event import EventId
from hubs.sse.reader import BATCH, MalformedEntryError, ReloadReader, parse_entry
from tests.sse.logged import lines
from tests.sse.portal import Portal
from tests.until import until


@attrs.define
class Published:
    """What a reader has published, and to how many browsers."""

    browsers: int = 0
    ids: list[EventId] = attrs.field(factory=list)
    reloads: list[Reload | StreamNews | AccessChange] = attrs.field(factory=list)

    def publish(self, event_id: EventId, reload: Reload | StreamNews | AccessChange) -> int:
        """Stand where the broker stands."""
        self.ids.append(event_id)
        self.reloads.append(reload)
        return self.browsers


@pytest.fixture
def published() -> Published:
    """Give what the reader has published."""
    return Published()


@pytest_twisted.async_yield_fixture
async def reader(
    redis_server: str, redis: Redis, published: Published
) -> AsyncIterator[ReloadReader]:
    """Give a reader that is not started yet, of an empty Redis."""
    connection = connect(redis_server, reactor)
    reader = ReloadReader(connection, published.publish, reactor)
    yield reader
    await reader.stopService()
    await connection.disconnect()


async def test_what_workers_tell_is_published_in_order(
    redis: Redis, reader: ReloadReader, published: Published
) -> None:
    reader.startService()
    told = [Reload.feed(1), Reload.widget(1, 12), Reload.feed(2)]
    for reload in told:
        await tell_browsers(redis, reload)
    await until(lambda: published.reloads == told)
    entries = await redis.execute_command("XRANGE", RELOAD, "-", "+")
    assert [str(event_id) for event_id in published.ids] == [entry[0] for entry in entries]


async def test_news_of_streams_are_published_with_whose_they_are(
    redis: Redis, reader: ReloadReader, published: Published
) -> None:
    reader.startService()
    news = StreamNews(frozenset({7, 12}))
    await redis.execute_command("XADD", RELOAD, "*", "target", "stream", "people", "7,x")
    await tell_of_streams(redis, news, Cause("1", 1.0))
    await until(lambda: published.reloads == [news])


async def test_it_begins_with_all_that_redis_still_has(
    redis: Redis, reader: ReloadReader, published: Published
) -> None:
    told = [Reload.feed(number) for number in range(BATCH + 10)]
    for reload in told:
        await tell_browsers(redis, reload)
    reader.startService()
    await until(lambda: published.reloads == told)


async def test_of_many_entries_that_say_the_same_only_the_last_is_published(
    redis: Redis, reader: ReloadReader, published: Published
) -> None:
    for reload in (Reload.feed(1), Reload.feed(2), Reload.feed(1)):
        await tell_browsers(redis, reload)
    reader.startService()
    await until(lambda: published.reloads == [Reload.feed(2), Reload.feed(1)])
    assert published.ids == sorted(published.ids)


async def test_an_entry_that_says_nothing_is_told_of_once_and_passed_over(
    redis: Redis, reader: ReloadReader, published: Published
) -> None:
    with capturedLogs() as logged:
        reader.startService()
        entry_id = await redis.execute_command("XADD", RELOAD, "*", "hub", "x", "target", "feed")
        await tell_browsers(redis, Reload.feed(1))
        await until(lambda: published.reloads == [Reload.feed(1)])
    assert lines(logged) == [
        f"Skipped {entry_id} in hubs:reload: expected a hub's number in its field hub, got 'x'"
    ]


@pytest.mark.parametrize(
    "change", [AccessChange(hub_id=1), AccessChange(person_id=2), AccessChange(1, 2)]
)
async def test_it_tells_whose_access_has_changed(
    redis: Redis, reader: ReloadReader, published: Published, change: AccessChange
) -> None:
    reader.startService()
    await tell_of_access(redis, change)
    await until(lambda: published.reloads == [change])


@pytest.mark.parametrize(
    "fields",
    [
        [],
        ["hub", "1"],
        ["target", "feed"],
        ["hub", "-1", "target", "feed"],
        ["hub", "9" * 19, "target", "feed"],
        ["hub", "\u0661", "target", "feed"],
        ["hub", b"\xff", "target", "feed"],
        ["hub", "1", "target", ""],
        ["hub", "1", "target", "feed\ndata: forged"],
        ["hub", "1", "target", "x" * 65],
        ["hub", "1", "target", b"\xff"],
        ["target", "access"],
        ["hub", "x", "target", "access"],
        ["person", "-1", "target", "access"],
    ],
)
def test_an_entry_with_a_field_missing_or_wrong_is_malformed(fields: list[str | bytes]) -> None:
    with pytest.raises(
        MalformedEntryError,
        match=r"expected a .* in (its field|one of its fields) (hub|target|person)",
    ):
        parse_entry(fields)


async def test_a_redis_that_goes_and_comes_back_loses_nothing_and_is_told_of_once(
    servers_folder: Path, published: Published
) -> None:
    server = PrivateRedis(servers_folder / "restarted", fsync=False)
    url = server.start()
    redis, connection = connect(url, reactor), connect(url, reactor)
    reader = ReloadReader(connection, published.publish, reactor)
    with capturedLogs() as logged:
        reader.startService()
        await tell_browsers(redis, Reload.feed(1))
        await until(lambda: len(published.reloads) == 1)
        server.stop()
        await until(lambda: len(lines(logged)) == 1)
        assert server.start() == url
        await tell_browsers(redis, Reload.feed(2))
        await until(lambda: len(published.reloads) == 2)
    assert published.reloads == [Reload.feed(1), Reload.feed(2)]
    away, back = lines(logged)
    assert away.startswith("hubs:reload is away: ")
    assert back.startswith("hubs:reload is back after ")
    await reader.stopService()
    await redis.disconnect()
    await connection.disconnect()
    server.stop()


async def test_a_redis_that_refuses_is_told_of_once_and_asked_less_and_less_often(
    redis: Redis, redis_server: str, published: Published
) -> None:
    clock = Clock()
    connection = connect(redis_server, reactor)
    reader = ReloadReader(connection, published.publish, clock)
    await redis.execute_command("SET", RELOAD, "no stream")
    pauses = []
    with capturedLogs() as logged:
        reader.startService()
        for _ in range(6):
            await until(lambda: len(clock.getDelayedCalls()) == 1)
            pauses.append(clock.getDelayedCalls()[0].getTime() - clock.seconds())
            clock.advance(pauses[-1])
        await redis.execute_command("DEL", RELOAD)
        await tell_browsers(redis, Reload.feed(1))
        await until(lambda: len(clock.getDelayedCalls()) == 1 or published.reloads != [])
        clock.advance(60)
        await until(lambda: published.reloads == [Reload.feed(1)])
    assert len(lines(logged)) == 2
    assert pauses[-1] > pauses[0] * 2
    await reader.stopService()
    await connection.disconnect()


async def test_stopping_does_not_wait_for_the_next_event(
    redis: Redis, reader: ReloadReader, published: Published
) -> None:
    reader.startService()
    await tell_browsers(redis, Reload.feed(1))
    await until(lambda: len(published.reloads) == 1)
    with capturedLogs() as logged:
        await reader.stopService()
    assert lines(logged) == []
    await tell_browsers(redis, Reload.feed(2))
    assert published.reloads == [Reload.feed(1)]


async def test_a_browser_hears_what_it_missed_while_the_service_was_down(
    redis: Redis, redis_server: str
) -> None:
    async with service(redis_server) as portal:
        browser = await portal.look_at(1)
        await tell_browsers(redis, Reload.feed(1))
        await browser.until(lambda: len(browser.events) == 1)
    await tell_browsers(redis, Reload.widget(1, 7))
    async with service(redis_server) as portal:
        other = await portal.look_at(2)
        await tell_browsers(redis, Reload.feed(2))
        await other.until(lambda: len(other.events) == 1)
        back = await portal.look_at(1, browser.last_event_id)
    assert [event.name for event in back.events] == ["widget-7"]


async def test_a_burst_for_one_hub_cuts_nobody_off(redis: Redis, redis_server: str) -> None:
    told = [Reload.widget(1, number) for number in range(4 * BATCH)]
    await gatherResults([Deferred.fromCoroutine(tell_browsers(redis, reload)) for reload in told])
    async with service(redis_server) as portal:
        browser = await portal.look_at(1)
        await browser.until(lambda: len(browser.events) == len(told))
        assert portal.broker.closed_because_slow == 0


@asynccontextmanager
async def service(redis_url: str) -> AsyncIterator[Portal]:
    """Run the event streams as a process of them does: reader, broker and a port."""
    portal = Portal()
    connection = connect(redis_url, reactor)
    reader = ReloadReader(connection, portal.broker.publish, reactor)
    await portal.open()
    reader.startService()
    yield portal
    await reader.stopService()
    await portal.close()
    await connection.disconnect()


async def test_what_comes_to_browsers_is_measured_and_logged_with_the_ids_of_all_messages(
    redis: Redis, reader: ReloadReader, published: Published
) -> None:
    def measured() -> float:
        return REGISTRY.get_sample_value("hubs_browser_latency_seconds_count") or 0.0

    before = measured()
    sent = reactor.seconds() - 7
    await tell_browsers(redis, Reload.feed(1), Cause("nobody-looks", sent))
    reader.startService()
    await until(lambda: len(published.reloads) == 1)
    published.browsers = 3
    with capturedLogs() as logged:
        for name in ("m1", "m2"):
            await tell_browsers(redis, Reload.feed(2), Cause(name, sent))
        await tell_browsers(redis, Reload.feed(2))
        await until(lambda: measured() == before + 2)
    assert [event["bus_message"] for event in logged if "bus_message" in event] == ["m1", "m2"]
    assert (REGISTRY.get_sample_value("hubs_browser_latency_seconds_sum") or 0.0) >= 14.0
