"""The bytes of server-sent events, and the ids that put them in order."""

from __future__ import annotations

import re
from typing import NamedTuple

_LINE_END = re.compile(r"\r\n|\r|\n")
_NOT_IN_A_FIELD = re.compile(r"[\r\n\0]")
_ID = re.compile(r"([0-9]{1,20})-([0-9]{1,20})", re.ASCII)


class EventError(ValueError):
    """An event cannot be sent as it is, or an id is none."""


class EventId(NamedTuple):
    """The place of an event in the Redis stream; later events have greater ids.

    Attributes:
        milliseconds: When Redis took it, since the epoch.
        number: Its number within that millisecond.
    """

    milliseconds: int
    number: int

    @classmethod
    def parse(cls, text: str) -> EventId:
        """Read an id as Redis and browsers write it.

        Args:
            text: As in ``1700000000000-0``.

        Returns:
            The id.

        Raises:
            EventError: The text is of another form.
        """
        match = _ID.fullmatch(text)
        if match is None:
            raise EventError(f"expected an event id like 1700000000000-0, got {text[:60]!r}")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.milliseconds}-{self.number}"


def encode_event(name: str, data: str, event_id: EventId) -> bytes:
    """Give an event the form it has on the wire.

    Args:
        name: What the page listens for.
        data: What goes with it; every line end in it becomes a new line of data.
        event_id: What the browser names as ``Last-Event-ID`` when it comes back.

    Returns:
        The fields and the empty line that ends them.

    Raises:
        EventError: The name is empty, or holds a line end or NUL, which would forge fields.
    """
    if not name or _NOT_IN_A_FIELD.search(name):
        raise EventError(f"expected an event name without line ends and NUL, got {name[:60]!r}")
    lines = [f"id: {event_id}", f"event: {name}"]
    lines += [f"data: {line}" for line in _LINE_END.split(data)]
    return "\n".join([*lines, "", ""]).encode()


def encode_mark(comment: str, event_id: EventId) -> bytes:
    """Write something that no page hears, but proxies see and the browser remembers the id of.

    Args:
        comment: One line for whoever reads the wire.
        event_id: The latest event there is, whichever hub it was for, so that who comes back
            after a long silence is not taken for somebody who missed it all.

    Returns:
        A comment, the id, and an empty line.
    """
    return f": {comment}\nid: {event_id}\n\n".encode()
