"""Reads what the workers tell browsers, from Redis to the broker."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from hubs.model.reload import Reload
from hubs.pipeline.outage import Outage
from hubs.pipeline.work import RELOAD
from hubs.redis import Redis
from hubs.sse.event import EventId

#: How long Redis holds a question open when nothing happens; shorter than `COMMAND_TIMEOUT`.
BLOCK_MILLISECONDS = 10_000
#: How many entries at once: no more than a browser that is not behind can take at once.
BATCH = 500

_HUB = re.compile(r"[0-9]{1,18}", re.ASCII)
_TARGET = re.compile(r"[a-z][a-z0-9-]{0,63}", re.ASCII)


class MalformedEntryError(ValueError):
    """An entry of the stream does not say what to reload."""


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
        publish: Callable[[EventId, Reload], None],
        clock: IReactorTime,
    ) -> None:
        """Prepare to read.

        Args:
            redis: With a connection that nobody else uses: reading blocks it.
            publish: Called with each event, in order.
            clock: What time is.
        """
        self._redis = redis
        self._publish = publish
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
        latest: dict[Reload, EventId] = {}
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
        for reload, event_id in latest.items():
            self._publish(event_id, reload)


def parse_entry(fields: list[Any]) -> Reload:
    """Read what an entry says.

    Args:
        fields: Names and values by turns, as Redis gives them.

    Returns:
        What to reload.

    Raises:
        MalformedEntryError: A field is missing or of another form.
    """
    values = dict(zip(fields[::2], fields[1::2], strict=True))
    hub, target = str(values.get("hub")), str(values.get("target"))
    if not _HUB.fullmatch(hub):
        raise MalformedEntryError(f"expected a hub's number in its field hub, got {hub[:60]!r}")
    if not _TARGET.fullmatch(target):
        raise MalformedEntryError(
            f"expected a name like feed or widget-12 in its field target, got {target[:60]!r}"
        )
    return Reload(int(hub), target)
