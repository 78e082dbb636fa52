"""Queues between the daemons: Redis streams with one consumer group each.

An item stays in its stream until it is done, so the length of a stream is its backlog. What a
process held when it died is handed to another after the lease; what failed too often goes to
`DEAD` with its error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from txredisapi import ResponseError

from hubs.redis import Redis

#: Messages as they came off a bus, for triage. Fields: ``topic``, ``body``, ``received``.
MESSAGES = "hubs:messages"
#: Work items, for workers. Fields: ``kind`` and what it needs.
WORK = "hubs:work"
#: What failed too often. Fields: ``queue``, ``item``, ``error``, ``time``.
DEAD = "hubs:dead"
_DEAD_LIMIT = 10_000

#: How long Redis holds a question for items open, seconds; also how long a stop may wait for it.
BLOCK = 1.0
#: How long a writer waits before it asks again whether there is room, seconds.
_ROOM_PAUSE = 0.25

# All or nothing, so that a writer that is killed in between leaves no half of its items.
# What is to be queued once holds its key until it is taken, and is passed over as long as it does.
_PUT = """
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
for n = 2, #ARGV, 2 do
  local once = ARGV[n]
  if once == '' or redis.call('SET', once, '1', 'NX', 'EX', '86400') then
    redis.call('XADD', KEYS[1], '*', unpack(cjson.decode(ARGV[n + 1])))
  end
end
return 1
"""
# Acknowledged and deleted at once, or the length would no longer be the backlog.
_DONE = """
for n = 2, #ARGV do
  redis.call('XACK', KEYS[1], ARGV[1], ARGV[n])
  redis.call('XDEL', KEYS[1], ARGV[n])
