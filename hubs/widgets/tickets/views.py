"""The views of tickets: which of them each one shows, in which order. Plain functions."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping

from hubs.sources.tickets import Order, Ticket, TicketQuery

_DAY = 86_400.0
#: Who commented within so many days did so lately.
LATELY_DAYS = 7
#: How many people make a ticket lively.
SEVERAL = 3
#: What was filed within so many days is new.
NEW_DAYS = 14
#: What did not move for so many days is forgotten.
FORGOTTEN_DAYS = 90
#: Where comments are not counted, what moved no later than this after it was filed has no answer,
#: seconds: whoever files something often sets a field of it, too.
_SETTLED = 3600.0


class View(enum.Enum):
    """A view."""

    #: What somebody has in hand or was asked something in; what moved last first.
    WAITING = "waiting"
    #: What somebody filed; what moved last first.
    FILED = "filed"
    #: All that is open; what moved last first.
    OPEN = "open"
    #: What nobody has in hand; what was filed last first.
    UNASSIGNED = "unassigned"
    #: What was filed in the last `NEW_DAYS` days and nobody has answered or has in hand; what was
    #: filed last first.
    INCOMING = "incoming"
    #: What at least `SEVERAL` people commented on in the last `LATELY_DAYS` days; where most did
    #: first.
    LIVELY = "lively"
    #: What has not moved for `FORGOTTEN_DAYS` days; for longest first.
    FORGOTTEN = "forgotten"

    @property
    def personal(self) -> bool:
        """Whether it is about one person."""
        return self in {View.WAITING, View.FILED}


_ORDERS = {
    View.UNASSIGNED: Order.NEW,
    View.INCOMING: Order.NEW,
    View.FORGOTTEN: Order.STILL,
}


def query(view: View, name: str, now: float) -> TicketQuery:
    """Say what a tracker is asked for.

    Args:
        view: The view.
        name: By which name the person is known there whom it is about.
        now: The time that it is, seconds since the epoch.

    Returns:
        What gives all that the view shows, as far as the tracker can tell that from the rest.
    """
    return TicketQuery(
        assignee=name if view is View.WAITING else "",
        author=name if view is View.FILED else "",
        unassigned=view in {View.UNASSIGNED, View.INCOMING},
        order=_ORDERS.get(view, Order.MOVED),
        speakers_since=now - LATELY_DAYS * _DAY if view is View.LIVELY else None,
    )


def chosen(view: View, tickets: Iterable[Ticket], name: str, now: float) -> list[Ticket]:
    """Choose what a view shows of the tickets of one tracker.

    Args:
        view: The view.
        tickets: Open ones.
        name: By which name the person is known there whom it is about; of an e-mail address, what
            is before the ``@`` counts.
        now: The time that it is, seconds since the epoch.

    Returns:
        Those that it shows, unordered.
    """
    me = name.partition("@")[0].casefold()

    def is_me(names: Iterable[str]) -> bool:
        return me in {one.casefold() for one in names}

    fits: Mapping[View, Callable[[Ticket], bool]] = {
        View.WAITING: lambda one: is_me((*one.assignees, *one.asked)),
        View.FILED: lambda one: is_me([one.author]),
        View.UNASSIGNED: lambda one: not one.assignees,
        View.INCOMING: lambda one: now - one.created <= NEW_DAYS * _DAY and _is_unheard(one),
        View.LIVELY: lambda one: len(one.speakers) >= SEVERAL,
        View.FORGOTTEN: lambda one: now - one.updated >= FORGOTTEN_DAYS * _DAY,
    }
    fit = fits.get(view)
    return [one for one in tickets if fit is None or fit(one)]


def ordered(view: View, tickets: Iterable[Ticket]) -> list[Ticket]:
    """Put the tickets of a view in order.

    Args:
        view: The view.
        tickets: What it shows, of all trackers.

    Returns:
        Them, the most important first.
    """
    keys: Mapping[View, Callable[[Ticket], tuple[float, float]]] = {
        View.UNASSIGNED: lambda one: (-one.created, 0.0),
        View.INCOMING: lambda one: (-one.created, 0.0),
        View.LIVELY: lambda one: (-len(one.speakers), -one.updated),
        View.FORGOTTEN: lambda one: (one.updated, 0.0),
    }
    return sorted(tickets, key=keys.get(view, lambda one: (-one.updated, 0.0)))


def _is_unheard(ticket: Ticket) -> bool:
    if ticket.assignees:
        return False
    if ticket.comments is None:
        return ticket.updated - ticket.created <= _SETTLED
    return ticket.comments == 0
