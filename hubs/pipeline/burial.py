"""Puts aside what failed too often; `hubs.pipeline.dead` is for who looks at it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import attrs

from hubs.redis import Redis
from hubs.redis.fields import flat

#: What failed too often. Fields: ``queue``, ``item``, ``error``, ``time``.
DEAD = "hubs:dead"
_DEAD_LIMIT = 10_000

# Once, even if two processes believe to hold it. Nobody does what is put aside, so nobody else
# would release its key; but it may be that of another by now, which waits.
_BURY = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', unpack(cjson.decode(ARGV[4])))
redis.call('XDEL', KEYS[1], ARGV[2])
local once = ARGV[5]
if once ~= '' and redis.call('GET', once) == ARGV[2] then redis.call('DEL', once) end
"""


@attrs.frozen
class Taken:
    """Where something is that was taken.

    Attributes:
        stream: The stream it was taken from.
        id: Its id there.
        once: The key that it was put with; empty for none.
    """

    stream: str
    id: str
    once: str


async def bury_taken(
    redis: Redis, taken: Taken, fields: Mapping[str, str], error: str, now: float
) -> None:
    """Move something out of a stream, if it is still in it.

    Args:
        redis: Connections that nobody blocks.
        taken: Where it is.
        fields: What it says.
        error: Why it failed the last time.
        now: The present, seconds since the epoch.
    """
    record = flat(_record(taken.stream, fields, error, now))
    await redis.execute_command(
        *("EVAL", _BURY, 2, taken.stream, DEAD, "hubs", taken.id, _DEAD_LIMIT, record, taken.once)
    )


async def bury(redis: Redis, queue: str, fields: Mapping[str, str], error: str, now: float) -> None:
    """Put something aside that was in no stream.

    Args:
        redis: Connections that nobody blocks.
        queue: Where it was, by a name that no stream has.
        fields: See `bury_taken`.
        error: See `bury_taken`.
        now: See `bury_taken`.
    """
    record = _record(queue, fields, error, now)
    await redis.execute_command(
        *("XADD", DEAD, "MAXLEN", "~", _DEAD_LIMIT, "*"),
        *(part for pair in record.items() for part in pair),
    )


def _record(queue: str, fields: Mapping[str, str], error: str, now: float) -> dict[str, str]:
    return {"queue": queue, "item": json.dumps(dict(fields)), "error": error, "time": str(now)}
