"""Tickets, bugs and issues, whatever tracker they are in."""

from __future__ import annotations

import enum
from typing import Generic, Protocol, TypeVar

import attrs

T = TypeVar("T")


@attrs.frozen(kw_only=True)
class OpenItem:
    """What a ticket and a pull request have in common.

    Attributes:
        place: What people call the place that it is in, as in ``fedora-infra/bodhi``.
        number: Its number there.
        title: What it is about.
        url: Its page, an http or https address.
        author: The name there of who made it; empty if they are gone. No e-mail address: of
            one, what is before the ``@``.
        labels: What it is tagged with.
        created: When it was made, seconds since the epoch.
        updated: When it last moved, seconds since the epoch.
    """

    place: str
    number: int
    title: str
    url: str
    author: str
    labels: tuple[str, ...]
    created: float
    updated: float


@attrs.frozen(kw_only=True)
class Ticket(OpenItem):
    """One that is open.

    Attributes:
        assignees: The names of those who have it in hand.
        asked: The names of those who were asked something in it.
        comments: How many comments it has; None if the tracker does not say.
        speakers: The names of those who commented since `TicketQuery.speakers_since`.
    """

    assignees: tuple[str, ...]
    comments: int | None
    asked: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()


class Order(enum.Enum):
    """Which tickets come first; where there are more than are read, the last are not."""

    MOVED = "what moved last"
    STILL = "what has not moved for longest"
    NEW = "what was filed last"


@attrs.frozen
class TicketQuery:
    """Which open tickets are wanted. A tracker may give more than that, never fewer.

    Attributes:
        assignee: Those that wait for somebody of this name; empty for all.
        author: Those that somebody of this name filed; empty for all.
        unassigned: Only those that nobody has in hand.
        order: Which come first.
        speakers_since: From when on it matters who commented, seconds since the epoch; None if
            it does not.
    """

    assignee: str = ""
    author: str = ""
    unassigned: bool = False
    order: Order = Order.MOVED
    speakers_since: float | None = None


@attrs.frozen
class Found(Generic[T]):
    """What was found.

    Attributes:
        items: It.
        whole: Whether that is all there is; there are bounds to how much is read.
    """

    items: tuple[T, ...] = attrs.field(converter=tuple)
    whole: bool = True


class Tracker(Protocol):
    """Has tickets."""

    async def tickets(self, query: TicketQuery) -> Found[Ticket]:
        """Find open tickets.

        Args:
            query: Which.

        Returns:
            Them.

        Raises:
            SourceError: They could not be had.
        """
