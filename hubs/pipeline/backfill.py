"""What was missed: messages from the archive of the bus, put into the queue that the bus fills.

The archive is asked for a few minutes at a time, oldest first, so that a search is cheap for it
however much is missing. How far we came is kept in Redis beside the queue itself: whatever
happens to the queue happens to it too. What is asked for twice, because we were killed in
between, has the effect of once, as all messages have.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Protocol

import attrs
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater

from hubs.bus.from_fedora_messaging import wrap
from hubs.pipeline.intake import Intake, RawMessage
from hubs.pipeline.queue import Queue
from hubs.redis import Redis
from hubs.sources.datagrepper import MOST_ROWS, Datagrepper, Filters, Page, Record
from hubs.sources.errors import AwayError, TooLargeError

#: A hash: how far each interrupted run came, by what it asks for.
BACKFILL = "hubs:backfill"
#: Seconds that are asked for at first; it grows and shrinks with what there is.
FIRST_STRETCH = 600
#: More messages than that are not asked for as one stretch; fewer than the other are too few.
MOST, FEW = 1000, 300
#: How often an archive that is away is asked in a row, and how long we wait for it, seconds.
ATTEMPTS, LONGEST_WAIT = 6, 900.0
#: The longest rest that the archive is given after an answer, seconds.
LONGEST_REST = 5.0
#: Records of a page, ever fewer where a page is too large.
_ROWS = (MOST_ROWS, 20, 4, 1)
_ROOM_PAUSE = 1.0


class NothingInterruptedError(Exception):
    """No run of the same kind was interrupted, so there is none to go on with."""


@attrs.frozen
class Reached:
    """How far a run came.

    Attributes:
        since: From when on it asked, seconds since the epoch.
        until: Until when it was to ask, seconds since the epoch; None for the present.
        position: All that was sent before is in the queue, seconds since the epoch.
    """

    since: int
    until: int | None
    position: int


class Watcher(Protocol):
    """Is told how a run goes."""

    def begins(self, start: int, end: int) -> None:
        """Hear from when to when the run goes, seconds since the epoch."""

    def reached(self, position: int, taken: int) -> None:
        """Hear how far it is, seconds since the epoch, and how many messages it has brought."""

    def waits(self, why: str) -> None:
        """Hear for what it waits, a sentence."""


class Backfill:
    """Puts what the archive has into the queue of messages.

    Attributes:
        taken: How many messages were put there.
        refused: How many were not, by kind of reason.
    """

    def __init__(
        self,
        archive: Datagrepper,
        intake: Intake,
        messages: Queue,
        redis: Redis,
        clock: IReactorTime,
    ) -> None:
        """Prepare to ask.

        Args:
            archive: Who is asked.
            intake: Takes the messages.
            messages: Where it puts them.
            redis: Where it is kept how far we came.
            clock: What time is.
        """
        self._archive = archive
        self._intake = intake
        self._messages = messages
        self._redis = redis
        self._clock = clock
        self._too_large = 0
        self._seen: set[str] = set()

    @property
    def taken(self) -> int:
        """How many messages were put into the queue."""
        return self._intake.taken

    @property
    def refused(self) -> Counter[str]:
        """How many were not, by kind of reason."""
        return self._intake.refused + Counter({"too large": self._too_large})

    async def run(
        self, filters: Filters, since: float | None, until: float | None, watcher: Watcher
    ) -> None:
        """Put what was sent between two times into the queue; what is there already stays one.

        Args:
            filters: Which messages.
            since: From when on, seconds since the epoch; None to go on where the run of the same
                filters that was interrupted came.
            until: Until when, seconds since the epoch; None for the present.
            watcher: Is told how it goes.

        Raises:
            NothingInterruptedError: There is none to go on with.
            SourceError: The archive gives no answer. What was put is there, and the next run
                goes on from there.
            txredisapi.RedisError: Redis is away; the next run goes on where this one came.
        """
        reached = await self._begin(filters, since, until)
        end = math.ceil(self._clock.seconds()) if reached.until is None else reached.until
        watcher.begins(reached.position, end)
        stretch = FIRST_STRETCH
        while reached.position < end:
            stop = min(reached.position + stretch, end)
            total = await self._take(filters, reached.position, stop, watcher)
            if total is None:
                stretch = max(1, (stop - reached.position) // 2)
                continue
            reached = attrs.evolve(reached, position=stop)
            await self._save(filters, reached)
            watcher.reached(stop, self.taken)
            if total < FEW:
                stretch *= 2
        await self._redis.execute_command("HDEL", BACKFILL, self._name(filters))

    async def _begin(self, filters: Filters, since: float | None, until: float | None) -> Reached:
        found = await self._redis.execute_command("HGET", BACKFILL, self._name(filters))
        before = Reached(**json.loads(found)) if found else None
        last = None if until is None else math.ceil(until)
        if since is None:
            if before is None:
                raise NothingInterruptedError
            return attrs.evolve(before, until=before.until if last is None else last)
        first = math.floor(since)
        if before is not None and before.since <= first <= before.position:
            return attrs.evolve(before, until=last)
        return Reached(first, last, first)

    async def _save(self, filters: Filters, reached: Reached) -> None:
        value = json.dumps(attrs.asdict(reached))
        await self._redis.execute_command("HSET", BACKFILL, self._name(filters), value)

    def _name(self, filters: Filters) -> str:
        address = self._archive.session.services.datagrepper
        return json.dumps([address, sorted(filters.topics), sorted(filters.categories)])

    async def _take(self, filters: Filters, start: int, stop: int, watcher: Watcher) -> int | None:
        """Put what was sent in a stretch into the queue.

        Args:
            filters: Which messages.
            start: Its begin, seconds since the epoch.
            stop: Its end, seconds since the epoch.
            watcher: Is told for what we wait.

        Returns:
            How many messages there were; None, and nothing was done, if it is better cut in two.
        """
        offset, rows, total = 0, MOST_ROWS, 1
        # What was sent in the very second where two stretches meet is in both.
        before, self._seen = self._seen, set()
        while offset < total:
            try:
                page = await self._page(filters, start, stop, offset // rows + 1, rows, watcher)
            except TooLargeError:
                if rows > 1:
                    rows = _ROWS[_ROWS.index(rows) + 1]
                else:
                    # No message of the bus is so large.
                    self._too_large += 1
                    offset += 1
                    total = max(total, offset + 1)
                continue
            if page.total > MOST and offset == 0 and stop - start > 1:
                self._seen = before
                return None
            if not page.records:
                break
            await self._room(watcher)
            new = [one for one in page.records if one.id not in before | self._seen]
            await self._intake.take([_raw(record) for record in new])
            self._seen.update(one.id for one in new if one.id)
            offset, total = offset + rows, page.total
        return total

    async def _page(
        self, filters: Filters, start: int, stop: int, number: int, rows: int, watcher: Watcher
    ) -> Page:
        """Ask for a page, and wait if nobody answers; then let who worked for us rest as long."""
        attempts = 0
        while True:
            began = self._clock.seconds()
            try:
                page = await self._archive.search(filters, start, stop, number, rows)
            except AwayError as error:
                attempts += 1
                now = self._clock.seconds()
                wait = max(1.0, (error.retry_at or now) - now)
                if attempts == ATTEMPTS or wait > LONGEST_WAIT:
                    raise
                watcher.waits(str(error))
                await deferLater(self._clock, wait)
            else:
                worked = self._clock.seconds() - began
                await deferLater(self._clock, min(worked, LONGEST_REST))
                return page

    async def _room(self, watcher: Watcher) -> None:
        """Wait while the queue is half full: the other half is for what happens now."""
        told = False
        while (length := await self._messages.length()) > self._messages.limits.max_length // 2:
            if not told:
                watcher.waits(f"{length} messages wait for triage; the queue is half full")
                told = True
            await deferLater(self._clock, _ROOM_PAUSE)


def _raw(record: Record) -> RawMessage:
    body = wrap(record.id, record.topic, record.headers, record.body)
    return RawMessage(record.topic.encode("utf-8", "replace"), body)
