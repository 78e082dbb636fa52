"""How much waits in the queues, for how long, and who takes from them."""

from __future__ import annotations

from typing import Any

import attrs
from txredisapi import ResponseError

from hubs.pipeline.burial import DEAD
from hubs.pipeline.later import LATER
from hubs.pipeline.queue import MESSAGES, WORK
from hubs.redis import Redis
from hubs.watch.metrics import QUEUE_AGE, QUEUE_LENGTH


@attrs.frozen
class Holder:
    """A process that takes from a stream.

    Attributes:
        name: Its host and number.
        in_hand: How many items it holds.
        silent: Seconds since it was last heard of.
    """

    name: str
    in_hand: int
    silent: float


@attrs.frozen
class Backlog:
    """A stream at one moment.

    Attributes:
        stream: Its name.
        length: How many items wait or are in hand.
        oldest: Seconds since the first of them came; None if there is none.
        holders: Who takes from it; empty as well for a stream without a group.
    """

    stream: str
    length: int
    oldest: float | None
    holders: tuple[Holder, ...]

    @property
    def in_hand(self) -> int:
        """How many items somebody holds."""
        return sum(holder.in_hand for holder in self.holders)


async def backlog(redis: Redis, stream: str) -> Backlog:
    """Look at a stream.

    Args:
        redis: Connections that nobody blocks.
        stream: Its name; it need not be there.

    Returns:
        How it is now.
    """
    length = int(await redis.execute_command("XLEN", stream))
    first: Any = await redis.execute_command("XRANGE", stream, "-", "+", "COUNT", 1)
    seconds, microseconds = await redis.execute_command("TIME")
    now = int(seconds) + int(microseconds) / 1_000_000
    # An id begins with the milliseconds of Redis' clock.
    came = [int(entry[0].partition("-")[0]) / 1000 for entry in first]
    oldest = max(0.0, now - came[0]) if came else None
    return Backlog(stream, length, oldest, await _holders(redis, stream))


async def put_off(redis: Redis) -> Backlog:
    """Look at what waits for outside services.

    Args:
        redis: Connections that nobody blocks.

    Returns:
        How much it is; when each was put off is not known.
    """
    return Backlog(LATER, int(await redis.execute_command("ZCARD", LATER)), None, ())


async def measure_backlog(redis: Redis) -> None:
    """Set the metrics of all queues.

    Args:
        redis: Connections that nobody blocks.

    Raises:
        txredisapi.RedisError: Redis is away; what is measured is unknown then.
    """
    try:
        for stream in (MESSAGES, WORK, DEAD):
            found = await backlog(redis, stream)
            QUEUE_LENGTH.labels(stream).set(found.length)
            QUEUE_AGE.labels(stream).set(found.oldest or 0.0)
        QUEUE_LENGTH.labels(LATER).set((await put_off(redis)).length)
    except Exception:
        QUEUE_LENGTH.labels(LATER).set(float("nan"))
        for stream in (MESSAGES, WORK, DEAD):
            QUEUE_LENGTH.labels(stream).set(float("nan"))
            QUEUE_AGE.labels(stream).set(float("nan"))
        raise


async def _holders(redis: Redis, stream: str) -> tuple[Holder, ...]:
    try:
        reply = await redis.execute_command("XINFO", "CONSUMERS", stream, "hubs")
    except ResponseError as error:
        # Nobody has begun to take.
        if "no such key" in str(error) or "NOGROUP" in str(error):
            return ()
        raise
    consumers = [dict(zip(one[::2], one[1::2], strict=True)) for one in reply]
    return tuple(
        Holder(one["name"], int(one["pending"]), int(one["idle"]) / 1000)
        for one in sorted(consumers, key=lambda one: str(one["name"]))
    )
