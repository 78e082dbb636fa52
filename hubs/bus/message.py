"""`BusMessage`: a bus message as Hubs understands it, whatever bus it came by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from hubs.model.category import OTHER
from hubs.model.change import FOR_MEMBERS
from hubs.model.entry import Entry

#: How many names of a sort are kept of a message; the largest updates name some hundred packages.
MOST_NAMES = 1000


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values))[:MOST_NAMES])


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
        icon: The https address of the icon of the service it comes from, which nobody here
            fetches; or the name of an icon of ours, as `hubs.model.category.Category.icon` has it.
        agent: The account name of who did it, or empty.
        people: The account names of all it concerns.
        groups: The account groups it concerns.
        packages: The packages it concerns.
        repositories: The repositories it concerns, as in ``github.com/fedora-infra/bodhi``.
        channel: The chat channel or room it concerns, or empty.
        lists: The mailing lists it concerns, as in ``devel@lists.fedoraproject.org``.
        tags: The tags, labels and categories of what it is about.
        calendars: The calendars it concerns, by name.
        teams: The teams of Hubs that it concerns, by the names of their hubs.
        several: What happened, for when others like it stand with it: ``{count}`` is in the place
            of how many; empty if there are no words for that.
        count: How many things it tells of, as in a push of three commits.
        brief: What conglomerators need of it, as `hubs.bus.conglomerators` gives it, or empty.
    """

    id: str
    topic: str
    time: float
    body: Mapping[str, Any]
    sentence: str
    link: str = ""
    icon: str = OTHER.icon
    agent: str = ""
    people: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    groups: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    packages: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    repositories: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    channel: str = ""
    lists: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    tags: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    calendars: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    teams: tuple[str, ...] = attrs.field(default=(), converter=_sorted)
    several: str = ""
    count: int = 1
    brief: str = ""

    @property
    def target(self) -> str:
        """What it is about: its one repository, package, list or group; its channel; its link."""
        for names in (self.repositories, self.packages, self.lists, self.groups):
            if len(names) == 1:
                return names[0]
        return self.channel or self.link

    @property
    def for_members(self) -> bool:
        """Whether only the members of a hub of ours may hear of it."""
        return self.topic.startswith("hubs.") and bool(self.body.get(FOR_MEMBERS))

    def keys(self) -> frozenset[str]:
        """Give the interest keys of everything it concerns.

        Returns:
            Keys as in ``user:ralph``, ``package:kernel`` or ``topic:bodhi.update``; a topic gives
            one key for each of its leading parts, and a message of ours the hub that it tells of,
            as in ``hub:team:infra``, news for its feed or not. What is only for the members of a
            hub concerns that hub, and nobody who would show it to others.
        """
        ours = {f"team:{name}" for name in self.teams}
        if self.topic.startswith("hubs."):
            ours.add(f"hub:{self.body.get('hub_type')}:{self.body.get('hub_name')}")
        if self.for_members:
            return frozenset(ours)
        words = self.topic.split(".")
        keys = ours | {f"topic:{'.'.join(words[: n + 1])}" for n in range(len(words))}
        for prefix, names in (
            ("user", self.people),
            ("group", self.groups),
            ("package", self.packages),
            ("repo", self.repositories),
            ("channel", (self.channel,) if self.channel else ()),
            ("list", self.lists),
            ("tag", self.tags),
            ("calendar", self.calendars),
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
            target=self.target,
            several=self.several,
            count=self.count,
            brief=self.brief,
        )
