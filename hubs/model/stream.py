"""The stream of a person: what happens on the hubs they follow, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from hubs.model.category import category_of
from hubs.model.entry import Entry
from hubs.model.person import Role

#: Whoever holds one of these roles on a hub has in their stream what happens there.
FOLLOWERS = frozenset({Role.SUBSCRIBER, Role.MEMBER, Role.OWNER})


def stream_feed(person_id: int) -> str:
    """Give the key, in the store of feeds, of the stream of a person.

    Args:
        person_id: The person.

    Returns:
        A key as in ``stream:12``.
    """
    return f"stream:{person_id}"


def mentions_feed(person_id: int) -> str:
    """Give the key, in the store of feeds, of what mentions a person.

    Args:
        person_id: The person.

    Returns:
        A key as in ``mentions:12``.
    """
    return f"mentions:{person_id}"


def reader_of(feed: str) -> int:
    """Give the number of the person whose stream or mentions a feed is.

    Args:
        feed: As `stream_feed` or `mentions_feed` gives it.

    Returns:
        The person.
    """
    return int(feed.partition(":")[2])


@attrs.frozen
class Hide:
    """What somebody does not want to see in their stream; one of both is always given.

    Attributes:
        hub_id: What comes by this hub; None for all hubs.
        kind: What is of this kind, as `hubs.model.category.Category.kind` has it; None for all
            kinds.
    """

    hub_id: int | None
    kind: str | None

    def __attrs_post_init__(self) -> None:
        """Refuse to hide all there is.

        Raises:
            ValueError: Neither a hub nor a kind is given.
        """
        if self.hub_id is None and self.kind is None:
            raise ValueError("expected a hub, a kind of entries or both to hide, got neither")

    def covers(self, hub_id: int | None, kind: str) -> bool:
        """Say whether it hides a kind of entry that comes by a hub.

        Args:
            hub_id: The hub; None for what comes by none.
            kind: The kind of the entry.

        Returns:
            Whether it does.
        """
        return self.hub_id in {None, hub_id} and self.kind in {None, kind}


def visible(entry: Entry, hides: Iterable[Hide]) -> bool:
    """Say whether an entry of a stream is to be seen.

    Args:
        entry: The entry.
        hides: What its reader hides.

    Returns:
        False if it is hidden for each of the hubs by which it came.
    """
    kind = category_of(entry.category).kind
    ways: Iterable[int | None] = entry.hubs or (None,)
    return not all(any(hide.covers(hub_id, kind) for hide in hides) for hub_id in ways)


@attrs.frozen
class Ask:
    """Something that waits for people.

    Attributes:
        subject: What it is, in the same words each time it is told of.
        people: The account names of those whom it waits for.
        owners_of: The name of a team for whose owners it waits.
    """

    subject: str
    people: tuple[str, ...] = ()
    owners_of: str = ""


@attrs.frozen
class Answer:
    """Says that something waits no more.

    Attributes:
        subject: What it was, as in its `Ask`.
        person: The account name of whom it no longer waits for; empty for all.
    """

    subject: str
    person: str = ""
