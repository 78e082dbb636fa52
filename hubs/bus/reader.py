"""Reads a message: by the classes of schemas, by processors of fedmsg.meta, by plain rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from hubs.bus import plain
from hubs.bus.conglomerators import Conglomerators
from hubs.bus.envelope import message_id, sent_at
from hubs.bus.facts import Facts
from hubs.bus.fedmsg_meta import FedmsgMeta
from hubs.bus.message import BusMessage
from hubs.bus.schemas import Schemas
from hubs.model.category import category_of

#: What publishers put before the topic, as in ``org.fedoraproject.prod.`` or ``io.pagure.prod.``.
_PREFIX = re.compile(r"([a-z]+(?:\.[a-z0-9-]+)+?)\.(?:prod|stg|dev)\.")
#: Where it names the files of the meeting, the plain rules know the page of the minutes: the class
#: of the schema gives their folder, and the processor what was the page when the bot was on IRC.
_MEETING = "meetbot.meeting.complete"


@attrs.frozen
class Reader:
    """Makes a `BusMessage` of an envelope. Nothing in it touches the network.

    Attributes:
        meta: The processors of installed packages.
        schemas: The classes of installed packages.
    """

    meta: FedmsgMeta = attrs.field(factory=lambda: FedmsgMeta(()))
    schemas: Schemas = attrs.field(factory=lambda: Schemas({}))
    _conglomerators: Conglomerators = attrs.field(init=False)

    @_conglomerators.default
    def _their_conglomerators(self) -> Conglomerators:
        return Conglomerators(self.meta.processors)

    @classmethod
    def from_entry_points(cls) -> Reader:
        """Make a reader that asks all installed packages; to load them takes a second."""
        return cls(FedmsgMeta.from_entry_points(), Schemas.from_entry_points())

    def read(self, envelope: Mapping[str, Any], received: float) -> BusMessage:
        """Read a message.

        Args:
            envelope: As `hubs.bus.envelope.parse` gives it.
            received: When it came, seconds since the epoch.

        Returns:
            What it says. For each fact the class of its schema goes before the processor that
            knows it, and that before the plain rules: who knows the topic may not know the shape
            that it has today.
        """
        prefix = _PREFIX.match(envelope["topic"])
        topic = envelope["topic"][prefix.end() :] if prefix else envelope["topic"]
        body = _unwrapped(envelope["msg"])
        own = plain.facts(prefix[1] if prefix else "", topic, body)
        said = [self.schemas.facts(envelope), self.meta.facts({**envelope, "msg": body}), own]
        return BusMessage(
            id=message_id(envelope),
            topic=topic,
            time=sent_at(envelope, received),
            body=envelope["msg"],
            sentence=_first(said, "sentence") or _first(said, "doubtful_sentence"),
            link=_first([own, *said] if topic == _MEETING and "logs" in body else said, "link"),
            icon=_first(said, "icon") or category_of(topic.partition(".")[0]).icon,
            agent=_first(said, "agent"),
            people=_first(said, "people"),
            groups=_first(said, "groups"),
            packages=_first(said, "packages"),
            repositories=own.repositories,
            channel=own.channel,
            lists=own.lists,
            tags=own.tags,
            calendars=own.calendars,
            teams=own.teams,
            several=own.several,
            count=own.count,
            brief=self._conglomerators.brief(envelope["topic"], body),
        )


def _first(said: Iterable[Facts], fact: str) -> Any:
    """Give what the first reader says that says something; else what the last one says."""
    found: Any = ""
    for facts in said:
        found = getattr(facts, fact)
        if found:
            break
    return found


def _unwrapped(body: dict[str, Any]) -> dict[str, Any]:
    # The account system puts its messages into one more object than others do.
    inner = body.get("msg")
    return inner if len(body) == 1 and isinstance(inner, dict) else body
