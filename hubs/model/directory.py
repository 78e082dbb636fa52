"""What the directory of hubs is asked, and what it answers."""

from __future__ import annotations

import datetime
import enum
from collections.abc import Sequence

import attrs

from hubs.model.hub import Hub, HubType

#: How many hubs a page of the directory has.
PAGE = 24


class Order(enum.Enum):
    """In which order the directory lists hubs."""

    RELEVANCE = "relevance"
    ACTIVITY = "activity"
    SIZE = "size"


@attrs.frozen
class Search:
    """What somebody looks for.

    Attributes:
        type: Whose hubs.
        since: The first day whose activity counts, in UTC.
        words: What they typed; empty for all hubs.
        tag: A tag that the hubs have; empty for any.
        language: The language spoken there; empty for any.
        region: The region they are in; empty for any.
        order: Which come first.
        page: Which page of what is found, from 1.
    """

    type: HubType
    since: datetime.date
    words: str = ""
    tag: str = ""
    language: str = ""
    region: str = ""
    order: Order = Order.RELEVANCE
    page: int = 1

    @property
    def filtered(self) -> bool:
        """Whether anything at all is looked for."""
        return any((self.words, self.tag, self.language, self.region))


@attrs.frozen
class FoundHub:
    """A hub as the directory lists it.

    Attributes:
        hub: The hub.
        messages: How much happened there since the day asked for.
        members: How many members and owners it has.
    """

    hub: Hub
    messages: int
    members: int


@attrs.frozen
class Found:
    """A page of the directory.

    Attributes:
        hubs: In the order asked for.
        total: How many there are on all pages.
    """

    hubs: Sequence[FoundHub]
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


@attrs.frozen
class Facets:
    """What hubs can be told apart by, each with how many hubs have it, the most frequent first.

    Attributes:
        tags: What they are about.
        languages: What is spoken there.
        regions: Where they are.
    """

    tags: Sequence[tuple[str, int]] = ()
    languages: Sequence[tuple[str, int]] = ()
    regions: Sequence[tuple[str, int]] = ()
