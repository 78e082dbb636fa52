"""The fedmsg bus: ZeroMQ publishers, read no faster than what they say can be stored."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import zmq
from twisted.application.service import Service
from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from txzmq import ZmqConnection, ZmqEndpoint, ZmqEndpointType, ZmqFactory

from hubs.pipeline.intake import RawMessage

#: How many messages are handed on at once.
_BATCH = 100
#: How many messages ZeroMQ holds for us before the publisher has to.
_HIGH_WATER_MARK = 100_000
#: A longer message costs the connection, before it costs memory; bytes.
_LONGEST = 64 * 1024 * 1024
#: Milliseconds between attempts to reach a publisher: at first, and at the most.
_RECONNECT = (200, 30_000)
_PARTS = 2
#: How long a stop waits until what was read is stored, seconds.
_GRACE = 10.0


class _Subscription(ZmqConnection):
    socketType = zmq.SUB  # noqa: N815
    highWaterMark = _HIGH_WATER_MARK  # noqa: N815
    reconnectInterval, reconnectIntervalMax = _RECONNECT  # noqa: N815

    def __init__(
        self, factory: ZmqFactory, topic: str, ready: Callable[[_Subscription], None]
    ) -> None:
        self._ready = ready
        super().__init__(factory)
        self.socket.set(zmq.MAXMSGSIZE, _LONGEST)
        self.socket.set(zmq.SUBSCRIBE, topic.encode())

    def doRead(self) -> None:
        """ZeroMQ may have something. It says so only once, so whoever is busy has to ask later."""
        self._ready(self)

    def receive(self) -> list[bytes] | None:
        """Give a message, or None when there is none now."""
        try:
            return self.socket.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None


class ZeroMqListener(Service):
    """Subscribes to publishers for as long as it runs.

    While a batch is being stored nothing is read: what comes meanwhile waits in ZeroMQ.
    """

    _log = Logger()

    def __init__(
        self,
        endpoints: Sequence[str],
        topic: str,
        take: Callable[[Sequence[RawMessage]], Awaitable[None]],
        reactor: IReactorTime,
    ) -> None:
        """Prepare to listen.

        Args:
            endpoints: Where publishers are, as in ``tcp://host:9940``.
            topic: The start of the topics to listen to; empty for all.
            take: Stores some messages; the next are handed to it when it is done.
            reactor: What the sockets are read on.
        """
        self._endpoints = endpoints
        self._topic = topic
        self._take = take
        self._reactor = reactor
        self._factory = ZmqFactory()
        self._factory.reactor = reactor
        self._busy = False
        self._storing: Deferred[None] = defer.succeed(None)

    def startService(self) -> None:
        """Subscribe; a publisher that is not there yet is waited for."""
        super().startService()
        subscription = _Subscription(self._factory, self._topic, self._read)
        subscription.addEndpoints(
            [ZmqEndpoint(ZmqEndpointType.connect, endpoint) for endpoint in self._endpoints]
        )
        self._log.info("Listening to {endpoints}", endpoints=", ".join(self._endpoints))

    async def stop(self) -> None:
        """Listen no more, and wait until what was read is stored."""
        try:
            await self._storing.addTimeout(_GRACE, self._reactor)
        except defer.TimeoutError:
            self._log.error("Stopped before the last messages from the bus could be stored")
        self._factory.shutdown()

    def stopService(self) -> Deferred[None]:
        """See `stop`."""
        super().stopService()
        return Deferred.fromCoroutine(self.stop())

    def _read(self, subscription: _Subscription) -> None:
        if self._busy or not self.running:
            return
        batch: list[RawMessage] = []
        while len(batch) < _BATCH and (parts := subscription.receive()) is not None:
            topic, body = parts if len(parts) == _PARTS else (b"", b"".join(parts))
            batch.append(RawMessage(topic, body))
        if batch:
            self._busy = True
            self._storing = Deferred.fromCoroutine(self._store(batch, subscription))

    async def _store(self, batch: Sequence[RawMessage], subscription: _Subscription) -> None:
        await self._take(batch)
        self._busy = False
        if self.running:
            self._reactor.callLater(0, self._read, subscription)
