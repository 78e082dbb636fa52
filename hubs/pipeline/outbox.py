"""Tells the bus what was changed on hubs: our own queue of messages first, then everybody else.

What is to be told are rows that were written with the change itself. A row is deleted after it was
told: who is killed in between tells it again, under the same id, which has the effect of once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

import attrs
from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from txpostgres.txpostgres import Cursor

from hubs.bus.from_fedora_messaging import wrap
from hubs.database.pool import Pool
from hubs.model.change import FOR_MEMBERS
from hubs.model.hub import HubType, hub_path
from hubs.pipeline.outage import Outage
from hubs.pipeline.queue import NewItem, Queue

#: Seconds between looks for what is to be told.
LOOK = 1.0
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


#: Tells some messages to somebody; returns whether it has, and raises if nobody is there.
Tell = Callable[[list[OutgoingMessage]], Coroutine[Deferred[Any], Any, bool]]
#: Tells one message; returns when it has arrived.
Publish = Callable[[OutgoingMessage], Coroutine[Deferred[Any], Any, None]]


@attrs.frozen
class Rows:
    """The rows of what is to be told. Several processes never have the same ones in hand.

    Attributes:
        pool: The database.
        prefix: What our topics begin with, as in ``org.fedoraproject.prod``.
        url: Where people find the portal, without a slash at the end; empty if it was not said.
    """

    pool: Pool
    prefix: str
    url: str = ""

    async def tell(self, tell: Tell, *, queued: bool | None, keep: bool) -> int:
        """Tell some, the oldest first.

        Args:
            tell: Does it.
            queued: Which: those that our own queue has, or has not; None for all.
            keep: Whether they are then marked as queued, for somebody else; else they are gone.

        Returns:
            How many were told.
        """

        async def body(cursor: Cursor) -> int:
            await cursor.execute(
                """
                SELECT id, message_id::text, topic, body,
                    to_char(time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')
                FROM outgoing WHERE %(queued)s IS NULL OR queued = %(queued)s
                ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
                """,
                {"queued": queued, "most": MOST},
            )
            rows = cursor.fetchall()
            if not rows or not await tell([self._message(*row[1:]) for row in rows]):
                return 0
            ids = [row[0] for row in rows]
            await cursor.execute(_AFTERWARDS[keep], {"ids": ids, "mark": FOR_MEMBERS})
            return len(rows)

        return await self.pool.transaction(body)

    def _message(
        self, message_id: str, topic: str, body: dict[str, Any], time: str
    ) -> OutgoingMessage:
        path = hub_path(HubType(body["hub_type"]), body["hub_name"])
        link = {"hub_url": f"{self.url}{path}"} if self.url else {}
        return OutgoingMessage(message_id, f"{self.prefix}.{topic}", body | link, time)


_AFTERWARDS = {
    # What is for members goes no further than our own queue.
    True: """
        WITH told AS (SELECT %(ids)s AS ids),
        gone AS (DELETE FROM outgoing USING told WHERE id = ANY(ids) AND body ? %(mark)s)
        UPDATE outgoing SET queued = true FROM told WHERE id = ANY(ids) AND NOT body ? %(mark)s
    """,
    False: "DELETE FROM outgoing WHERE id = ANY(%(ids)s)",
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
            How many messages were told.
        """

        async def tell(some: list[OutgoingMessage]) -> bool:
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

    async def to_queue(some: list[OutgoingMessage]) -> bool:
        return await messages.offer([one.new_item(clock.seconds()) for one in some])

    # What waits for a bus that is told nothing any more goes as well.
    queued, keep = (None, False) if publish is None else (False, True)
    boxes = [Outbox("What our messages go by", rows, to_queue, clock, queued=queued, keep=keep)]
    if publish is not None:
        to_bus = partial(_each, publish)
        what = "The bus that is told of our changes"
        boxes.append(Outbox(what, rows, to_bus, clock, queued=True, keep=False))
    return boxes


async def _each(publish: Publish, some: list[OutgoingMessage]) -> bool:
    for one in some:
        await publish(one)
    return True
