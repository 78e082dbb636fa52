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
_PREFIX = re.compile(r"([a-z]+(?:\.[a-z0-9-]+)+?)\.(?:prod|stg|dev)\.")


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
            What it says. For each fact the processor that knows the message goes before the
            plain rules: it may know the topic, and not the shape that it has today.
        """
        prefix = _PREFIX.match(envelope["topic"])
        topic = envelope["topic"][prefix.end() :] if prefix else envelope["topic"]
        body = _unwrapped(envelope["msg"])
        own = plain.facts(prefix[1] if prefix else "", topic, body)
        meta = self.meta.facts({**envelope, "msg": body})
        return BusMessage(
            id=message_id(envelope),
            topic=topic,
            time=sent_at(envelope, received),
            body=envelope["msg"],
            sentence=meta.sentence or own.sentence,
            link=meta.link or own.link,
            agent=meta.agent or own.agent,
            people=meta.people or own.people,
            groups=own.groups,
            packages=meta.packages or own.packages,
            repositories=own.repositories,
            channel=own.channel,
        )


def _unwrapped(body: dict[str, Any]) -> dict[str, Any]:
    # The account system puts its messages into one more object than others do.
    inner = body.get("msg")
    return inner if len(body) == 1 and isinstance(inner, dict) else body
