"""What a feed holds: one entry for one message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import attrs

#: What somebody who is forgotten is called in sentences, which are in English.
SOMEBODY = "somebody"

#: The fields that hold text, or names.
TEXTS = ("topic", "sentence", "link", "agent", "people", "target", "several", "brief")


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


def _numbers(values: Iterable[int]) -> tuple[int, ...]:
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
        target: What it happened to, as in ``github.com/fedora-infra/bodhi``; may be empty.
        several: What to say of it and others like it, with ``{count}`` in the place of how many
            there are; empty if there are no words for that.
        count: How many things it tells of, as in a push of three commits.
        brief: What conglomerators need of the message; empty for most.
        hubs: In the stream of a person, the ids of the hubs by which it came; else empty.
    """

    id: str
    time: float
    topic: str
    sentence: str
    link: str = ""
    agent: str = ""
    people: tuple[str, ...] = attrs.field(default=(), converter=_names)
    target: str = ""
    several: str = ""
    count: int = 1
    brief: str = ""
    hubs: tuple[int, ...] = attrs.field(default=(), converter=_numbers)

    @property
    def category(self) -> str:
        """The first word of the topic, as in ``bodhi``: which service it came from."""
        return self.topic.partition(".")[0]

    def names(self, username: str) -> bool:
        """Say whether it names somebody.

        Args:
            username: Their account name.
        """
        return username == self.agent or username in self.people

    def to_dict(self) -> dict[str, Any]:
        """Give it as values that JSON knows."""
        return attrs.asdict(self)

    def without(self, username: str, names: Iterable[str]) -> Entry:
        """Give it as it is once somebody is forgotten.

        Args:
            username: Their account name.
            names: What they are called in sentences.

        Returns:
            An entry of the same event, which no longer tells who that was.
        """
        words = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names))
        return attrs.evolve(
            self,
            agent="" if self.agent == username else self.agent,
            people=tuple(name for name in self.people if name != username),
            sentence=words.sub(SOMEBODY, self.sentence),
            several=words.sub(SOMEBODY, self.several),
            link="" if words.search(self.link) else self.link,
            target="" if words.search(self.target) else self.target,
            brief="",
        )

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Entry:
        """Make it of what `to_dict` gave.

        Args:
            values: The fields by name.

        Returns:
            An equal entry.
        """
        return cls(**values)
