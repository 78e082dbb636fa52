"""The fedmsg bus: ZeroMQ publishers, read no faster than what they say can be stored."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import zmq
from twisted.application.service import Service
from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from txzmq import ZmqConnection, ZmqEndpoint, ZmqEndpointType, ZmqFactory

from hubs.pipeline.intake import RawMessage
from hubs.pipeline.outage import Outage
from hubs.pipeline.zeromq_monitor import ConnectionMonitor

#: How many messages are handed on at once.
_BATCH = 100
#: How many messages ZeroMQ holds for us before the publisher has to.
_HIGH_WATER_MARK = 100_000
#: A longer message costs the connection, before it costs memory; bytes.
_LONGEST = 64 * 1024 * 1024
#: Milliseconds between attempts to reach a publisher: at first, and at the most.
_RECONNECT = (200, 30_000)
#: TCP asks a publisher that is silent so long whether it is there, at what intervals, and how often
#: in vain before the connection is lost; seconds, seconds, times.
_KEEPALIVE = (60, 15, 4)
_PARTS = 2
#: How long a stop waits until what was read is stored, seconds.
_GRACE = 10.0


class _Subscription(ZmqConnection):
    """A socket for one publisher: ZeroMQ does not tell reliably which of several is away."""

    socketType = zmq.SUB  # noqa: N815
    highWaterMark = _HIGH_WATER_MARK  # noqa: N815
    reconnectInterval, reconnectIntervalMax = _RECONNECT  # noqa: N815
    # Those of ZeroMQ itself would end the connection to a publisher before its version 4.2.
    tcpKeepalive = 1  # noqa: N815
    tcpKeepaliveIdle, tcpKeepaliveInterval, tcpKeepaliveCount = _KEEPALIVE  # noqa: N815

    _log = Logger()

    def __init__(
        self,
        factory: ZmqFactory,
        endpoint: str,
        topic: str,
        ready: Callable[[], None],
    ) -> None:
        self._ready = ready
        self._endpoint = endpoint
        self._outage = Outage(f"The publisher {endpoint}", factory.reactor)
        super().__init__(factory)
        self.socket.set(zmq.MAXMSGSIZE, _LONGEST)
        self.socket.set(zmq.SUBSCRIBE, topic.encode())
        self._monitor = ConnectionMonitor(self.socket, self._up, self._down, factory.reactor)
        self.addEndpoints([ZmqEndpoint(ZmqEndpointType.connect, endpoint)])

    def shutdown(self) -> None:
        """Close it."""
        self._monitor.close()
        super().shutdown()

    def doRead(self) -> None:
        """ZeroMQ may have something. It says so only once, so whoever is busy has to ask later."""
        self._ready()

    def receive(self) -> list[bytes] | None:
        """Give a message, or None when there is none now."""
        try:
            return self.socket.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return None

    def _up(self) -> None:
        if self._outage.ongoing:
            self._outage.succeeded()
        else:
            self._log.info("Connected to {endpoint}", endpoint=self._endpoint)

    def _down(self) -> None:
        self._outage.note("no connection; what it publishes meanwhile is lost")


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
        self._subscriptions: deque[_Subscription] = deque()
        self._busy = False
        self._storing: Deferred[None] = defer.succeed(None)

    def startService(self) -> None:
        """Subscribe; a publisher that is not there yet is waited for."""
        super().startService()
        for endpoint in self._endpoints:
            self._subscriptions.append(
                _Subscription(self._factory, endpoint, self._topic, self._read)
            )
        self._log.info("Listening to {endpoints}", endpoints=", ".join(self._endpoints))

    async def stop(self) -> None:
        """Listen no more, and wait until what has arrived is stored."""
        try:
            await Deferred.fromCoroutine(self._store_rest()).addTimeout(_GRACE, self._reactor)
        except defer.TimeoutError:
            self._log.error("Stopped before the last messages from the bus could be stored")
        self._factory.shutdown()

    async def _store_rest(self) -> None:
        await self._storing
        # Not until there is nothing: a busy bus would never let us go.
        batch_size = _BATCH
        while batch_size == _BATCH:
            batch = self._batch()
            batch_size = len(batch)
            await self._take(batch)

    def stopService(self) -> Deferred[None]:
        """See `stop`."""
        super().stopService()
        return Deferred.fromCoroutine(self.stop())

    def _read(self) -> None:
        if self._busy or not self.running:
            return
        if batch := self._batch():
            self._busy = True
            self._storing = Deferred.fromCoroutine(self._store(batch))

    def _batch(self) -> list[RawMessage]:
        """Take what there is, beginning with whoever was not asked the longest."""
        batch: list[RawMessage] = []
        for _ in range(len(self._subscriptions)):
            if len(batch) == _BATCH:
                break
            subscription = self._subscriptions[0]
            self._subscriptions.rotate(-1)
            while len(batch) < _BATCH and (parts := subscription.receive()) is not None:
                topic, body = parts if len(parts) == _PARTS else (b"", b"".join(parts))
                batch.append(RawMessage(topic, body))
        return batch

    async def _store(self, batch: Sequence[RawMessage]) -> None:
        try:
            await self._take(batch)
        finally:
            self._busy = False
            if self.running:
                self._reactor.callLater(0, self._read)
