"""Nothing lost, nothing twice: whatever dies, the feeds are those that the input makes.

``make chaos`` runs the long form. The same seed makes the same world and the same deaths; only
what exactly each of them interrupts is up to the machine.
"""

from __future__ import annotations

import itertools
import logging
import os
import random
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
import pika
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThread
from txredisapi import RedisError

from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.feeds.mongo import MongoFeeds
from hubs.pipeline.burial import DEAD
from hubs.pipeline.queue import MESSAGES, WORK
from hubs.redis import Redis, connect
from tests.chaos import world
from tests.chaos.fleet import QUEUE, Fleet
from tests.chaos.outcome import Outcome
from tests.chaos.publisher import Publisher
from tests.chaos.settling import settle
from tests.chaos.world import Message, World
from tests.until import until

#: How many messages are published in all.
PUBLISHED = int(os.environ.get("HUBS_CHAOS_MESSAGES") or 300)
#: By chance only in the long form, where somebody looks.
SEED = int(
    os.environ.get("HUBS_CHAOS_SEED")
    or (random.SystemRandom().randrange(1_000_000) if "HUBS_CHAOS_MESSAGES" in os.environ else 300)
)
#: Who dies: each alone, then any two of them together.
MORTALS = ("listener", "triage", "worker", "Redis", "PostgreSQL", "MongoDB")
#: Who dies only in the long form, because it takes long to come back.
SLOW = "RabbitMQ"
#: How many messages may be on their way when the next die.
_ON_THEIR_WAY = 100
#: What only something that hangs exceeds, seconds.
_PATIENCE = 600.0


@attrs.frozen
class Round:
    """Some messages, and who dies while they are on their way.

    Attributes:
        messages: They.
        mortals: Who dies.
        after: When, seconds after the first is published.
        away: How long they stay away, seconds.
    """

    messages: Sequence[Message]
    mortals: Sequence[str]
    after: float
    away: float


def rounds(rng: random.Random, invented: World) -> list[Round]:
    pairs = list(itertools.combinations(MORTALS, 2))
    rng.shuffle(pairs)
    slow = [(SLOW,), *((SLOW, one) for one in MORTALS)]
    turns = [*((one,) for one in MORTALS), *pairs, *slow]
    count = max(len(MORTALS) + 2, len(invented.messages) // 100)
    size = -(-len(invented.messages) // count)
    return [
        Round(
            invented.messages[number * size : (number + 1) * size],
            mortals,
            after=rng.uniform(0.0, 0.5),
            # Mostly for a moment, rarely for longer than anybody waits for an answer.
            away=min(rng.expovariate(1.0) ** 2, 20.0),
        )
        for number, mortals in zip(range(count), itertools.cycle(turns), strict=False)
    ]


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Way:
    """The way from the publisher to the feeds, and what is on it."""

    def __init__(self, fleet: Fleet, publisher: Publisher, redis: Redis) -> None:
        self._fleet = fleet
        self.publisher = publisher
        self._redis = redis

    async def length(self, stream: str) -> int:
        return int(await self._redis.execute_command("XLEN", stream))

    async def has_begun(self) -> bool:
        """Say whether a listener has made its queue."""
        try:
            await deferToThread(self.publisher.waiting, QUEUE)
        except pika.exceptions.AMQPError:
            return False
        return True

    async def has_room(self) -> bool:
        """Say whether most of what was published has arrived."""
        try:
            lengths = [await self.length(stream) for stream in (MESSAGES, WORK)]
            lengths.append(await deferToThread(self.publisher.waiting, QUEUE))
        except (RedisError, pika.exceptions.AMQPError):
            return False
        return sum(lengths) < _ON_THEIR_WAY

    async def is_empty(self) -> bool:
        """Say whether all has arrived, looking in the order in which it goes."""
        return (
            await self.has_room()
            and await deferToThread(self._fleet.rabbit.messages, QUEUE) == 0
            and await self.length(MESSAGES) == 0
            and await self.length(WORK) == 0
        )


@pytest_twisted.async_yield_fixture
async def fleet(servers_folder: Path, tmp_path: Path) -> AsyncIterator[Fleet]:
    with Fleet(servers_folder / "chaos", tmp_path) as fleet:
        await fleet.start()
        yield fleet


@pytest_twisted.async_yield_fixture
async def way(fleet: Fleet) -> AsyncIterator[Way]:
    # It would write a page each time that it is told what we ask for.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    redis = connect(fleet.redis.url, reactor)
    publisher = Publisher(fleet.rabbit.url)
    yield Way(fleet, publisher, redis)
    await redis.disconnect()
    publisher.close()


@asynccontextmanager
async def opened(fleet: Fleet) -> AsyncIterator[HubStore]:
    pool = Pool(fleet.postgres.url, 1, reactor)
    pool.startService()
    yield HubStore(pool)
    pool.stopService()


async def send(way: Way, fleet: Fleet, rng: random.Random, invented: World) -> None:
    """Publish all there is, while one after the other dies."""
    sent = 0
    for now in rounds(rng, invented):
        publishing = deferToThread(way.publisher.publish, now.messages)
        await deferLater(reactor, now.after)
        await fleet.strike([fleet.one_of(name, rng) for name in now.mortals], now.away)
        await publishing
        await until(way.has_room, _PATIENCE)
        sent += len(now.messages)
        say(f"{sent:6} of {PUBLISHED}: {' and '.join(now.mortals)} died and came back")


@pytest.mark.patience(_PATIENCE + 2 * PUBLISHED)
async def test_whoever_dies_nothing_is_lost_and_nothing_comes_twice(
    fleet: Fleet, way: Way, tmp_path: Path
) -> None:
    say(f"seed {SEED}: {PUBLISHED} messages")
    rng = random.Random(SEED)
    invented = world.invent(rng, PUBLISHED)
    async with opened(fleet) as hubs:
        numbers, widgets = await settle(invented, hubs)
    await until(way.has_begun, _PATIENCE)
    await send(way, fleet, rng, invented)
    await until(way.is_empty, _PATIENCE)
    feeds = MongoFeeds(fleet.mongo.url, 1000, reactor)
    feeds.startService()
    async with opened(fleet) as hubs:
        outcome = Outcome(
            hubs.pool,
            feeds,
            fleet.cache(),
            invented,
            numbers,
            widgets,
            way.publisher.begun,
        )
        differences = await outcome.differences()
    await feeds.stopService()
    assert not differences, f"seed {SEED}:\n" + "\n".join(differences)
    assert await way.length(DEAD) == 0
    for daemon in fleet.daemons:
        assert "Traceback" not in daemon.said(), daemon.said()
