"""Merges similar entries of a feed, for showing them; the store keeps each by itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import attrs

from hubs.bus.conglomerators import Conglomerators
from hubs.bus.several import NUMBER
from hubs.model.entry import Entry

#: Seconds between one entry and the next like it, at the most.
_NEAR = 3600.0


@attrs.frozen
class Group:
    """Entries that are shown as one.

    Attributes:
        entries: They, newest first; mostly one.
        sentence: What happened, in plain text.
        says_all: Whether the sentence tells of all of them; else it tells of the newest.
    """

    entries: tuple[Entry, ...]
    sentence: str
    says_all: bool = True


def merged(entries: Iterable[Entry], conglomerators: Conglomerators) -> Iterator[Group]:
    """Merge what is similar and of one day in UTC.

    The ecosystem's conglomerators go first. What they leave is merged if the same person did the
    same to the same thing, and not long before.

    Args:
        entries: Newest first.
        conglomerators: They.

    Yields:
        Groups, in the order of their newest entries.
    """
    for _, day in groupby(entries, key=day_of):
        of_day = list(day)
        groups = [*_by_conglomerators(of_day, conglomerators)]
        taken = {entry.id for group in groups for entry in group.entries}
        groups += _alike([entry for entry in of_day if entry.id not in taken])
        places = {entry.id: place for place, entry in enumerate(of_day)}
        yield from sorted(groups, key=lambda group: places[group.entries[0].id])


def day_of(entry: Entry) -> datetime.date:
    """Give the day in UTC on which something happened."""
    return datetime.datetime.fromtimestamp(entry.time, datetime.UTC).date()


def _by_conglomerators(entries: Sequence[Entry], conglomerators: Conglomerators) -> Iterator[Group]:
    kept = {entry.id: (entry.brief, entry.time) for entry in entries if entry.brief}
    for one in conglomerators.merge(kept) if len(kept) > 1 else ():
        yield Group(tuple(entry for entry in entries if entry.id in one.ids), one.sentence)


def _alike(entries: Iterable[Entry]) -> Iterator[Group]:
    groups: list[list[Entry]] = []
    newest: dict[tuple[str, ...], list[Entry]] = {}
    for entry in entries:
        key = _key(entry)
        group = newest.get(key)
        if group is None or group[-1].time - entry.time > _NEAR:
            group = []
            groups.append(group)
            if key:
                newest[key] = group
        group.append(entry)
    return map(_group, groups)


def _key(entry: Entry) -> tuple[str, ...]:
    """Give what entries share that are merged, or nothing if none is like it."""
    if entry.several:
        return (entry.several,)
    return (entry.agent, entry.topic, entry.target) if entry.target else ()


def _group(entries: Sequence[Entry]) -> Group:
    first = entries[0]
    if len(entries) == 1 or not first.several:
        return Group(tuple(entries), first.sentence, says_all=len(entries) == 1)
    number = sum(entry.count for entry in entries)
    return Group(tuple(entries), first.several.replace(NUMBER, str(number), 1))
