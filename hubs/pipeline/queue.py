"""Queues between the daemons: Redis streams with one consumer group each.

An item stays in its stream until it is done, so the length of a stream is its backlog. What a
process held when it died is handed to another after the lease; what failed too often goes to
`hubs.pipeline.burial.DEAD` with its error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from twisted.internet.defer import CancelledError
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from txredisapi import ResponseError

from hubs.pipeline.burial import Taken, bury_taken
from hubs.redis import Redis
from hubs.redis.fields import flat, read_entry

#: Messages as they came off a bus, for triage. Fields: ``topic``, ``body``, ``received``.
MESSAGES = "hubs:messages"
#: Work items, for workers. Fields: ``kind`` and what it needs.
WORK = "hubs:work"

#: The field of an item that names its key.
_ONCE = "once"
#: How long Redis holds a question for items open, seconds; also how long a stop may wait for it.
BLOCK = 1.0
#: How long a writer waits before it asks again whether there is room, seconds.
_ROOM_PAUSE = 0.25

#: Past the id of any item, so that nothing is given, which would count as an attempt.
_NO_ITEM = "18446744073709551615-0"

# All or nothing, so that a writer that is killed in between leaves no half of its items.
# What is to be queued once holds its key until it is released, or put aside, and another is passed
# over as long as it does.
_PUT = """
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[1]) then return 0 end
for n = 2, #ARGV, 2 do
  local once = ARGV[n]
  if once == '' or redis.call('EXISTS', once) == 0 then
    local id = redis.call('XADD', KEYS[1], '*', unpack(cjson.decode(ARGV[n + 1])))
    if once ~= '' then redis.call('SET', once, id, 'EX', '86400') end
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
# With what a consumer holds Redis would forget that it was ever handed out.
_FORGET = """
for _, info in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
  local consumer = {}
  for n = 1, #info, 2 do consumer[info[n]] = info[n + 1] end
  if consumer.pending == 0 and consumer.idle >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
  end
end
"""


