"""Bugzilla: https://bugzilla.readthedocs.io/en/latest/api/core/v1/.

Its pages: ``bug.html#search-bugs`` and ``comment.html#get-comments``; the one of Red Hat takes
its key as a bearer's token alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs
from pydantic import TypeAdapter

from hubs.sources.api import MOST_PAGES, Api
from hubs.sources.errors import AddressError
from hubs.sources.moment import iso
from hubs.sources.place import Place
from hubs.sources.session import Session
from hubs.sources.shape import Shape, Time
from hubs.sources.tickets import Found, Order, Ticket, TicketQuery

#: How many bugs are asked for at once; it has no bound of its own below a thousand.
ROWS = 100
#: Of how many bugs, those that moved last, the comments are read: each costs a request.
MOST_TALKS = 10
#: The state of a bug that nobody has taken; all of Fedora's are assigned to somebody.
_NOT_TAKEN = "NEW"
_FIELDS = (
    "id,summary,status,creator,assigned_to,keywords,product,component,flags,"
    "creation_time,last_change_time"
)
_ORDERS = {
    Order.MOVED: "changeddate DESC",
    Order.STILL: "changeddate",
    Order.NEW: "bug_id DESC",
}


class _Flag(Shape):
    name: str
    status: str
    requestee: str | None = None


class _Bug(Shape):
    id: int
    summary: str
    status: str
    creator: str
    assigned_to: str
    keywords: tuple[str, ...] = ()
    product: str
    component: str | list[str]
    flags: tuple[_Flag, ...] = ()
    creation_time: Time
    last_change_time: Time


class _Bugs(Shape):
    bugs: list[_Bug]


class _Comment(Shape):
    creator: str


class _Comments(Shape):
    comments: list[_Comment]


class _Talks(Shape):
    bugs: dict[str, _Comments]


_BUGS = TypeAdapter(_Bugs)
_TALKS = TypeAdapter(_Talks)


class Bugzilla:
    """A product or component of a Bugzilla, or all of it for one person.

    It knows people by their e-mail addresses; what it finds names them by what is before the ``@``,
    as it does itself to whom is not logged in.
    """

    def __init__(self, session: Session, place: Place) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
            place: The product or component.
        """
        self._place = place
        self._api = Api.at(session, place.base, session.services.bugzilla, "/rest")

    async def tickets(self, query: TicketQuery) -> Found[Ticket]:
        """See `Tracker`.

        Raises:
            AddressError: It is asked about somebody by another name than an e-mail address.
        """
        if "@" not in (query.assignee or query.author or "@"):
            raise AddressError(self._place.host, "knows people by e-mail address, and none is set")
        asked = {
            "assigned_to": query.assignee,
            "creator": query.author,
            "status": _NOT_TAKEN if query.unassigned else "",
        }
        found = await self._bugs(query.order, asked)
        if query.assignee:
            # https://bugzilla.readthedocs.io/en/latest/using/finding.html#advanced-search
            asked = {"f1": "requestees.login_name", "o1": "equals", "v1": query.assignee}
            others = await self._bugs(query.order, asked)
            found = Found((*found.items, *others.items), found.whole and others.whole)
        bugs = {bug.id: bug for bug in found.items}
        tickets = [self._ticket(bug) for bug in bugs.values()]
        if query.speakers_since is not None:
            tickets = await self._with_speakers(tickets, query.speakers_since)
        return Found(tickets, found.whole)

    async def tickets_of(self, components: Sequence[str]) -> Found[Ticket]:
        """Find the open tickets of several components of the product, those that moved last first.

        Args:
            components: Their names, which are the places of the tickets.

        Returns:
            Them.

        Raises:
            SourceError: They could not be had.
        """
        found = await self._bugs(Order.MOVED, {"component": components})
        return Found([self._ticket(bug) for bug in found.items], found.whole)

    async def _bugs(self, order: Order, asked: Mapping[str, str | Sequence[str]]) -> Found[_Bug]:
        narrowed: dict[str, str | Sequence[str]] = {
            "product": self._place.product,
            "component": self._place.component,
            **asked,
        }
        params: dict[str, str | int | Sequence[str]] = {
            "resolution": "---",
            "include_fields": _FIELDS,
            "order": _ORDERS[order],
            "limit": ROWS,
            **{name: value for name, value in narrowed.items() if value},
        }
        bugs: list[_Bug] = []
        for page in range(MOST_PAGES):
            found = await self._api.read("/bug", _BUGS, {**params, "offset": page * ROWS})
            bugs += found.bugs
            if len(found.bugs) < ROWS:
                return Found(tuple(bugs))
        return Found(tuple(bugs), whole=False)

    async def _with_speakers(self, tickets: Iterable[Ticket], since: float) -> list[Ticket]:
        latest = sorted(tickets, key=lambda one: one.updated, reverse=True)
        heard = []
        for ticket in latest[:MOST_TALKS]:
            path = f"/bug/{ticket.number}/comment"
            talks = await self._api.read(path, _TALKS, {"new_since": iso(since)})
            said = [one.creator for talk in talks.bugs.values() for one in talk.comments]
            speakers = tuple(sorted({_bare(name) for name in said}))
            heard.append(attrs.evolve(ticket, speakers=speakers))
        return [*heard, *latest[MOST_TALKS:]]

    def _ticket(self, bug: _Bug) -> Ticket:
        component = bug.component if isinstance(bug.component, str) else ", ".join(bug.component)
        asked = [one.requestee for one in bug.flags if one.status == "?" and one.requestee]
        return Ticket(
            place=component or bug.product,
            number=bug.id,
            title=bug.summary,
            url=f"{self._place.base}/show_bug.cgi?id={bug.id}",
            author=_bare(bug.creator),
            assignees=() if bug.status == _NOT_TAKEN else (_bare(bug.assigned_to),),
            labels=tuple(bug.keywords),
            created=bug.creation_time,
            updated=bug.last_change_time,
            comments=None,
            asked=tuple(_bare(name) for name in asked),
        )


def _bare(name: str) -> str:
    return name.partition("@")[0]