end
"""
_BURY = """
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', unpack(cjson.decode(ARGV[4])))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
"""


@attrs.frozen
class Item:
    """Something taken from a queue.

    Attributes:
        id: Its id in the stream.
        fields: What it says.
        attempts: How often it was handed out, this time included.
    """

    id: str
    fields: Mapping[str, str]
    attempts: int = 1


@attrs.frozen
class NewItem:
    """Something to put into a queue.

    Attributes:
        fields: What it says.
        once: A Redis key; while an item with the same one waits, this one is not queued.
    """

    fields: Mapping[str, str]
    once: str = ""


@attrs.frozen
class Limits:
    """How a queue behaves.

    Attributes:
        max_length: Items that wait before its writers have to.
        lease: Seconds until what a silent process holds goes to another.
        attempts: Failures before an item is put aside.
    """

    max_length: int = 100_000
    lease: float = 120.0
    attempts: int = 5


class Queue:
    """One stream and its consumer group."""

    _log = Logger()

    def __init__(self, stream: str, redis: Redis, limits: Limits, clock: IReactorTime) -> None:
        """Prepare a queue.

        Args:
            stream: The name of its stream; that of its group is ``hubs``.
            redis: Connections that nobody blocks.
            limits: How it behaves.
            clock: What time is.
        """
        self.stream = stream
        self.limits = limits
        self._redis = redis
        self._clock = clock

    async def offer(self, items: Sequence[NewItem]) -> bool:
        """Add some items, all or none of them, if there is room.

        Args:
            items: What to add.

        Returns:
            False if the queue is full.

        Raises:
            txredisapi.RedisError: Redis is away; nothing is known of the items.
        """
        arguments = [part for item in items for part in (item.once, _flat(item.fields))]
        return bool(
            await self._redis.execute_command(
                "EVAL", _PUT, 1, self.stream, self.limits.max_length, *arguments
            )
        )

    async def put(self, items: Sequence[NewItem]) -> None:
        """Add some items; waits while the queue is full.

        Args:
            items: What to add.

        Raises:
            txredisapi.RedisError: Redis is away; nothing is known of the items.
        """
        if await self.offer(items):
            return
        self._log.warn(
            "{stream} holds {length} items and takes no more: waiting for its readers",
            stream=self.stream,
            length=self.limits.max_length,
        )
        while not await self.offer(items):
            await deferLater(self._clock, _ROOM_PAUSE)

    async def take(self, redis: Redis, consumer: str, most: int) -> list[Item]:
        """Take new items, and wait a moment for some if there are none.

        Args:
            redis: A connection that nobody else uses: this blocks it.
            consumer: The name of who takes.
            most: How many at the most.

        Returns:
            Items, oldest first; maybe none.
        """
        reply = await self._grouped(
            redis,
            *("XREADGROUP", "GROUP", "hubs", consumer, "COUNT", most),
            *("BLOCK", int(BLOCK * 1000), "STREAMS", self.stream, ">"),
        )
        return [_item(entry) for entry in reply[0][1]] if reply else []

    async def claim(self, consumer: str, most: int) -> list[Item]:
        """Take over items that others hold for longer than the lease.

        Args:
            consumer: The name of who takes.
            most: How many at the most.

        Returns:
            Items with their count of attempts; those past the limit are put aside instead.
        """
        lease = int(self.limits.lease * 1000)
        reply = await self._grouped(
            self._redis,
            *("XAUTOCLAIM", self.stream, "hubs", consumer, lease, "0-0", "COUNT", most),
        )
        # Redis 6 gives nothing in the place of an entry that is deleted.
        claimed = [_item(entry) for entry in reply[1] if entry and entry[1]]
        items = []
        for item in claimed:
            [[_, _, _, deliveries]] = await self._redis.execute_command(
                "XPENDING", self.stream, "hubs", item.id, item.id, 1
            )
            if int(deliveries) > self.limits.attempts:
                await self._bury(item, "the process that held it died each time")
            else:
                items.append(attrs.evolve(item, attempts=int(deliveries)))
        return items

    async def done(self, items: Sequence[Item]) -> None:
        """Remove items whose effect is stored.

        Args:
            items: Ones that were taken.
        """
        ids = [item.id for item in items]
        await self._redis.execute_command("EVAL", _DONE, 1, self.stream, "hubs", *ids)

    async def failed(self, item: Item, error: str) -> None:
        """Put an item back for after the lease, or aside if it failed too often.

        Args:
            item: One that was taken.
            error: Why it failed, one line.
        """
        if item.attempts >= self.limits.attempts:
            await self._bury(item, error)
        else:
            self._log.warn(
                "{stream} {id} failed, attempt {attempt} of {attempts}: {error}",
                stream=self.stream,
                id=item.id,
                attempt=item.attempts,
                attempts=self.limits.attempts,
                error=error,
            )

    async def release(self, key: str) -> None:
        """Let an item be queued again that was put with ``once``.

        Args:
            key: Its ``once``.
        """
        await self._redis.execute_command("DEL", key)

    async def length(self) -> int:
        """Say how many items wait or are in hand."""
        return int(await self._redis.execute_command("XLEN", self.stream))

    async def _bury(self, item: Item, error: str) -> None:
        self._log.error(
            "{stream} {id} is put aside after {attempts} attempts: {error}",
            stream=self.stream,
            id=item.id,
            attempts=self.limits.attempts,
            error=error,
        )
        record = {
            "queue": self.stream,
            "item": json.dumps(dict(item.fields)),
            "error": error,
            "time": str(self._clock.seconds()),
        }
        await self._redis.execute_command(
            *("EVAL", _BURY, 2, self.stream, DEAD, "hubs", item.id, _DEAD_LIMIT, _flat(record))
        )

    async def _grouped(self, redis: Redis, *command: str | int) -> Any:
        """Run a command that needs the group, which is made when it is missing."""
        try:
            return await redis.execute_command(*command)
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
        try:
            await self._redis.execute_command(
                "XGROUP", "CREATE", self.stream, "hubs", "0", "MKSTREAM"
            )
        except ResponseError as error:
            # Somebody else was faster.
            if "BUSYGROUP" not in str(error):
                raise
        return await redis.execute_command(*command)


def _flat(fields: Mapping[str, str]) -> str:
    return json.dumps([part for pair in fields.items() for part in pair])


def _item(entry: tuple[str, list[str]]) -> Item:
    item_id, parts = entry
    return Item(item_id, dict(zip(parts[::2], parts[1::2], strict=True)))
