"""Reads a message: by the ecosystem's processors first, then by plain rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from hubs.bus import plain
from hubs.bus.envelope import message_id, sent_at
from hubs.bus.fedmsg_meta import FedmsgMeta
from hubs.bus.message import BusMessage

#: What publishers put before the topic, as in ``org.fedoraproject.prod.`` or ``io.pagure.prod.``.
_PREFIX = re.compile(r"^[a-z]+(\.[a-z0-9-]+)+?\.(prod|stg|dev)\.")


@attrs.frozen
class Reader:
    """Makes a `BusMessage` of an envelope. Nothing in it touches the network.

    Attributes:
        meta: The processors of installed packages.
    """

    meta: FedmsgMeta

    @classmethod
    def from_entry_points(cls) -> Reader:
        """Make a reader that asks the processors of all installed packages."""
        return cls(FedmsgMeta.from_entry_points())

    def read(self, envelope: Mapping[str, Any], received: float) -> BusMessage:
        """Read a message.

        Args:
            envelope: As `hubs.bus.envelope.parse` gives it.
            received: When it came, seconds since the epoch.

        Returns:
            What it says. What a processor knows goes before what the plain rules find.
        """
        topic = _PREFIX.sub("", envelope["topic"])
        body = envelope["msg"]
        own = plain.facts(topic, body)
        meta = self.meta.facts(envelope)
        return BusMessage(
            id=message_id(envelope),
            topic=topic,
            time=sent_at(envelope, received),
            body=body,
            sentence=(meta and meta.sentence) or own.sentence,
            link=(meta and meta.link) or own.link,
            agent=(meta and meta.agent) or own.agent,
            people=own.people if meta is None else meta.people,
            groups=own.groups,
            packages=own.packages if meta is None else meta.packages,
            repositories=own.repositories,
            channel=own.channel,
        )
