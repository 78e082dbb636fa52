"""`BusMessage`: a bus message as Hubs understands it, whatever bus it came by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from hubs.model.entry import Entry


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


@attrs.frozen
class BusMessage:
    """What one message says.

    Attributes:
        id: The id its publisher gave it.
        topic: Without the prefix of the bus, as in ``bodhi.update.comment``.
        time: When it was sent, seconds since the epoch.
        body: The message as its publisher wrote it.
        sentence: What happened, in plain text.
        link: Where to see it: an http or https address, or empty.
        agent: The account name of who did it, or empty.
        people: The account names of all it concerns.
        groups: The account groups it concerns.
        packages: The packages it concerns.
        repositories: The repositories it concerns, as in ``github.com/fedora-infra/bodhi``.
        channel: The chat channel or room it concerns, or empty.
    """

    id: str
    topic: str
    time: float
    body: Mapping[str, Any]
    sentence: str
    link: str = ""
    agent: str = ""
    people: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    groups: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    packages: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    repositories: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    channel: str = ""

    def keys(self) -> frozenset[str]:
        """Give the interest keys of everything it concerns.

        Returns:
            Keys as in ``user:ralph``, ``package:kernel`` or ``topic:bodhi.update``; a topic gives
            one key for each of its leading parts.
        """
        words = self.topic.split(".")
        keys = {f"topic:{'.'.join(words[: n + 1])}" for n in range(len(words))}
        for prefix, names in (
            ("user", self.people),
            ("group", self.groups),
            ("package", self.packages),
            ("repo", self.repositories),
            ("channel", (self.channel,) if self.channel else ()),
        ):
            keys.update(f"{prefix}:{name}" for name in names)
        return frozenset(keys)

    def entry(self) -> Entry:
        """Give what a feed keeps of it."""
        return Entry(
            id=self.id,
            time=self.time,
            topic=self.topic,
            sentence=self.sentence,
            link=self.link,
            agent=self.agent,
            people=self.people,
        )
