"""Tells the bus what was changed on hubs: our own queue of messages first, then everybody else.

What is to be told are rows that were written with the change itself. A row is deleted after it was
told: who is killed in between tells it again, under the same id, which has the effect of once.
What the bus refuses waits longer each time, and goes to the dead items in the end.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any

import attrs
from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from txpostgres.txpostgres import Cursor

from hubs.bus.from_fedora_messaging import wrap
from hubs.database.pool import Pool
from hubs.model.change import FOR_MEMBERS
from hubs.model.hub import HubType, hub_path
from hubs.pipeline.burial import bury
from hubs.pipeline.outage import Outage
from hubs.pipeline.queue import Limits, NewItem, Queue
from hubs.redis import Redis

#: Seconds between looks for what is to be told.
LOOK = 1.0
#: What dead items say that they were taken from, if it was not a stream but the table.
OUTGOING = "hubs:outgoing"
#: How many rows are told at once.
MOST = 100
#: How long telling some may take, seconds; their rows are locked meanwhile.
PATIENCE = 20.0


@attrs.frozen
class OutgoingMessage:
    """What is to be told.

    Attributes:
        id: The id of the message, a UUID.
        topic: With the prefix of the bus.
        body: What it says.
        time: When it happened, as ISO 8601 writes it.
    """

    id: str
    topic: str
    body: dict[str, Any]
    time: str

    def new_item(self, received: float) -> NewItem:
        """Give it as something to put into the queue of messages.

        Args:
            received: The present, seconds since the epoch.
        """
        body = wrap(self.id, self.topic, {"sent-at": self.time}, self.body)
        fields = {"topic": self.topic, "body": body.decode(), "received": str(received)}
        return NewItem(fields)


class NotTakenError(Exception):
    """A message that is refused, and would be again; the sentence says why."""


#: Tells some messages to somebody; returns why some of them are refused, by their ids, or None if
#: there is no room for any of them; raises if nobody is there.
Tell = Callable[[list[OutgoingMessage]], Coroutine[Deferred[Any], Any, Mapping[str, str] | None]]
#: Tells one message; returns when it has arrived, and raises `NotTakenError` if it is refused.
Publish = Callable[[OutgoingMessage], Coroutine[Deferred[Any], Any, None]]


@attrs.frozen
class Rows:
    """The rows of what is to be told. Several processes never have the same ones in hand.

    Attributes:
        pool: The database.
        redis: Where what is refused too often is put aside.
        limits: How often is too often, and how long it waits in between.
        clock: What time is.
        prefix: What our topics begin with, as in ``org.fedoraproject.prod``.
        url: Where people find the portal, without a slash at the end; empty if it was not said.
    """

    pool: Pool
    redis: Redis
    limits: Limits
    clock: IReactorTime
    prefix: str
    url: str = ""

    _log = Logger()

    async def tell(self, tell: Tell, *, queued: bool | None, keep: bool) -> int:
        """Tell some, the oldest first.

        Args:
            tell: Does it.
            queued: Which: those that our own queue has, or has not; None for all.
            keep: Whether they are then marked as queued, for somebody else; else they are gone.

        Returns:
            How many were told or refused.
        """

        async def body(cursor: Cursor) -> int:
            await cursor.execute(_NEXT, {"queued": queued, "most": MOST})
            rows = [_Row(*values) for values in cursor.fetchall()]
            refused = await tell([self._message(row) for row in rows]) if rows else None
            if refused is None:
                return 0
            told = [row.id for row in rows if row.message_id not in refused]
            await cursor.execute(_AFTERWARDS[keep], {"ids": told, "mark": FOR_MEMBERS})
            for row in rows:
                if row.message_id in refused:
                    await self._refused(cursor, row, refused[row.message_id])
            return len(rows)

        return await self.pool.transaction(body)

    async def put_back(self, fields: Mapping[str, str]) -> None:
        """Have something told that was put aside, with all its attempts before it.

        Args:
            fields: What its dead item says.
        """
        await self.pool.run(
            """
            INSERT INTO outgoing (message_id, topic, body, time, queued)
            SELECT %(id)s::uuid, %(topic)s, %(body)s::jsonb, %(time)s::timestamptz, true
            WHERE NOT EXISTS (SELECT FROM outgoing WHERE message_id = %(id)s::uuid)
            """,
            dict(fields),
        )

    def _message(self, row: _Row) -> OutgoingMessage:
        path = hub_path(HubType(row.body["hub_type"]), row.body["hub_name"])
        link = {"hub_url": f"{self.url}{path}"} if self.url else {}
        topic = f"{self.prefix}.{row.topic}"
        return OutgoingMessage(row.message_id, topic, row.body | link, row.time)

    async def _refused(self, cursor: Cursor, row: _Row, reason: str) -> None:
        """Let a row wait for its next attempt, or put it aside if there is none."""
        attempt = row.attempts + 1
        self._log.warn(
            "{topic} {bus_message} is refused, {attempt} of {attempts}: {reason}",
            topic=row.topic,
            bus_message=row.message_id,
            attempt=attempt,
            attempts=self.limits.attempts,
            reason=reason,
        )
        if attempt < self.limits.attempts:
            await cursor.execute(
                "UPDATE outgoing SET attempts = %s, again = clock_timestamp() + %s * interval '1 s'"
                " WHERE id = %s",
                (attempt, self.limits.pause(attempt), row.id),
            )
            return
        await bury(self.redis, OUTGOING, row.fields, reason, self.clock.seconds())
        await cursor.execute("DELETE FROM outgoing WHERE id = %s", (row.id,))


@attrs.frozen
class _Row:
    """A row as `_NEXT` gives it."""

    id: int
    message_id: str
    topic: str
    body: dict[str, Any]
    time: str
    attempts: int

    @property
    def fields(self) -> dict[str, str]:
        """What a dead item says of it."""
        body = json.dumps(self.body)
        return {"id": self.message_id, "topic": self.topic, "body": body, "time": self.time}


_NEXT = """
    SELECT id, message_id::text, topic, body,
        to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), attempts
    FROM outgoing
    WHERE (%(queued)s IS NULL OR queued = %(queued)s) AND again <= clock_timestamp()
    ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
