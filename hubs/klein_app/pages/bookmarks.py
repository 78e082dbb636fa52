"""The bookmarks bar, and the page where people put their hubs in order."""

from __future__ import annotations

import attrs
from klein import Klein
from twisted.web.iweb import IRequest
from werkzeug.exceptions import BadRequest

from hubs.database.bookmark_store import BookmarkStore
from hubs.klein_app.everything import news
from hubs.klein_app.forms import field_of
from hubs.klein_app.portal import Portal

#: More hubs than anybody has at hand.
_MOST = 1000
_STEPS = {"up": -1, "down": 1}


@attrs.frozen
class BookmarkPages:
    """Shows people the hubs they have at hand.

    Attributes:
        portal: What all pages share.
    """

    app = Klein()
    portal: Portal

    @property
    def _store(self) -> BookmarkStore:
        return BookmarkStore(self.portal.stores.hubs.pool)

    @app.route("/bookmarks/", methods=["GET"])
    async def bookmarks(self, request: IRequest) -> str:
        """Show them: the bar alone when htmx asks, else a page to put them in order."""
        viewer = self.portal.person(request)
        views = await self.portal.read(self._store.of(viewer))
        values = {"views": views, "news": await self.portal.read(news(self.portal.stores, viewer))}
        if request.getHeader("HX-Request"):
            request.setHeader("Cache-Control", "no-store")
            return self.portal.page(request, "bookmarks_bar.html", values)
        return self.portal.page(request, "bookmarks.html", values)

    @app.route("/bookmarks/move/", methods=["POST"])
    async def move(self, request: IRequest) -> str:
        """Move one hub a place up or down."""
        viewer, step = self.portal.person(request), field_of(request, "step")
        ids = [view.hub.id for view in await self.portal.read(self._store.of(viewer))]
        hub = field_of(request, "hub")
        if step not in _STEPS or hub not in map(str, ids):
            raise BadRequest
        place = ids.index(int(hub))
        ids.insert(max(0, place + _STEPS[step]), ids.pop(place))
        await self.portal.read(self._store.arrange(viewer, ids))
        return self.portal.go_to(request, f"/bookmarks/#{step}-{hub}")

    @app.route("/bookmarks/order/", methods=["POST"])
    async def order(self, request: IRequest) -> str:
        """Put all hubs into the order in which somebody has dragged them."""
        viewer = self.portal.person(request)
        given = field_of(request, "hubs").split(",")
        if len(given) > _MOST or not all(
            one.isascii() and one.isdecimal() and len(one) < 10  # noqa: PLR2004 - fits in SQL
            for one in given
        ):
            raise BadRequest
        await self.portal.read(self._store.arrange(viewer, map(int, given)))
        return self.portal.go_to(request, "/bookmarks/")
