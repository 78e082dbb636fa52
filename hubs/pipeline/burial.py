"""Puts aside what failed too often; `hubs.pipeline.dead` is for who looks at it."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hubs.redis import Redis
from hubs.redis.fields import flat

#: What failed too often. Fields: ``queue``, ``item``, ``error``, ``time``.
DEAD = "hubs:dead"
_DEAD_LIMIT = 10_000

# Once, even if two processes believe to hold it.
_BURY = """
if redis.call('XACK', KEYS[1], ARGV[1], ARGV[2]) == 0 then return end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', unpack(cjson.decode(ARGV[4])))
redis.call('XDEL', KEYS[1], ARGV[2])
"""


async def bury_taken(
    redis: Redis, stream: str, item_id: str, fields: Mapping[str, str], error: str, now: float
) -> None:
    """Move something out of a stream, if it is still in it.

    Args:
        redis: Connections that nobody blocks.
        stream: The stream it was taken from.
        item_id: Its id there.
        fields: What it says.
        error: Why it failed the last time.
        now: The present, seconds since the epoch.
    """
    record = flat(_record(stream, fields, error, now))
    await redis.execute_command(
        *("EVAL", _BURY, 2, stream, DEAD, "hubs", item_id, _DEAD_LIMIT, record)
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
