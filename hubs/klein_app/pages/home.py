"""The first page."""

from __future__ import annotations

import attrs
from klein import Klein
from twisted.web.iweb import IRequest

from hubs.database.directory import Directory
from hubs.klein_app import times
from hubs.klein_app.portal import Portal
from hubs.klein_app.sessions import viewer_of
from hubs.model.directory import Order, Search
from hubs.model.hub import HubType


@attrs.frozen
class HomePages:
    """Says what this is, and lists teams.

    Attributes:
        portal: What all pages share.
    """

    app = Klein()
    portal: Portal

    @app.route("/", methods=["GET"])
    async def home(self, request: IRequest) -> str:
        """List the busiest teams, for whoever is new here."""
        portal = self.portal
        search = Search(
            HubType.TEAM, times.week_before(portal.clock.seconds()), order=Order.ACTIVITY
        )
        found = await portal.read(
            Directory(portal.stores.hubs.pool).find(search, viewer_of(request))
        )
        most = max((one.messages for one in found.hubs), default=0)
        return portal.page(request, "home.html", {"teams": found.hubs, "most": most})
