"""The Fedora Messaging bus: an AMQP broker, each message acknowledged when it is stored.

What the library does with a callback: https://fedora-messaging.readthedocs.io/en/stable/api/api.html
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, cast

import attrs
from fedora_messaging.config import BindingConfig, QueueConfig, conf
from fedora_messaging.exceptions import ConnectionException, Nack, ValidationError
from fedora_messaging.message import Message
from fedora_messaging.twisted import consumer
from fedora_messaging.twisted.consumer import Consumer
from fedora_messaging.twisted.protocol import FedoraMessagingProtocolV2
from fedora_messaging.twisted.service import FedoraMessagingServiceV2
from pika import BasicProperties
from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.internet.threads import blockingCallFromThread
from twisted.logger import Logger
from twisted.python.failure import Failure

from hubs.bus.from_fedora_messaging import wrap
from hubs.pipeline.intake import RawMessage
from hubs.pipeline.outage import Outage
from hubs.watch.metrics import MESSAGES_REFUSED

#: Seconds between attempts to reach the broker, at the most.
_LONGEST_PAUSE = 30
#: Seconds between looks at the connection, and how many in a row must be good after a loss.
_LOOK, _GOOD_LOOKS = 1.0, 2
#: How long a stop waits until what was delivered is stored, seconds.
_GRACE = 10.0
#: How long the broker keeps a queue without a name of ours that nobody reads, milliseconds.
_UNNAMED_EXPIRES = 3_600_000


@attrs.frozen
class Broker:
    """An AMQP broker, and what to hear from it.

    Attributes:
        url: Where it is; it may hold a password.
        queue: The name of our queue, which outlives us; empty for one of the moment.
        exchange: Where messages are published.
        routing_keys: Which of them we want, as AMQP topics.
        passive: Whether the queue is there already and we may not declare it.
        ca_cert: The authority of the broker's certificate, a PEM file.
        certificate: Our certificate, a PEM file.
        key: Its key, a PEM file.
        prefetch: How many messages it hands out before the first is acknowledged.
    """

    url: str
    queue: str = ""
    exchange: str = "amq.topic"
    routing_keys: Sequence[str] = ("#",)
    passive: bool = False
    ca_cert: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    prefetch: int = 100


class AmqpListener(Service):
    """Hears what is published, and acknowledges each message when it is stored.

    The library calls us in a thread, one message at a time, and reconnects by itself; it would
    write a line for each message and each attempt, so its lines are left out and ours are said
    once.
    """

    _log = Logger()

    def __init__(
        self, broker: Broker, take: Callable[[Sequence[RawMessage]], Awaitable[None]], reactor: Any
    ) -> None:
        """Make a listener that connects when the service starts.

        Args:
            broker: What to hear.
            take: Returns when messages are stored.
            reactor: What it runs on.

        Raises:
            ValueError: The broker's address or certificates make no sense.
        """
        self._wants = _wants(broker)
        self._take = take
        self._reactor = reactor
        _configure(broker)
        self._service = connection(broker.url)
        self._service.factory.maxDelay = _LONGEST_PAUSE
        self._outage = Outage("What the AMQP broker has for us", cast("IReactorTime", reactor))
        self._storing: Deferred[None] | None = None
        self._watch = _Watch(self._service, reactor)

    def startService(self) -> None:
        """Begin to connect."""
        super().startService()
        self._service.startService()
        self._watch.start()
        self._hearing = Deferred.fromCoroutine(self._hear())
        self._hearing.addErrback(lambda _: None)

    def stopService(self) -> Deferred[None]:
        """See `stop`."""
        super().stopService()
        return Deferred.fromCoroutine(self.stop())

    async def stop(self) -> None:
        """Hear no more, and wait until what is in hand is stored; what is not goes back."""
        self._watch.stop()
        giving_up = self._reactor.callLater(_GRACE, self._give_up)
        await self._service.stopService()
        self._hearing.cancel()
        if giving_up.active():
            giving_up.cancel()

    def _give_up(self) -> None:
        if self._storing is not None:
            self._log.error("Stopped before the last message could be stored; it goes back")
            self._storing.cancel()

    async def _hear(self) -> None:
        """Consume, and begin anew when the broker or a strange error ends that."""
        while self.running:
            try:
                consumers = await self._service.factory.consume(self._received, *self._wants)
                self._outage.succeeded()
                for consumer in consumers:
                    _mend(consumer)
                results = [consumer.result for consumer in consumers]
                await gatherResults(results, consumeErrors=True)
            except Exception as error:
                if not self.running:
                    return
                await self._outage.failed(error)

    def _received(self, message: Message) -> None:
        """Store a message; runs in a thread."""
        headers = message._properties.headers or {}
        body = wrap(message.id, message.topic, headers, message.body)
        try:
            # mypy cannot tell the two kinds of functions apart that this takes.
            blockingCallFromThread(
                self._reactor,
                self._store,  # type: ignore[arg-type]
                RawMessage(message.topic.encode(), body),
            )
        except Exception as error:
            raise Nack from error

    def _store(self, message: RawMessage) -> Deferred[None]:
        async def store() -> None:
            await self._take([message])

        self._storing = Deferred.fromCoroutine(store())
        return self._storing


def _mend(consumer: Consumer) -> None:
    """Let a consumer bear it that the broker dies while a message is in our hands.

    The library begins to consume again when it cannot acknowledge a message, and has nobody look
    whether that fails. If there is no connection, it does so anyway as soon as there is one.
    """
    begin_again = consumer._restart_consuming

    def no_connection(failure: Failure) -> None:
        failure.trap(ConnectionException)

    def restart() -> Deferred[None]:
        return begin_again().addErrback(no_connection)

    consumer._restart_consuming = restart  # type: ignore[method-assign]


class _Watch:
    """Says once that the broker is away, and once that it is back."""

    _log = Logger()

    def __init__(self, service: FedoraMessagingServiceV2, reactor: Any) -> None:
        self._service = service
        self._reactor = reactor
        self._looking = LoopingCall(self._look)
        self._looking.clock = reactor
        self._protocol: FedoraMessagingProtocolV2 | None = None
        self._waiting: Deferred[Any] | None = None
        self._away_since: float | None = None
        self._good = _GOOD_LOOKS

    def start(self) -> None:
        """Begin to look."""
        self._looking.start(_LOOK, now=False)

    def stop(self) -> None:
        """Look no more."""
        if self._looking.running:
            self._looking.stop()
        if self._waiting is not None:
            self._waiting.cancel()

    def _look(self) -> None:
        if self._protocol is not None and not self._protocol.is_closed:
            self._good += 1
            if self._away_since is not None and self._good >= _GOOD_LOOKS:
                away = self._reactor.seconds() - self._away_since
                self._away_since = None
                self._log.info("The AMQP broker is back after {seconds:.0f} seconds", seconds=away)
            return
        if self._away_since is None and self._waiting is not None:
            self._away_since = self._reactor.seconds()
            self._log.error("The AMQP broker is away; trying again with growing pauses")
        self._good = 0
        if self._waiting is None:
            self._waiting = self._service.factory.when_connected()
            self._waiting.addCallbacks(self._connected, self._failed)

    def _connected(self, protocol: FedoraMessagingProtocolV2 | None) -> None:
        # There is none when the broker was reached and refused us.
        self._waiting = None
        self._protocol = protocol

    def _failed(self, _: object) -> None:
        self._waiting = None


def _wants(broker: Broker) -> tuple[BindingConfig, dict[str, QueueConfig]]:
    """Give the bindings and queues, as the library takes them."""
    queue = broker.queue or str(uuid.uuid4())
    settings: QueueConfig = {
        "durable": bool(broker.queue),
        "auto_delete": False,
        "exclusive": False,
        "arguments": {} if broker.queue else {"x-expires": _UNNAMED_EXPIRES},
    }
    binding: BindingConfig = {
        "queue": queue,
        "exchange": broker.exchange,
        "routing_keys": list(broker.routing_keys),
    }
    return binding, {queue: settings}


def _read(routing_key: str, properties: BasicProperties, body: bytes) -> Message:
    """Make a message of what the broker delivered, whatever schema it names.

    The library would check it by the class of its schema, if that is installed. One that is older
    than the message would refuse it, and one that raises would end the consumer: the broker would
    deliver the message again, for ever.

    Raises:
        ValidationError: It is no JSON.
    """
    try:
        said = json.loads(body.decode(properties.content_encoding or "utf-8"))
    except (ValueError, LookupError, RecursionError) as error:
        raise ValidationError(error) from error
    return Message(body=said, topic=routing_key, properties=properties)


class _Refused(logging.Handler):
    """Passes on the one kind of line of the library that nothing else tells of."""

    _log = Logger()

    def emit(self, record: logging.LogRecord) -> None:
        """Pass it on and count it, if it says that a message cannot be read."""
        if "did not pass validation" in record.getMessage():
            MESSAGES_REFUSED.labels("no JSON").inc()
            self._log.warn("Refused a message: {reason}", reason=record.getMessage())


def connection(url: str) -> FedoraMessagingServiceV2:
    """Make what connects to a broker, and connects anew, as long as it runs.

    The library has an attempt that fails end in an error that nobody looks at, unless somebody
    happens to wait for a connection just then.

    Args:
        url: Where the broker is; it may hold a password.

    Returns:
        A service.

    Raises:
        ValueError: The address makes no sense.
    """
    service = FedoraMessagingServiceV2(url)
    build = service.factory.buildProtocol

    def build_and_look(addr: Any) -> FedoraMessagingProtocolV2:
        waiting = service.factory._client_deferred

        def look(_: object) -> None:
            waiting.addErrback(lambda _: None)

        protocol = build(addr)
        protocol.ready.addBoth(look)
        return protocol

    service.factory.buildProtocol = build_and_look  # type: ignore[method-assign]
    return service


def configure(*, ca_cert: Path | None, certificate: Path | None, key: Path | None) -> None:
    """Tell the library who we are, before it makes a connection.

    It has one configuration for the whole process, and of the certificates a connection keeps
    what it was made with. What it would write into the log, ours say.

    Args:
        ca_cert: See `Broker`.
        certificate: See `Broker`.
        key: See `Broker`.
    """
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    library = logging.getLogger("fedora_messaging")
    library.propagate = False
    library.handlers = [_Refused(logging.WARNING)]
    conf.update(
        client_properties={**conf["client_properties"], "app": "Fedora Hubs"},
        tls={"ca_cert": _path(ca_cert), "certfile": _path(certificate), "keyfile": _path(key)},
    )


def _configure(broker: Broker) -> None:
    # The library has no place where one would say that.
    consumer.get_message = _read  # type: ignore[attr-defined]
    configure(ca_cert=broker.ca_cert, certificate=broker.certificate, key=broker.key)
    conf.update(
        passive_declares=broker.passive,
        qos={"prefetch_size": 0, "prefetch_count": broker.prefetch},
    )


def _path(path: Path | None) -> str | None:
    return str(path) if path else None
