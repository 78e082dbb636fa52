"""What a feed holds: one entry for one message."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs


def _tuple(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class Entry:
    """One thing that happened, as a feed keeps and shows it.

    Attributes:
        id: The id of the bus message that told of it; unique.
        time: When it happened, seconds since the epoch.
        topic: The message's topic without the bus's prefix, as in ``bodhi.update.comment``.
        sentence: What happened, in plain text.
        link: Where to see it, an http or https address; may be empty.
        agent: The account name of who did it; may be empty.
        people: The account names of all it names, sorted.
    """

    id: str
    time: float
    topic: str
    sentence: str
    link: str = ""
    agent: str = ""
    people: tuple[str, ...] = attrs.field(default=(), converter=_tuple)

    @property
    def category(self) -> str:
        """The first word of the topic, as in ``bodhi``: which service it came from."""
        return self.topic.partition(".")[0]

    def to_dict(self) -> dict[str, Any]:
        """Give it as values that JSON knows."""
        return attrs.asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Entry:
        """Make it of what `to_dict` gave.

        Args:
            values: The fields by name.

        Returns:
            An equal entry.
        """
        return cls(**values)
