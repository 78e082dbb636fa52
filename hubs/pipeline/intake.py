"""Where messages come in, whatever bus brings them: refused with a line, or stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import attrs
from twisted.internet.defer import CancelledError
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from hubs.bus.envelope import RefusedError
from hubs.pipeline.outage import Outage
from hubs.pipeline.queue import NewItem, Queue
from hubs.watch.metrics import MESSAGES_REFUSED, MESSAGES_TAKEN


@attrs.frozen
class RawMessage:
    """A message as it came off a bus: not yet known to be one.

    Attributes:
        topic: What it was published under.
        body: What was published.
    """

    topic: bytes
    body: bytes


class Intake:
    """Puts what can be read into the queue of messages, and counts what cannot.

    Attributes:
        taken: How many messages were stored.
        refused: How many were refused, by kind of reason.
    """

    _log = Logger()

    def __init__(
        self, check: Callable[[RawMessage], str], messages: Queue, clock: IReactorTime
    ) -> None:
        """Prepare to take messages.

        Args:
            check: Gives the id of a message, and raises `RefusedError` for what no reader could
                read.
            messages: The queue of messages.
            clock: What time is.
        """
        self.taken = 0
        self.refused: Counter[str] = Counter()
        self._check = check
        self._messages = messages
        self._clock = clock
        self._outage = Outage("Redis, for what comes off the bus,", clock)

    async def take(self, messages: Sequence[RawMessage]) -> None:
        """Store messages; returns when they are stored, however long Redis is away or full.

        Args:
            messages: What came off a bus.
        """
        items = [item for message in messages if (item := self._item(message)) is not None]
        while items:
            try:
                await self._messages.put([item for _, item in items])
            except CancelledError:
                raise
            except Exception as error:
                await self._outage.failed(error)
            else:
                self._outage.succeeded()
                self.taken += len(items)
                MESSAGES_TAKEN.inc(len(items))
                for message_id, new in items:
                    self._log.info(
                        "Took {bus_message}, {topic}",
                        bus_message=message_id,
                        topic=new.fields["topic"],
                    )
                return

    def _item(self, message: RawMessage) -> tuple[str, NewItem] | None:
        try:
            return self._check(message), self._new_item(message)
        except Exception as error:
            # Also what no one thought of: it must not keep the next message from going through.
            kind = error.kind if isinstance(error, RefusedError) else type(error).__name__
            self.refused[kind] += 1
            MESSAGES_REFUSED.labels(kind).inc()
            self._log.warn(
                "Refused a message, the {count}. of its kind: {reason}",
                count=self.refused[kind],
                reason=str(error),
            )
            return None

    def _new_item(self, message: RawMessage) -> NewItem:
        return NewItem(
            {
                # As `parse` reads it, which takes what is no UTF-8 as well.
                "topic": message.topic.decode("utf-8", "replace"),
                "body": message.body.decode(),
                "received": str(self._clock.seconds()),
            }
        )
