"""The directory: all teams and all people, to look through and to search."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

import attrs
from klein import Klein
from twisted.web.iweb import IRequest

from hubs.database.directory import Directory
from hubs.klein_app import times
from hubs.klein_app.portal import Portal
from hubs.klein_app.sessions import viewer_of
from hubs.model.directory import Order, Search
from hubs.model.hub import HubType

#: Longer words than these are cut off, characters.
_LONGEST = 100
#: No page past this one is looked for.
_LAST_PAGE = 1000
_ORDERS = {order.value: order for order in Order}


@attrs.frozen
class DirectoryPages:
    """Lists hubs.

    Attributes:
        portal: What all pages share.
    """

    app = Klein()
    portal: Portal

    @app.route("/teams/", methods=["GET"])
    async def teams(self, request: IRequest) -> str:
        """List teams."""
        return await self._list(request, HubType.TEAM)

    @app.route("/people/", methods=["GET"])
    async def people(self, request: IRequest) -> str:
        """List people."""
        return await self._list(request, HubType.USER)

    async def _list(self, request: IRequest, hub_type: HubType) -> str:
        portal, viewer = self.portal, viewer_of(request)
        search = read_search(request, hub_type, portal.clock.seconds())
        directory = Directory(portal.stores.hubs.pool)
        found = await portal.read(directory.find(search, viewer))
        facets = await portal.read(directory.facets(hub_type, viewer))
        values = {
            "search": search,
            "found": found,
            "facets": facets,
            "orders": [order for order in Order if _makes_sense(order, hub_type)],
            "most": max((one.messages for one in found.hubs), default=0),
            "with_change": lambda **change: address(search, **change),
        }
        return portal.page(request, "directory.html", values)


def read_search(request: IRequest, hub_type: HubType, now: float) -> Search:
    """Read what somebody looks for; what makes no sense is left out.

    Args:
        request: Says it in its query.
        hub_type: Whose hubs.
        now: The present, seconds since the epoch.

    Returns:
        The search.
    """
    given: Mapping[bytes, list[bytes]] = request.args or {}

    def text(name: str) -> str:
        [value, *_] = given.get(name.encode(), [b""])
        words = value[: 4 * _LONGEST].decode("utf-8", "replace")[:_LONGEST]
        return " ".join("".join(one if one.isprintable() else " " for one in words).split())

    page = text("page")
    return Search(
        type=hub_type,
        since=times.week_before(now),
        words=text("q"),
        tag=text("tag"),
        language=text("language"),
        region=text("region"),
        order=_ORDERS.get(text("order"), Order.RELEVANCE),
        page=min(max(1, int(page)), _LAST_PAGE) if page.isdecimal() else 1,
    )


def address(search: Search, **change: str | int) -> str:
    """Give the address of a search.

    Args:
        search: What is looked for.
        change: What to look for instead, by name of the attribute; any but ``page`` leads to the
            first page.

    Returns:
        A query, as in ``?q=kernel&page=2``; ``?`` for all hubs.
    """
    query: dict[str, str | int] = {
        "q": search.words,
        "tag": search.tag,
        "language": search.language,
        "region": search.region,
        "order": "" if search.order is Order.RELEVANCE else search.order.value,
        **change,
    }
    return "?" + urlencode({name: value for name, value in query.items() if value})


def _makes_sense(order: Order, hub_type: HubType) -> bool:
    """Say whether hubs can be put into an order: the one of a person has one member."""
    return order is not Order.SIZE or hub_type is HubType.TEAM
