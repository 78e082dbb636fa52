"""The consumer for ``fedmsg-hub``: puts what the message bus says into the queue of messages.

fedmsg-hub finds it by its entry point, ``moksha.consumer``, and runs it if its own settings say
so: ``etc/fedmsg.d/hubs.py``. What comes while Redis is away waits in the memory of fedmsg-hub.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from typing import Any

from fedmsg.consumers import FedmsgConsumer
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.threads import blockingCallFromThread
from twisted.logger import Logger, STDLibLogObserver, globalLogBeginner

from hubs.bus.signatures import mend_fedmsg
from hubs.config import Settings
from hubs.config_file import SettingsError, load
from hubs.pipeline.intake import RawMessage
from hubs.twistd_plugins.listener import fedmsg_intake
from hubs.twistd_plugins.parts import Parts
from hubs.twistd_plugins.watching import add_watching

#: How long a stop waits until what the hub has handed to us is stored, seconds.
_GRACE = 10.0


class HubsConsumer(FedmsgConsumer):
    """Stores each message before it takes the next.

    fedmsg-hub calls `consume` in threads of its own; all else runs on the reactor.
    """

    config_key = "fedora_hubs.consumer.enabled"

    _log = Logger()

    def __init__(self, hub: Any) -> None:
        """Get ready to run in a hub, if its settings want us.

        Args:
            hub: A ``moksha.hub.hub.CentralMokshaHub``; its reactor does not run yet.

        Raises:
            SystemExit: A setting is wrong; it carries one line that says what. fedmsg-hub would
                log anything else and go on without us.
        """
        enabled = hub.config.get(self.config_key)
        if enabled:
            # Without the setting, fedmsg-hub would leave us out.
            self.validate_signatures = hub.config.get("validate_signatures", True)
            self._prepare(_settings())
        super().__init__(hub)
        if enabled and self.blocking_mode:
            raise SystemExit("fedmsg-hub: moksha.blocking_mode: got True, expected False")

    def _prepare(self, settings: Settings) -> None:
        from twisted.internet import reactor

        # Twisted's lines go where fedmsg-hub's settings send those of fedmsg.
        globalLogBeginner.beginLoggingTo(
            [STDLibLogObserver("fedmsg.hubs")], redirectStandardIO=False
        )
        mend_fedmsg()
        self.topic = settings.listener.topic
        parts = Parts(settings, reactor)
        self._reactor: Any = reactor
        self._service = parts.service
        self._intake = fedmsg_intake(parts)
        add_watching(parts, "fedmsg-hub", 1)
        self._in_hand: set[Deferred[None]] = set()
        self._gave_up = False
        self._lost = 0
        self._ended_threads = 0
        self._drained: Deferred[None] = Deferred()
        self._service.privilegedStartService()
        self._reactor.callWhenRunning(self._service.startService)
        self._reactor.addSystemEventTrigger(
            "before", "shutdown", lambda: Deferred.fromCoroutine(self._stop())
        )
        # fedmsg-hub itself stops at SIGINT alone; systemd sends SIGTERM.
        signal.signal(signal.SIGTERM, self._interrupt)

    def _interrupt(self, *_: object) -> None:
        self._reactor.callFromThread(signal.raise_signal, signal.SIGINT)

    def consume(self, message: Mapping[str, Any]) -> None:
        """Store a message; returns when it is stored, however long Redis is away or full.

        Args:
            message: Its ``topic``, and the envelope as its ``body``.
        """
        raw = RawMessage(message["topic"].encode(), json.dumps(message["body"]).encode())
        # mypy cannot tell the two kinds of functions apart that this takes.
        blockingCallFromThread(self._reactor, self._stored, raw)  # type: ignore[arg-type]

    def _stored(self, message: RawMessage) -> Deferred[None]:
        return Deferred.fromCoroutine(self._store(message))

    async def _store(self, message: RawMessage) -> None:
        if self._gave_up:
            self._lost += 1
            return
        storing = Deferred.fromCoroutine(self._intake.take([message]))
        self._in_hand.add(storing)
        try:
            await storing
        except CancelledError:
            self._lost += 1
        finally:
            self._in_hand.discard(storing)

    def _work_loop(self) -> None:
        super()._work_loop()
        self._reactor.callFromThread(self._thread_ended)

    def _thread_ended(self) -> None:
        self._ended_threads += 1
        if self._ended_threads == self.N:
            self._drained.callback(None)

    async def _stop(self) -> None:
        # A thread ends when it comes to this; what is before it in the hub's queue is stored.
        for _ in range(self.N):
            self.incoming.put(StopIteration)
        giving_up = self._reactor.callLater(_GRACE, self._give_up)
        await self._drained
        if giving_up.active():
            giving_up.cancel()
        if self._lost:
            self._log.error(
                "Stopped before the last {count} messages from the bus could be stored",
                count=self._lost,
            )
        await self._service.stopService()

    def _give_up(self) -> None:
        self._gave_up = True
        for storing in list(self._in_hand):
            storing.cancel()


def _settings() -> Settings:
    try:
        return load()
    except SettingsError as error:
        raise SystemExit(f"fedmsg-hub: {error}") from None
