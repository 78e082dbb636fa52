"""``twistd hubs-listener``: puts what the message bus says into the queue of messages."""

from __future__ import annotations

from hubs.bus.envelope import parse
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
    settings = parts.settings.listener

    def check(message: RawMessage) -> None:
        parse(message.topic, message.body, settings.max_size, settings.max_depth)

    intake = Intake(check, parts.messages, parts.reactor)
    parts.add(ZeroMqListener(settings.endpoints, settings.topic, intake.take, parts.reactor))


makeService = maker(add_to)
