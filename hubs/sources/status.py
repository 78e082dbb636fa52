"""The status page of Fedora's services, whose JSON says what is out and what will be.

``/ongoing.json`` and ``/planned.json``, which
https://github.com/fedora-infra/statusfpo writes (its plug-in of Pelican).
"""

from __future__ import annotations

import attrs
from pydantic import TypeAdapter

from hubs.sources.api import Api
from hubs.sources.session import Session
from hubs.sources.shape import Link, NaiveTime, Shape, Time


class _Ticket(Shape):
    id: str | int | None = None
    url: Link


class _Outage(Shape):
    title: str
    ticket: _Ticket
    # Whoever writes one by hand may leave out the zone.
    startdate: Time | NaiveTime | None = None
    enddate: Time | NaiveTime | None = None


class _Outages(Shape):
    outages: list[_Outage]


_OUTAGES = TypeAdapter(_Outages)


@attrs.frozen
class Outage:
    """A time without a service, or with a poor one.

    Attributes:
        title: What is the matter.
        url: The ticket about it, or if there is none, the status page.
        start: When it begins, seconds since the epoch; None if that is not said.
        end: When it is thought to end, likewise.
    """

    title: str
    url: str
    start: float | None
    end: float | None


class Status:
    """Asks the status page."""

    def __init__(self, session: Session) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
        """
        self.page = session.services.status
        self._api = Api(session, self.page)

    async def ongoing(self) -> list[Outage]:
        """Find what is out now, the newest first.

        Raises:
            SourceError: It could not be had.
        """
        found = await self._outages("/ongoing.json")
        return sorted(found, key=lambda one: -(one.start or 0.0))

    async def planned(self) -> list[Outage]:
        """Find what will be out, the next first; what has no date comes last.

        Raises:
            SourceError: It could not be had.
        """
        found = await self._outages("/planned.json")
        return sorted(found, key=lambda one: one.start or float("inf"))

    async def _outages(self, path: str) -> list[Outage]:
        found = await self._api.read(path, _OUTAGES)
        return [
            Outage(
                title=one.title,
                url=one.ticket.url if one.ticket.id else self.page,
                start=one.startdate,
                end=one.enddate,
            )
            for one in found.outages
        ]
