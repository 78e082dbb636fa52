"""A line of the feed: an entry, or several that are alike, ready to be shown."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from urllib.parse import urlsplit

import attrs

from hubs.model.category import Category, category_of
from hubs.model.entry import Entry
from hubs.model.hub import HubType, hub_path
from hubs.widgets.feed.merging import Group, day_of


@attrs.frozen
class Part:
    """A piece of a sentence.

    Attributes:
        text: What it says.
        path: The path of the hub of the person it names, or empty.
    """

    text: str
    path: str = ""


@attrs.frozen
class Line:
    """An entry as the feed shows it.

    Attributes:
        entry: What happened.
        category: What it is about.
        sentence: The entry's sentence in pieces.
        agent_path: The path of the hub of who did it; empty if there is none for all to see.
        names_agent: Whether the sentence says who did it.
        host: Where the entry's link leads; empty if there is none to follow.
        parts: If it stands for several entries, their lines; else nothing.
        more: How many entries there are of which the sentence does not tell.
    """

    entry: Entry
    category: Category
    sentence: tuple[Part, ...]
    agent_path: str
    names_agent: bool
    host: str
    parts: tuple[Line, ...] = ()
    more: int = 0

    @property
    def date(self) -> datetime.date:
        """The day it happened, in UTC."""
        return day_of(self.entry)

    @classmethod
    def of(cls, entry: Entry, known: Collection[str]) -> Line:
        """Make a line of an entry.

        Args:
            entry: What happened.
            known: The account names that have a hub for all to see.

        Returns:
            Its line.
        """
        people = [name for name in {*entry.people, entry.agent} if name in known]
        return cls(
            entry=entry,
            category=category_of(entry.category),
            sentence=tuple(_parts(entry.sentence, people)),
            agent_path=hub_path(HubType.USER, entry.agent) if entry.agent in known else "",
            names_agent=bool(re.search(_any_of([entry.agent]), entry.sentence)),
            host=_host(entry.link),
        )

    @classmethod
    def of_group(cls, group: Group, known: Collection[str]) -> Line:
        """Make a line of entries that are shown as one.

        Args:
            group: They.
            known: The account names that have a hub for all to see.

        Returns:
            The line of the only one; or one that stands for them all.
        """
        first, *others = group.entries
        if not others:
            return cls.of(first, known)
        stands_for_all = attrs.evolve(
            first,
            sentence=group.sentence,
            link=_common({entry.link for entry in group.entries}),
            agent=_common({entry.agent for entry in group.entries}),
            people=sorted({name for entry in group.entries for name in entry.people}),
        )
        return attrs.evolve(
            cls.of(stands_for_all, known),
            parts=tuple(cls.of(entry, known) for entry in group.entries),
            more=0 if group.says_all else len(others),
        )


def _common(values: Collection[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def by_day(lines: Iterable[Line]) -> list[tuple[datetime.date, list[Line]]]:
    """Group lines by their day in UTC.

    Args:
        lines: Newest first.

    Returns:
        Each day with its lines, in the same order.
    """
    return [(day, list(group)) for day, group in groupby(lines, key=lambda line: line.date)]


def _parts(sentence: str, people: Collection[str]) -> Iterator[Part]:
    if not people:
        yield Part(sentence)
        return
    for text in re.split(_any_of(people), sentence):
        if text:
            yield Part(text, hub_path(HubType.USER, text) if text in people else "")


def _any_of(people: Iterable[str]) -> str:
    # The longest first, or "ralphbean" would be found as "ralph".
    names = "|".join(re.escape(name) for name in sorted(people, key=len, reverse=True))
    return rf"(?<![\w./-])({names})(?![\w/-]|\.\w)"


def _host(link: str) -> str:
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    return (parts.hostname or "") if parts.scheme in {"http", "https"} else ""
