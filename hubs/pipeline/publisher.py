"""Publishes messages of ours on Fedora Messaging, each confirmed by the broker."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import attrs
from fedora_messaging.config import ExchangeDefinition
from fedora_messaging.exceptions import PublishForbidden
from fedora_messaging.message import INFO, Message
from fedora_messaging.twisted.protocol import FedoraMessagingProtocolV2
from jsonschema import ValidationError
from pika import BasicProperties
from twisted.application.service import Service
from twisted.internet.defer import Deferred

from hubs.bus.from_fedora_messaging import SCHEMA
from hubs.pipeline.amqp import configure, connection
from hubs.pipeline.outbox import NotTakenError, OutgoingMessage


@attrs.frozen
class PublishBroker:
    """An AMQP broker that takes messages.

    Attributes:
        url: Where it is; it may hold a password.
        exchange: Where to publish.
        ca_cert: The authority of the broker's certificate, a PEM file.
        certificate: Our certificate, a PEM file.
        key: Its key, a PEM file.
    """

    url: str
    exchange: str = "amq.topic"
    ca_cert: Path | None = None
    certificate: Path | None = None
    key: Path | None = None


class Publisher(Service):
    """Publishes messages; connects, and connects anew, by itself."""

    def __init__(self, broker: PublishBroker) -> None:
        """Make one that connects when the service starts.

        Args:
            broker: Where to publish.

        Raises:
            ValueError: The broker's address makes no sense.
            OSError: A certificate cannot be read.
        """
        configure(ca_cert=broker.ca_cert, certificate=broker.certificate, key=broker.key)
        self._exchange = broker.exchange
        self._service = connection(broker.url)
        # The connection by which the exchange was found.
        self._found_by: FedoraMessagingProtocolV2 | None = None

    def startService(self) -> None:
        """Begin to connect."""
        super().startService()
        self._service.startService()

    def stopService(self) -> Deferred[None]:
        """Close the connection."""
        super().stopService()
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        await self._service.stopService()

    async def publish(self, message: OutgoingMessage) -> None:
        """Publish a message; waits for a connection, and until the broker has the message.

        Args:
            message: The message.

        Raises:
            fedora_messaging.exceptions.BadDeclaration: There is no such exchange.
            NotTakenError: We have no right to that topic, or the message is not as its schema
                wants it.
            fedora_messaging.exceptions.PublishReturned: The broker does not take it now, as when
                a queue is full.
        """
        properties = BasicProperties(
            message_id=message.id,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            headers={
                SCHEMA: "base.message",
                "fedora_messaging_severity": INFO,
                "sent-at": message.time,
            },
        )
        ours = Message(body=message.body, topic=message.topic, properties=properties)
        await self._find_exchange()
        try:
            await self._service.factory.publish(ours, self._exchange)
        except (PublishForbidden, ValidationError) as error:
            said = error.message if isinstance(error, ValidationError) else str(error)
            raise NotTakenError(f"{type(error).__name__}: {said}") from error

    async def _find_exchange(self) -> None:
        """See that our exchange is there: to one that is not, the library publishes without end."""
        connected = await self._service.factory.when_connected()
        # There is none where the broker was reached and refused us.
        if connected and connected is not self._found_by:
            # That it is only looked for needs no more than its name.
            wanted = cast("ExchangeDefinition", {"exchange": self._exchange, "passive": True})
            await connected.declare_exchanges([wanted])
            self._found_by = connected