@attrs.frozen
class Item:
    """Something taken from a queue.

    Attributes:
        id: Its id in the stream.
        fields: What it says.
        attempts: How often it was handed out, this time included.
        once: The key that it was put with, which it may hold still; empty for none.
    """

    id: str
    fields: Mapping[str, str]
    attempts: int = 1
    once: str = ""


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

    def pause(self, attempts: int) -> float:
        """Say how long an item that failed waits before it is handed out again.

        Args:
            attempts: How often it failed.

        Returns:
            Seconds, more each time, but no more than the lease.
        """
        return min(self.lease, 4.0 ** (attempts - 1))


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
        self._cursor = "0-0"
        self._patient = True

    async def offer(self, items: Sequence[NewItem]) -> bool:
        """Add some items, all or none of them, if there is room.

        Args:
            items: What to add.

        Returns:
            False if the queue is full.

        Raises:
            txredisapi.RedisError: Redis is away; nothing is known of the items.
        """
        arguments = [part for item in items for part in (item.once, flat(_stored(item)))]
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
            CancelledError: It is full, and `wait_no_more` was called; none was added.
            txredisapi.RedisError: Redis is away; nothing is known of the items.
        """
        if await self.offer(items):
            return
        self._log.warn(
            "{stream} holds {length} items and takes no more: waiting for its readers",
            stream=self.stream,
            length=self.limits.max_length,
        )
        while self._patient:
            await deferLater(self._clock, _ROOM_PAUSE)
            if await self.offer(items):
                return
        raise CancelledError

    def wait_no_more(self) -> None:
        """Let no writer of this process wait for room any more: it is to end."""
        self._patient = False

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
        items: list[Item] = []
        while len(items) < most:
            for item in await self._claim_some(consumer, most - len(items)):
                if item.attempts > self.limits.attempts:
                    await self._bury(item, "the process that held it died each time")
                else:
                    items.append(item)
            if self._cursor == "0-0":
                break
        return items

    async def _claim_some(self, consumer: str, most: int) -> list[Item]:
        """Look through a part of what is held, where the last look ended."""
        lease = int(self.limits.lease * 1000)
        self._cursor, entries, *_ = await self._grouped(
            self._redis,
            *("XAUTOCLAIM", self.stream, "hubs", consumer, lease, self._cursor, "COUNT", most),
        )
        items = []
        # Redis 6 gives nothing in the place of an entry that is deleted.
        for item in [_item(entry) for entry in entries if entry and entry[1]]:
            # There is none if who held it was only slow, and is done.
            for _, _, _, deliveries in await self._redis.execute_command(
                "XPENDING", self.stream, "hubs", item.id, item.id, 1
            ):
                items.append(attrs.evolve(item, attempts=int(deliveries)))
        return items

    async def done(self, items: Sequence[Item]) -> None:
        """Remove items whose effect is stored.

        Args:
            items: Ones that were taken.
        """
        ids = [item.id for item in items]
        await self._redis.execute_command("EVAL", _DONE, 1, self.stream, "hubs", *ids)

    async def failed(self, consumer: str, item: Item, error: str) -> None:
        """Put an item back for after a pause, or aside if it failed too often.

        Args:
            consumer: The name of who holds it.
            item: One that was taken.
            error: Why it failed, one line.
        """
        if item.attempts >= self.limits.attempts:
            await self._bury(item, error)
            return
        pause = self.limits.pause(item.attempts)
        self._log.warn(
            "{stream} {id} failed, {attempt} of {attempts}, again in {pause:.0f} s: {error}",
            stream=self.stream,
            id=item.id,
            attempt=item.attempts,
            attempts=self.limits.attempts,
            pause=pause,
            error=error,
        )
        # As if we had held it for a while: the rest of the lease is the pause.
        held = int((self.limits.lease - pause) * 1000)
        await self._redis.execute_command(
            "XCLAIM", self.stream, "hubs", consumer, 0, item.id, "IDLE", held, "JUSTID"
        )

    async def hold(self, consumer: str, items: Sequence[Item]) -> None:
        """Say that items are still in hand: the lease begins anew, and no attempt is counted.

        Args:
            consumer: The name of who holds them.
            items: Ones that were taken.
        """
        ids = [item.id for item in items]
        await self._redis.execute_command(
            "XCLAIM", self.stream, "hubs", consumer, 0, *ids, "JUSTID"
        )

    async def give_back(self, consumer: str, items: Sequence[Item]) -> None:
        """Let others have items that were not begun, at once and as if we had not had them.

        Args:
            consumer: The name of who holds them.
            items: Ones that were taken.
        """
        lease = int(self.limits.lease * 1000)
        for item in items:
            await self._redis.execute_command(
                *("XCLAIM", self.stream, "hubs", consumer, 0, item.id),
                *("IDLE", lease, "RETRYCOUNT", item.attempts - 1, "JUSTID"),
            )

    async def release(self, key: str) -> None:
        """Let an item be queued again that was put with ``once``.

        Args:
            key: Its ``once``.
        """
        await self._redis.execute_command("DEL", key)

    async def announce(self, redis: Redis, consumer: str) -> None:
        """Say that a consumer is there, and forget those that hold nothing and say nothing.

        Args:
            redis: A connection of the consumer's own.
            consumer: Its name.
        """
        # Until version 7.2 Redis takes note only of those whom it gives something, or who ask for
        # what they hold.
        await self._grouped(
            redis, "XREADGROUP", "GROUP", "hubs", consumer, "STREAMS", self.stream, _NO_ITEM
        )
        silence = int(2 * self.limits.lease * 1000)
        await self._redis.execute_command("EVAL", _FORGET, 1, self.stream, "hubs", silence)

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
        now = self._clock.seconds()
        taken = Taken(self.stream, item.id, item.once)
        await bury_taken(self._redis, taken, item.fields, error, now)

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


def _stored(item: NewItem) -> dict[str, str]:
    return {**item.fields, **({_ONCE: item.once} if item.once else {})}


def _item(entry: tuple[str, list[str]]) -> Item:
    item_id, fields = read_entry(entry)
    once = fields.pop(_ONCE, "")
    return Item(item_id, fields, once=once)