_AFTERWARDS = {
    # What is for members goes no further than our own queue.
    True: """
        WITH told AS (SELECT %(ids)s::bigint[] AS ids),
        gone AS (DELETE FROM outgoing USING told WHERE id = ANY(ids) AND body ? %(mark)s)
        UPDATE outgoing SET queued = true FROM told WHERE id = ANY(ids) AND NOT body ? %(mark)s
    """,
    False: "DELETE FROM outgoing WHERE id = ANY(%(ids)s::bigint[])",
}


class Outbox(Service):
    """Tells what is to be told, to our own queue or to the bus beyond it, as long as it runs."""

    def __init__(
        self,
        what: str,
        rows: Rows,
        tell: Tell,
        clock: IReactorTime,
        *,
        queued: bool | None,
        keep: bool,
    ) -> None:
        """Prepare to tell.

        Args:
            what: What may be away, as a sentence begins.
            rows: What is to be told.
            tell: Tells it.
            clock: What time is.
            queued: See `Rows.tell`.
            keep: See `Rows.tell`.
        """
        self._rows = rows
        self._tell = tell
        self._clock = clock
        self._queued, self._keep = queued, keep
        self._outage = Outage(what, clock)
        self._running: Deferred[None] = succeed(None)
        # What a stop need not wait for: a pause, and what has no answer yet.
        self._waiting: Deferred[Any] = succeed(None)

    def startService(self) -> None:
        """Begin to look for what is to be told."""
        super().startService()
        self._running = Deferred.fromCoroutine(self._run())

    def stopService(self) -> Deferred[None]:
        """Look no more; what was not told is told by another, or later."""
        super().stopService()
        self._waiting.cancel()
        return self._running

    async def tell_some(self) -> int:
        """Tell some, if there is something to be told.

        Returns:
            How many messages were told or refused.
        """

        async def tell(some: list[OutgoingMessage]) -> Mapping[str, str] | None:
            told = Deferred.fromCoroutine(self._tell(some))
            self._waiting = told.addTimeout(PATIENCE, self._clock)
            return await told

        return await self._rows.tell(tell, queued=self._queued, keep=self._keep)

    async def _run(self) -> None:
        while self.running:
            try:
                told = await self.tell_some()
            except Exception as error:
                if self.running:
                    await self._pause(Deferred.fromCoroutine(self._outage.failed(error)))
            else:
                self._outage.succeeded()
                if self.running and told < MOST:
                    await self._pause(deferLater(self._clock, LOOK))

    async def _pause(self, pause: Deferred[None]) -> None:
        self._waiting = pause
        with contextlib.suppress(CancelledError):
            await pause


def outboxes(
    rows: Rows, messages: Queue, publish: Publish | None, clock: IReactorTime
) -> list[Outbox]:
    """Make what tells our own queue, and what tells everybody else, if they are to be told.

    Args:
        rows: What is to be told.
        messages: The queue of messages.
        publish: Tells one message to the bus; None if nobody wants to hear of it there.
        clock: What time is.

    Returns:
        Services.
    """

    async def to_queue(some: list[OutgoingMessage]) -> Mapping[str, str] | None:
        items = [one.new_item(clock.seconds()) for one in some]
        return {} if await messages.offer(items) else None

    # What waits for a bus that is told nothing any more goes as well.
    queued, keep = (None, False) if publish is None else (False, True)
    boxes = [Outbox("What our messages go by", rows, to_queue, clock, queued=queued, keep=keep)]
    if publish is not None:
        to_bus = partial(_each, publish)
        what = "The bus that is told of our changes"
        boxes.append(Outbox(what, rows, to_bus, clock, queued=True, keep=False))
    return boxes


async def _each(publish: Publish, some: list[OutgoingMessage]) -> dict[str, str]:
    refused = {}
    for one in some:
        try:
            await publish(one)
        except NotTakenError as error:
            refused[one.id] = str(error)
    return refused
