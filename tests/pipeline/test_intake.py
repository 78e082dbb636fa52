"""Taking what comes off a bus, into a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs

from hubs.bus.envelope import RefusedError
from hubs.demo.private_redis import PrivateRedis
from hubs.pipeline.intake import Intake, RawMessage
from hubs.pipeline.queue import MESSAGES, Limits, Queue
from hubs.redis import Redis, connect
from tests.until import until


def check(message: RawMessage) -> str:
    if message.body == b"bad":
        raise RefusedError("no lamp", "a lamp", message.body)
    if message.body == b"worse":
        raise ZeroDivisionError("nobody thought of it")
    return f"id of {message.body.decode()}"


@pytest.fixture
def away(servers_folder: Path) -> Iterator[tuple[PrivateRedis, str]]:
    """Give a Redis that does not run yet, and its URL."""
    server = PrivateRedis(servers_folder / "away")
    url = server.start()
    server.stop()
    yield server, url
    server.stop()


async def test_what_can_be_read_is_stored_as_it_came_and_the_rest_is_counted(
    redis: Redis,
) -> None:
    queue = Queue(MESSAGES, redis, Limits(), reactor)
    intake = Intake(check, queue, reactor)
    with capturedLogs() as logs:
        bodies = (b"good", b"bad", b"worse", "žluť".encode(), b"bad")
        await intake.take([RawMessage(b"a.b", body) for body in bodies])
    assert (intake.taken, dict(intake.refused)) == (2, {"no lamp": 2, "ZeroDivisionError": 1})
    assert [event["count"] for event in logs if "count" in event] == [1, 1, 2]
    taken = [event["bus_message"] for event in logs if "bus_message" in event]
    assert taken == ["id of good", "id of žluť"]
    items = await queue.take(redis, "me", 10)
    assert [(item.fields["topic"], item.fields["body"]) for item in items] == [
        ("a.b", "good"),
        ("a.b", "žluť"),
    ]
    assert float(items[0].fields["received"]) == pytest.approx(reactor.seconds(), abs=60)


async def test_a_topic_that_is_no_utf_8_keeps_nothing_from_going_through(redis: Redis) -> None:
    queue = Queue(MESSAGES, redis, Limits(), reactor)
    intake = Intake(check, queue, reactor)
    await intake.take([RawMessage(b"a.\xff", b"first"), RawMessage(b"a.b", b"second")])
    items = await queue.take(redis, "me", 10)
    assert [item.fields["topic"] for item in items] == ["a.\N{REPLACEMENT CHARACTER}", "a.b"]


async def test_nothing_is_stored_where_all_is_refused(redis: Redis) -> None:
    queue = Queue(MESSAGES, redis, Limits(), reactor)
    await Intake(check, queue, reactor).take([RawMessage(b"a.b", b"bad")])
    assert await queue.length() == 0


async def test_a_redis_that_is_away_is_waited_for_and_told_of_once(
    away: tuple[PrivateRedis, str],
) -> None:
    server, url = away
    hasty, patient = connect(url, reactor, timeout=0.5), connect(url, reactor)
    intake = Intake(check, Queue(MESSAGES, hasty, Limits(), reactor), reactor)
    with capturedLogs() as logs:
        taking = Deferred.fromCoroutine(intake.take([RawMessage(b"a.b", b"good")]))
        await until(lambda: any("is away" in str(event.get("log_format")) for event in logs))
        server.start()
        await taking
    items = await Queue(MESSAGES, patient, Limits(), reactor).take(patient, "me", 10)
    # Who gives up before the answer comes does not know that it was stored, and stores it again.
    assert {item.fields["body"] for item in items} == {"good"}
    assert intake.taken == 1
    assert len([event for event in logs if "is away" in str(event.get("log_format"))]) == 1
    await hasty.disconnect()
    await patient.disconnect()
