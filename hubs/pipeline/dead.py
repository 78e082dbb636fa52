"""What failed too often, for people to look at, to try again and to drop."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from hubs.pipeline.burial import DEAD
from hubs.pipeline.outbox import OUTGOING
from hubs.pipeline.queue import Queue
from hubs.redis import Redis
from hubs.redis.fields import flat, read_entry

#: How many are read at once.
_PAGE = 200

# At once, so that whoever is killed in between neither loses the item nor doubles it.
_RETRY = """
if redis.call('XLEN', KEYS[2]) >= tonumber(ARGV[2]) then return 'full' end
if redis.call('XDEL', KEYS[1], ARGV[1]) == 0 then return 'gone' end
redis.call('XADD', KEYS[2], '*', unpack(cjson.decode(ARGV[3])))
return 'done'
"""


#: Puts the fields of something that is no item of a stream back where it was.
TellAgain = Callable[[Mapping[str, str]], Awaitable[None]]


class RetryError(Exception):
    """An item cannot be put back; the sentence says why. It is still put aside."""


@attrs.frozen
class DeadItem:
    """Something that failed too often.

    Attributes:
        id: Its id among its kind.
        queue: The stream it was taken from, or `OUTGOING`.
        fields: What it says.
        error: Why it failed the last time.
        time: When that was, seconds since the epoch.
    """

    id: str
    queue: str
    fields: Mapping[str, str]
    error: str
    time: float


class DeadItems:
    """The stream of what failed too often."""

    def __init__(
        self, redis: Redis, queues: Iterable[Queue], tell_again: TellAgain | None = None
    ) -> None:
        """Prepare to look.

        Args:
            redis: Connections that nobody blocks.
            queues: Where items may be put back.
            tell_again: Puts messages back that the bus refused.
        """
        self._redis = redis
        self._queues = {queue.stream: queue for queue in queues}
        self._tell_again = tell_again

    async def count(self) -> int:
        """Say how many there are."""
        return int(await self._redis.execute_command("XLEN", DEAD))

    async def newest(self, most: int) -> list[DeadItem]:
        """Give those that failed last.

        Args:
            most: How many at the most.

        Returns:
            They, the newest first.
        """
        reply = await self._redis.execute_command("XREVRANGE", DEAD, "+", "-", "COUNT", most)
        return [_dead_item(entry) for entry in reply]

    async def all(self) -> AsyncIterator[DeadItem]:
        """Give all that are there now, the oldest first; not those that come meanwhile."""
        [*end] = await self.newest(1)
        start = "-"
        while end:
            page: Any = await self._redis.execute_command(
                "XRANGE", DEAD, start, end[0].id, "COUNT", _PAGE
            )
            for entry in page:
                yield _dead_item(entry)
            if len(page) < _PAGE:
                return
            start = f"({page[-1][0]}"

    async def find(self, ids: Sequence[str]) -> dict[str, DeadItem]:
        """Look some up.

        Args:
            ids: Theirs.

        Returns:
            Those that are there, by id.
        """
        found = {}
        for item_id in ids:
            for entry in await self._redis.execute_command("XRANGE", DEAD, item_id, item_id):
                found[item_id] = _dead_item(entry)
        return found

    async def retry(self, item: DeadItem) -> bool:
        """Put one back at the end of its queue, with all its attempts before it.

        Args:
            item: The item.

        Returns:
            False if somebody else did that meanwhile, or dropped it.

        Raises:
            RetryError: Its queue is full, or none of ours.
        """
        if item.queue == OUTGOING and self._tell_again is not None:
            # Who is killed in between finds it here again, and it goes out under the same id.
            await self._tell_again(item.fields)
            return await self.drop(item)
        queue = self._queues.get(item.queue)
        if queue is None:
            known = ", ".join(self._queues)
            raise RetryError(f"{item.id} is of the queue {item.queue!r}, expected one of {known}")
        most = queue.limits.max_length
        said = await self._redis.execute_command(
            "EVAL", _RETRY, 2, DEAD, item.queue, item.id, most, flat(item.fields)
        )
        if said == "full":
            raise RetryError(f"{item.queue} is full, with {most} items")
        return bool(said == "done")

    async def drop(self, item: DeadItem) -> bool:
        """Delete one for ever.

        Args:
            item: The item.

        Returns:
            False if it was not there any more.
        """
        return bool(await self._redis.execute_command("XDEL", DEAD, item.id))


def _dead_item(entry: tuple[str, list[str]]) -> DeadItem:
    item_id, fields = read_entry(entry)
    return DeadItem(
        item_id,
        fields["queue"],
        json.loads(fields["item"]),
        fields["error"],
        float(fields["time"]),
    )
