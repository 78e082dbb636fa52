"""Work that is put off until the outside service it needs may be asked again."""

from __future__ import annotations

import contextlib
import json
import random
import sys

import attrs
from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from hubs.pipeline.outage import Outage
from hubs.pipeline.queue import Item, NewItem, Queue
from hubs.pipeline.work import GroupWork, PeopleWork, RefreshWork, Work, WorkItemError, read
from hubs.redis import Redis

#: A sorted set of work items by the time at which they are due, seconds since the epoch. It holds
#: each refresh and each group once, and no more refreshes than the queue of work may hold, so that
#: no message waits while an outside service is away.
LATER = "hubs:later"
#: Seconds between looks for what is due.
LOOK = 5.0
#: Those that wait for one host are spread over so many seconds.
SPREAD = 10.0
_MOST = 500

# What is there already takes no more room.
_PUT = """
local full = redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[1])
if full and not redis.call('ZSCORE', KEYS[1], ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[3])
return 1
"""
# What was put off once more since it was read stays.
_TAKE_OUT = """
for n = 1, #ARGV, 2 do
  if redis.call('ZSCORE', KEYS[1], ARGV[n]) == ARGV[n + 1] then
    redis.call('ZREM', KEYS[1], ARGV[n])
  end
end
"""


class Later(Service):
    """Keeps work items until they are due, and puts them into the queue of work then.

    Every worker looks for what is due, so that it does not matter which of them runs.
    """

    def __init__(self, work: Queue, redis: Redis, clock: IReactorTime) -> None:
        """Prepare to keep them.

        Args:
            work: The queue of work.
            redis: Connections that nobody blocks.
            clock: What time is.
        """
        self._work = work
        self._redis = redis
        self._clock = clock
        self._outage = Outage(f"Redis, for {LATER},", clock)
        self._running: Deferred[None] | None = None

    async def put(self, work: Work, time: float, *, if_room: bool = False) -> bool:
        """Put work off; what is put off already is due at the new time alone.

        Args:
            work: The work.
            time: When it is due, seconds since the epoch.
            if_room: Whether it may be dropped when as much is put off as the queue of work may
                hold.

        Returns:
            Whether it was put off.
        """
        if isinstance(work, RefreshWork | GroupWork | PeopleWork):
            # Who asked for it first makes no other work of it.
            work = attrs.evolve(work, cause=None)
        due = max(time, self._clock.seconds()) + random.uniform(0, SPREAD)  # noqa: S311 - no secret
        fields = json.dumps(dict(work.new_item().fields), sort_keys=True)
        most = self._work.limits.max_length if if_room else sys.maxsize
        return bool(await self._redis.execute_command("EVAL", _PUT, 1, LATER, most, due, fields))

    async def put_back(self) -> None:
        """Put what is due into the queue of work; what the queue has no room for stays."""
        reply = await self._redis.execute_command(
            *("ZRANGEBYSCORE", LATER, "-inf", self._clock.seconds()),
            *("WITHSCORES", "LIMIT", 0, _MOST),
        )
        if not reply:
            return
        items = [_new_item(json.loads(fields)) for fields in reply[::2]]
        if await self._work.offer(items):
            await self._redis.execute_command("EVAL", _TAKE_OUT, 1, LATER, *reply)

    def startService(self) -> None:
        """Begin to look for what is due."""
        super().startService()
        self._running = Deferred.fromCoroutine(self._run())

    async def stop(self) -> None:
        """Look no more."""
        running, self._running = self._running, None
        if running is not None:
            running.cancel()
            await running

    def stopService(self) -> Deferred[None]:
        """See `stop`."""
        super().stopService()
        return Deferred.fromCoroutine(self.stop())

    async def _run(self) -> None:
        with contextlib.suppress(CancelledError):
            while True:
                try:
                    await self.put_back()
                except CancelledError:
                    raise
                except Exception as error:
                    await self._outage.failed(error)
                else:
                    self._outage.succeeded()
                await deferLater(self._clock, LOOK)


def _new_item(fields: dict[str, str]) -> NewItem:
    """Make an item of what was put off; the queue of work puts aside what cannot be read."""
    try:
        return read(Item("", fields)).new_item()
    except WorkItemError:
        return NewItem(fields)
