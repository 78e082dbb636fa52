"""``twistd hubs-listener``: puts what the message bus says into the queue of messages."""

from __future__ import annotations

from fedora_messaging.exceptions import ConfigurationException

from hubs.bus.envelope import message_id, parse
from hubs.bus.signatures import CertificateError, Signatures
from hubs.config import Listener
from hubs.pipeline.amqp import AmqpListener, Broker
from hubs.pipeline.intake import Intake, RawMessage
from hubs.pipeline.zeromq import ZeroMqListener
from hubs.twistd_plugins.making import maker
from hubs.twistd_plugins.options import HubsOptions
from hubs.twistd_plugins.parts import Parts


class Options(HubsOptions):
    """The options of ``twistd hubs-listener``."""

    command = "hubs-listener"


def add_to(parts: Parts) -> None:
    """Add a listener to what runs.

    Args:
        parts: What it is made of.
    """
    if parts.settings.listener.bus == "fedmsg":
        settings = parts.settings.listener
        take = fedmsg_intake(parts).take
        parts.add(ZeroMqListener(settings.endpoints, settings.topic, take, parts.reactor))
    else:
        parts.add(_amqp_listener(parts))


def _amqp_listener(parts: Parts) -> AmqpListener:
    amqp = parts.settings.amqp
    broker = Broker(
        url=amqp.url.get_secret_value(),
        queue=amqp.queue,
        exchange=amqp.exchange,
        routing_keys=amqp.routing_keys,
        passive=amqp.passive_declares,
        ca_cert=amqp.ca_cert,
        certificate=amqp.certificate,
        key=amqp.key,
        prefetch=amqp.prefetch,
    )
    try:
        return AmqpListener(broker, unsigned_intake(parts).take, parts.reactor)
    except (ValueError, OSError, ConfigurationException) as error:
        # The message of a wrong address may hold the password that is in it.
        reason = type(error).__name__ if isinstance(error, ValueError) else str(error)
        raise SystemExit(f"amqp: expected a broker's address and certificates: {reason}") from None


def unsigned_intake(parts: Parts) -> Intake:
    """Make what stores messages whose way to us is what we trust, and no signature.

    Args:
        parts: What it is made of.
    """
    settings = parts.settings.listener

    def check(message: RawMessage) -> str:
        return message_id(parse(message.topic, message.body, settings.max_size, settings.max_depth))

    return Intake(check, parts.messages, parts.reactor)


def fedmsg_intake(parts: Parts) -> Intake:
    """Make what stores the messages of the fedmsg bus.

    Args:
        parts: What it is made of.

    Raises:
        SystemExit: Signatures cannot be checked; it carries one line that says why.
    """
    settings = parts.settings.listener
    signatures = _signatures(settings)

    def check(message: RawMessage) -> str:
        envelope = parse(message.topic, message.body, settings.max_size, settings.max_depth)
        if signatures:
            signatures.check(envelope)
        return message_id(envelope)

    return Intake(check, parts.messages, parts.reactor)


def _signatures(settings: Listener) -> Signatures | None:
    if not settings.validate_signatures:
        return None
    try:
        return Signatures(settings.ca_cert, settings.crl)
    except CertificateError as error:
        raise SystemExit(f"listener.validate_signatures: {error}") from None


makeService = maker(add_to)
