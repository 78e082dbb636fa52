"""A publisher on Fedora Messaging that is sure of what it has published."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Sequence

import pika
from pika.adapters.blocking_connection import BlockingChannel
from twisted.internet import reactor

from hubs.bus.from_fedora_messaging import SCHEMA
from tests.chaos.world import PREFIX, Message


class Publisher:
    """Publishes until the broker confirms; whenever it cannot know, it publishes again.

    It blocks, and is for one thread at a time.

    Attributes:
        begun: When each message was first published, seconds since the epoch, by its id.
    """

    def __init__(self, url: str) -> None:
        self.begun: dict[str, float] = {}
        self._parameters = pika.URLParameters(url)
        # A broker that was killed is soon back.
        self._parameters.connection_attempts = 1000
        self._parameters.retry_delay = 0.2
        self._parameters.heartbeat = 0
        self._channel: BlockingChannel | None = None

    def publish(self, messages: Sequence[Message]) -> None:
        """Publish messages.

        Args:
            messages: They; when this returns the broker has each of them on its disk.
        """
        for message in messages:
            self.begun[message.id] = reactor.seconds()
            while not self._published(message):
                self.close()

    def waiting(self, queue: str) -> int:
        """Say how many messages of a queue are handed to nobody.

        Raises:
            pika.exceptions.AMQPError: The broker is away, or has no such queue.
        """
        try:
            return int(self._open().queue_declare(queue, passive=True).method.message_count)
        except pika.exceptions.AMQPError:
            self.close()
            raise

    def close(self) -> None:
        """Leave; who publishes again comes back."""
        channel, self._channel = self._channel, None
        if channel is not None and channel.connection.is_open:
            with contextlib.suppress(pika.exceptions.AMQPError):
                channel.connection.close()

    def _published(self, message: Message) -> bool:
        sent = datetime.datetime.fromtimestamp(message.time, datetime.UTC).isoformat()
        properties = pika.BasicProperties(
            message_id=message.id,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            headers={SCHEMA: "base.message", "fedora_messaging_severity": 20, "sent-at": sent},
        )
        body = json.dumps(message.body).encode()
        try:
            self._open().basic_publish(
                "amq.topic", PREFIX + message.topic, body, properties, mandatory=True
            )
        except pika.exceptions.AMQPError:
            return False
        return True

    def _open(self) -> BlockingChannel:
        if self._channel is None:
            self._channel = pika.BlockingConnection(self._parameters).channel()
            self._channel.confirm_delivery()
        return self._channel
