"""Fetching what was missed, from a local datagrepper into a real Redis."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest
import pytest_twisted
from fedora_messaging.message import Message
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.web.http import Request
from twisted.web.server import NOT_DONE_YET

from hubs.bus.envelope import message_id, parse
from hubs.bus.from_fedora_messaging import wrap
from hubs.bus.message import BusMessage
from hubs.bus.reader import Reader
from hubs.cache.files import FileCache
from hubs.config import Services, Sources
from hubs.model.hub import Hub, HubType
from hubs.model.person import Role
from hubs.model.stream import stream_feed
from hubs.pipeline.backfill import (
    ATTEMPTS,
    BACKFILL,
    FIRST_STRETCH,
    MOST,
    Backfill,
    NothingInterruptedError,
)
from hubs.pipeline.intake import Intake, RawMessage
from hubs.pipeline.later import Later
from hubs.pipeline.queue import MESSAGES, WORK, Item, Limits, NewItem, Queue
from hubs.pipeline.triage import Triage
from hubs.pipeline.worker import Worker
from hubs.redis import Redis
from hubs.sources.datagrepper import Datagrepper, Filters
from hubs.sources.errors import AwayError, StatusError
from hubs.sources.session import Session
from hubs.teams.mirror import Mirror
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry
from tests.sources.archive import Archive, ids_in
from tests.sources.conftest import NOON, Reactor
from tests.sources.outside import Outside, breaks_off, hangs_up, says
from tests.until import until

ALL = Filters()
HOUR = 3600.0


def check(message: RawMessage) -> str:
    return message_id(parse(message.topic, message.body, 100_000, 100))


@attrs.define
class Watcher:
    """Writes down what it is told."""

    span: tuple[int, int] = (0, 0)
    steps: list[tuple[int, int]] = attrs.field(factory=list)
    waited: list[str] = attrs.field(factory=list)

    def begins(self, start: int, end: int) -> None:
        self.span = (start, end)

    def reached(self, position: int, taken: int) -> None:
        self.steps.append((position, taken))

    def waits(self, why: str) -> None:
        self.waited.append(why)


class Desk:
    """All that a run needs."""

    def __init__(self, archive: Archive, session: Session, redis: Redis, timed: Reactor) -> None:
        self.archive, self.session, self.redis, self.clock = archive, session, redis, timed.clock
        self.queue = Queue(MESSAGES, redis, Limits(max_length=10_000), reactor)
        self.rests = Clock()
        self.rests.advance(NOON)
        self.watcher = Watcher()

    def backfill(self) -> Backfill:
        """Give a new one, as a new process has it."""
        intake = Intake(check, self.queue, reactor)
        return Backfill(Datagrepper(self.session), intake, self.queue, self.redis, self.rests)

    async def run(
        self, since: float | None, until: float | None = None, filters: Filters = ALL
    ) -> Backfill:
        """Run to the end, and let pauses pass at once."""
        filling = self.backfill()
        await self.passing(filling.run(filters, since, until, self.watcher))
        return filling

    async def passing(self, running: Any) -> None:
        ended: list[Any] = []
        Deferred.fromCoroutine(running).addBoth(ended.append)

        def look() -> bool:
            self.tick()
            return bool(ended)

        await until(look)
        if ended[0] is not None:
            ended[0].raiseException()

    def tick(self) -> None:
        """Let the next pause pass: that of a run, or a short one between two attempts."""
        if resting := self.rests.getDelayedCalls():
            # Nobody is asked meanwhile, so the timeouts of requests are not in the way.
            pause = resting[0].getTime() - self.rests.seconds()
            self.clock.advance(pause)
            self.rests.advance(pause)
        for call in self.clock.getDelayedCalls():
            if call.getTime() - self.clock.seconds() < 3:
                self.clock.advance(call.getTime() - self.clock.seconds())
                self.rests.advance(self.clock.seconds() - self.rests.seconds())
                break

    async def queued(self) -> list[str]:
        """Give the ids in the queue, oldest first."""
        return ids_in(await self.redis.execute_command("XRANGE", MESSAGES, "-", "+"))

    async def interrupted(self) -> Any:
        """Give what is kept of runs that did not end."""
        return await self.redis.execute_command("HVALS", BACKFILL)


@pytest_twisted.async_yield_fixture
async def outside() -> AsyncIterator[Outside]:
    """Give an outside service."""
    outside = Outside()
    outside.open()
    yield outside
    await outside.close()


@pytest_twisted.async_yield_fixture
async def desk(redis: Redis, outside: Outside) -> AsyncIterator[Desk]:
    """Give all that a run needs, with an empty archive, at noon."""
    timed = Reactor()
    archive = Archive(outside)
    session = Session(Sources(max_size=50_000), Services(datagrepper=archive.url), timed)
    yield Desk(archive, session, redis, timed)
    await session.close()


async def test_what_was_sent_in_the_span_is_queued_in_its_order(desk: Desk) -> None:
    desk.archive.fill(250, NOON - HOUR, 10.0)
    desk.archive.fill(3, NOON - 2 * HOUR, 10.0)
    filled = await desk.run(NOON - HOUR)
    assert await desk.queued() == desk.archive.ids[:250]
    assert (filled.taken, dict(filled.refused)) == (250, {})
    assert desk.watcher.span == (int(NOON - HOUR), int(NOON))
    assert desk.watcher.steps[-1] == (int(NOON), 250)
    assert await desk.interrupted() == []


async def test_the_envelope_is_the_one_that_the_listener_makes(desk: Desk) -> None:
    desk.archive.fill(1, NOON - 30, 1)
    await desk.run(NOON - 60)
    [(_, parts)] = await desk.redis.execute_command("XRANGE", MESSAGES, "-", "+")
    fields = dict(zip(parts[::2], parts[1::2], strict=True))
    [one] = desk.archive.records
    assert fields["topic"] == one["topic"]
    assert json.loads(fields["body"]) == {
        "msg_id": one["id"],
        "topic": one["topic"],
        "timestamp": NOON - 30,
        "headers": one["headers"],
        "msg": one["body"],
    }


async def test_filters_and_an_end_are_passed_on(desk: Desk) -> None:
    desk.archive.fill(2, NOON - 100, 1.0, "bodhi.update.new")
    desk.archive.fill(2, NOON - 100, 1.0, "wiki.article.edit")
    desk.archive.fill(2, NOON - 10, 1.0, "wiki.article.edit")
    await desk.run(NOON - HOUR, NOON - 50, Filters(categories=("wiki",)))
    assert await desk.queued() == desk.archive.ids[2:4]


async def test_much_at_once_is_asked_for_in_short_stretches_and_little_in_long_ones(
    desk: Desk,
) -> None:
    desk.archive.fill(3 * MOST, NOON - FIRST_STRETCH, 0.1)
    await desk.run(NOON - 40 * HOUR)
    assert set(await desk.queued()) == set(desk.archive.ids)
    spans = [one["end"] - one["start"] for one in desk.archive.searches]
    assert max(spans) > 8 * HOUR
    assert len(spans) < 70
    assert max(one["page"] for one in desk.archive.searches) <= MOST / 100 + 1


async def test_more_than_is_asked_for_at_once_in_one_second_comes_too(desk: Desk) -> None:
    desk.archive.fill(MOST + 150, NOON - 30.5, 0.0)
    await desk.run(NOON - 60)
    assert set(await desk.queued()) == set(desk.archive.ids)


async def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones(desk: Desk) -> None:
    desk.archive.fill(130, NOON - 500, 1.0)
    for number in (3, 4, 5):
        desk.archive.records[number]["body"]["notes"] = "x" * 20_000
    desk.archive.records[50]["body"]["notes"] = "x" * 60_000
    filled = await desk.run(NOON - FIRST_STRETCH)
    assert set(await desk.queued()) == {*desk.archive.ids} - {desk.archive.ids[50]}
    assert dict(filled.refused) == {"too large": 1}


async def test_what_is_no_message_is_counted_and_the_rest_comes(desk: Desk) -> None:
    desk.archive.fill(3, NOON - 100, 1.0)
    desk.archive.records[0]["topic"] = None
    desk.archive.records[1]["body"] = "text"
    answer = {"raw_messages": [*desk.archive.records, None], "total": 4}
    desk.archive.troubles[1] = says(answer)
    filled = await desk.run(NOON - FIRST_STRETCH)
    assert await desk.queued() == desk.archive.ids[2:]
    assert dict(filled.refused) == {"no topic": 2, "no msg": 1}


async def test_trouble_on_the_way_is_waited_for_and_nothing_is_left_out(desk: Desk) -> None:
    desk.archive.fill(500, NOON - HOUR, 7.0)
    desk.archive.troubles = {
        2: hangs_up,
        3: says({"error": "oh"}, 500),
        4: says({}, 429, retry_after="13"),
        6: breaks_off,
        8: says({}, 503),
    }
    await desk.run(NOON - HOUR)
    assert await desk.queued() == desk.archive.ids
    assert [why.partition(";")[0] for why in desk.watcher.waited][-1] == (
        f"{desk.archive.outside.host} wants no more requests for now"
    )


async def test_an_archive_that_stays_away_ends_it_and_the_next_run_goes_on(desk: Desk) -> None:
    desk.archive.fill(400, NOON - HOUR, 9.0)
    asked = 4
    desk.archive.troubles = dict.fromkeys(range(asked, 100), says({}, 500))
    with pytest.raises(AwayError):
        await desk.run(NOON - HOUR)
    assert len(desk.watcher.waited) == ATTEMPTS - 1
    [kept] = await desk.interrupted()
    position = json.loads(kept)["position"]
    assert position > NOON - HOUR

    desk.archive.troubles = {}
    for clock in (desk.clock, desk.rests):
        clock.advance(600)
    desk.archive.searches.clear()
    await desk.run(None)
    assert desk.archive.searches[0]["start"] == position
    assert set(await desk.queued()) == set(desk.archive.ids)
    assert await desk.interrupted() == []


async def interrupt(desk: Desk, since: float, filters: Filters = ALL) -> int:
    """Let a run be killed in its third stretch, and say how far it came."""
    running = Deferred.fromCoroutine(desk.backfill().run(filters, since, None, desk.watcher))
    running.addErrback(lambda _: None)
    asked = len(desk.archive.searches)
    desk.archive.troubles[asked + 3] = desk.archive.outside.hang

    def look() -> bool:
        desk.tick()
        return len(desk.archive.searches) == asked + 3

    await until(look)
    running.cancel()
    kept = [json.loads(one) for one in await desk.interrupted()]
    return int(kept[-1]["position"])


async def test_who_asks_again_for_what_was_interrupted_goes_on_from_there(desk: Desk) -> None:
    desk.archive.fill(360, NOON - HOUR, 10.0)
    position = await interrupt(desk, NOON - HOUR)
    desk.archive.searches.clear()
    # As "1h" is a little later.
    await desk.run(NOON - HOUR + 5)
    assert desk.archive.searches[0]["start"] == position
    assert set(await desk.queued()) == set(desk.archive.ids)


async def test_who_asks_for_something_else_begins_anew(desk: Desk) -> None:
    desk.archive.fill(360, NOON - HOUR, 10.0)
    await interrupt(desk, NOON - HOUR)
    desk.archive.searches.clear()
    await desk.run(NOON - 2 * HOUR)
    assert desk.archive.searches[0]["start"] == NOON - 2 * HOUR
    await interrupt(desk, NOON - HOUR)
    desk.archive.searches.clear()
    await desk.run(NOON - HOUR, filters=Filters(categories=("bodhi",)))
    assert desk.archive.searches[0]["start"] == NOON - HOUR
    with pytest.raises(NothingInterruptedError):
        await desk.run(None, filters=Filters(categories=("wiki",)))
    # That one is not forgotten for these.
    await desk.run(None)


async def test_a_search_that_is_refused_ends_it(desk: Desk) -> None:
    desk.archive.troubles[1] = says({"error": "no"}, 400)
    with pytest.raises(StatusError):
        await desk.run(NOON - HOUR)


async def test_the_archive_rests_as_long_as_it_worked(desk: Desk) -> None:
    desk.archive.fill(150, NOON - 500, 1.0)
    held: list[Request] = []

    def work(request: Request) -> int:
        held.append(request)
        return NOT_DONE_YET

    desk.archive.troubles[1] = work
    running = Deferred.fromCoroutine(desk.backfill().run(ALL, NOON - 600, None, desk.watcher))
    await until(lambda: bool(held))
    for clock in (desk.clock, desk.rests):
        clock.advance(4)
    held[0].write(json.dumps({"raw_messages": desk.archive.records[:100], "total": 150}).encode())
    held[0].finish()
    await until(lambda: bool(desk.rests.getDelayedCalls()))
    [rest] = desk.rests.getDelayedCalls()
    assert rest.getTime() == desk.rests.seconds() + 4
    assert len(desk.archive.searches) == 1

    async def wait() -> None:
        await running

    await desk.passing(wait())
    assert await desk.queued() == desk.archive.ids


async def test_half_the_queue_is_for_what_happens_now(desk: Desk) -> None:
    desk.queue = Queue(MESSAGES, desk.redis, Limits(max_length=20), reactor)
    await desk.queue.put([NewItem({"topic": "a.b"})] * 11)
    desk.archive.fill(5, NOON - 30, 1.0)
    running = Deferred.fromCoroutine(desk.backfill().run(ALL, NOON - 60, None, desk.watcher))

    def look() -> bool:
        desk.tick()
        return bool(desk.watcher.waited)

    await until(look)
    assert desk.watcher.waited == ["11 messages wait for triage; the queue is half full"]
    assert await desk.queue.length() == 11
    await desk.redis.execute_command("XTRIM", MESSAGES, "MAXLEN", 0)

    async def rest() -> None:
        await running

    await desk.passing(rest())
    assert await desk.queued() == desk.archive.ids


async def everything(desk: Desk, worker: Worker, triage: Triage, work: Queue) -> None:
    """Do what is in both queues."""
    while await desk.queue.length():
        items = await desk.queue.take(desk.redis, "me", 100)
        await triage.handle(items)
        await desk.queue.done(items)
    while await work.length():
        items = await work.take(desk.redis, "me", 100)
        await worker.handle(items)
        await work.done(items)


async def test_what_the_bus_brought_too_is_there_and_counts_once(
    desk: Desk, stores: Stores, cache: FileCache, mirror: Mirror
) -> None:
    hub = await stores.hubs.create_hub(Hub(0, HubType.USER, "abe", "abe", ""))
    await stores.hubs.set_role(hub.id, "abe", "abe", Role.OWNER)
    work = Queue(WORK, desk.redis, Limits(), reactor)
    later = Later(work, desk.redis, reactor)
    registry = Registry({})
    worker = Worker(stores, cache, registry, mirror, work, later, desk.redis, reactor)
    reader = Reader.from_entry_points()

    def read(item: Item) -> BusMessage:
        topic, body = item.fields["topic"].encode(), item.fields["body"].encode()
        return reader.read(parse(topic, body, 100_000, 100), float(item.fields["received"]))

    triage = Triage(read, stores.hubs, registry, work)
    bus = Intake(check, desk.queue, reactor)

    # Over AMQP, as `AmqpListener` puts it into the envelope.
    new = Message(
        topic="org.fedoraproject.prod.bodhi.update.request.testing",
        body={"update": {"alias": "FEDORA-2026-1", "user": {"name": "abe"}}, "agent": "abe"},
    )
    headers = new._properties.headers
    # Not now: what is searched must not grow with every day since that noon.
    headers["sent-at"] = "2026-11-24T11:59:20+00:00"
    await bus.take([RawMessage(new.topic.encode(), wrap(new.id, new.topic, headers, new.body))])
    # Over ZeroMQ, in the envelope of fedmsg.
    old = {
        "msg_id": "2026-1a5fb8a5-9f1d-4b7a-9b0b-6c9f0f6f7d11",
        "topic": "org.fedoraproject.prod.bodhi.update.request.stable",
        "timestamp": int(NOON) - 100,
        "msg": {"update": {"alias": "FEDORA-2026-2", "user": {"name": "abe"}}, "agent": "abe"},
        "i": 1,
        "username": "bodhi",
    }
    await bus.take([RawMessage(b"", json.dumps(old).encode())])
    sent = "2026-11-24T11:58:20+00:00"
    desk.archive.records = [
        {"id": new.id, "topic": new.topic, "headers": dict(headers), "body": new.body},
        {
            "id": old["msg_id"],
            "topic": old["topic"],
            "headers": {"sent-at": sent},
            "body": old["msg"],
        },
    ]
    await everything(desk, worker, triage, work)
    for _ in range(2):
        filled = await desk.run(NOON - HOUR)
        assert filled.taken == 2
        await everything(desk, worker, triage, work)
    entries = await stores.feeds.entries(hub.feed)
    assert [entry.id for entry in entries] == [new.id, old["msg_id"]]
    assert await stores.hubs.pool.query("SELECT sum(messages) FROM activity") == [(2,)]
    assert len(await stores.feeds.entries(stream_feed(1))) == 2
