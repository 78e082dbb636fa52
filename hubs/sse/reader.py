"""Reads what the workers tell browsers, from Redis to the broker."""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from hubs.model.cause import Cause
from hubs.model.reload import STREAM, AccessChange, Reload, StreamNews
from hubs.pipeline.outage import Outage
from hubs.pipeline.work import ACCESS, RELOAD
from hubs.redis import Redis
from hubs.sse.event import EventId
from hubs.watch.metrics import BROWSER_LATENCY, EVENTS_SENT

#: What an entry of the stream of events says.
Change = Reload | StreamNews | AccessChange
#: How long Redis holds a question open when nothing happens; shorter than `COMMAND_TIMEOUT`.
BLOCK_MILLISECONDS = 10_000
#: How many entries at once: no more than a browser that is not behind can take at once.
BATCH = 500

_HUB = re.compile(r"[0-9]{1,18}", re.ASCII)
_TARGET = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


class MalformedEntryError(ValueError):
    """An entry of the stream does not say what to reload, or whose access has changed."""


class ReloadReader(Service):
    """Follows the Redis stream for as long as it runs.

    It reads without a group, since every SSE process must hear of everything, and begins at the
    oldest entry that Redis still has, so that the broker can replay what browsers missed while
    this process was down.
    """

    name = "reload-reader"
    _log = Logger()

    def __init__(
        self,
        redis: Redis,
        publish: Callable[[EventId, Change], int],
        clock: IReactorTime,
    ) -> None:
        """Prepare to read.

        Args:
            redis: With a connection that nobody else uses: reading blocks it.
            publish: Called with each event, in order; says how many browsers were told.
            clock: What time is.
        """
        self._redis = redis
        self._publish = publish
        self._clock = clock
        self._outage = Outage(RELOAD, clock)
        self._last_id = "0-0"
        self._reading: Deferred[None] = succeed(None)

    def startService(self) -> None:
        """Start to read."""
        super().startService()
        self._reading = Deferred.fromCoroutine(self._read_until_stopped())

    def stopService(self) -> Deferred[None]:
        """Stop to read.

        Returns:
            Fires when nothing is published any more.
        """
        super().stopService()
        self._reading.cancel()
        return self._reading

    async def _read_until_stopped(self) -> None:
        with contextlib.suppress(CancelledError):
            while self.running:
                try:
                    await self._read_some()
                except Exception as error:
                    if self.running:
                        await self._outage.failed(error)
                else:
                    self._outage.succeeded()

    async def _read_some(self) -> None:
        reply = await self._redis.execute_command(
            "XREAD", "COUNT", BATCH, "BLOCK", BLOCK_MILLISECONDS, "STREAMS", RELOAD, self._last_id
        )
        # Of many entries that say the same, the last is enough.
        latest: dict[Change, EventId] = {}
        causes: defaultdict[Change, list[Cause]] = defaultdict(list)
        for entry_id, fields in reply[0][1] if reply else ():
            self._last_id = entry_id
            try:
                reload = parse_entry(fields)
            except MalformedEntryError as error:
                self._log.error(
                    "Skipped {id} in {stream}: {error}", id=entry_id, stream=RELOAD, error=error
                )
                continue
            latest.pop(reload, None)
            latest[reload] = EventId.parse(entry_id)
            if cause := Cause.from_fields(dict(zip(fields[::2], fields[1::2], strict=True))):
                causes[reload].append(cause)
        for reload, event_id in latest.items():
            if told := self._publish(event_id, reload):
                self._tell(reload, told, causes[reload])

    def _tell(self, reload: Change, told: int, causes: list[Cause]) -> None:
        """Measure and log what came to browsers."""
        EVENTS_SENT.inc(told)
        for cause in causes:
            BROWSER_LATENCY.observe(max(0.0, self._clock.seconds() - cause.time))
            self._log.info(
                "Told {browsers} browsers of {change} for {bus_message}",
                browsers=told,
                change=str(reload),
                bus_message=cause.message_id,
            )


def parse_entry(fields: list[Any]) -> Change:
    """Read what an entry says.

    Args:
        fields: Names and values by turns, as Redis gives them.

    Returns:
        What to reload, in whose streams there is something new, or whose access to what has
        changed.

    Raises:
        MalformedEntryError: A field is missing or of another form.
    """
    values = dict(zip(fields[::2], fields[1::2], strict=True))
    hub, target = str(values.get("hub")), str(values.get("target"))
    if target == ACCESS:
        return _parse_access(values)
    if target == STREAM:
        return _parse_news(values)
    if not _HUB.fullmatch(hub):
        raise MalformedEntryError(f"expected a hub's number in its field hub, got {hub[:60]!r}")
    if not _TARGET.fullmatch(target):
        raise MalformedEntryError(
            f"expected a name like feed or widget-12 in its field target, got {target[:60]!r}"
        )
    return Reload(int(hub), target)


def _parse_news(values: dict[Any, Any]) -> StreamNews:
    people = str(values.get("people", ""))
    numbers = people.split(",")
    if not all(_HUB.fullmatch(number) for number in numbers):
        raise MalformedEntryError(f"expected numbers in its field people, got {people[:60]!r}")
    return StreamNews(frozenset(int(number) for number in numbers))


def _parse_access(values: dict[Any, Any]) -> AccessChange:
    hub_id, person_id = _number(values, "hub"), _number(values, "person")
    if hub_id is None and person_id is None:
        raise MalformedEntryError("expected a number in one of its fields hub and person")
    return AccessChange(hub_id, person_id)


def _number(values: dict[Any, Any], field: str) -> int | None:
    value = str(values.get(field, ""))
    if value and not _HUB.fullmatch(value):
        raise MalformedEntryError(f"expected a number in its field {field}, got {value[:60]!r}")
    return int(value) if value else None
