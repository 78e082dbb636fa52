"""The hubs that the caller has at hand, in their own order."""

from __future__ import annotations

from typing import Annotated

import attrs
from pydantic import Field
from twisted.web.iweb import IRequest

from hubs.database.bookmark_store import BookmarkStore
from hubs.klein_app.api.answers import check_if_match, entity_tag
from hubs.klein_app.api.operation import Operations
from hubs.klein_app.api.sent import Body, HubNumber
from hubs.klein_app.api.values import HubName, Value
from hubs.klein_app.everything import news
from hubs.klein_app.portal import Portal
from hubs.model.viewer import Viewer


class Bookmark(HubName):
    """A hub at hand."""

    news: bool = Field(description="Whether something there names the caller, unseen so far.")


class Bookmarks(Value):
    """The hubs that somebody stars, follows or belongs to, in their order."""

    bookmarks: tuple[Bookmark, ...]


class BookmarkOrder(Body):
    """An order."""

    hubs: Annotated[
        tuple[HubNumber, ...],
        Field(max_length=1000, description="Their numbers, the first one first."),
    ]


@attrs.frozen
class BookmarkResource:
    """Reads bookmarks and puts them in order.

    Attributes:
        portal: What all pages share.
    """

    operations = Operations("Bookmarks")
    app = operations.app
    portal: Portal

    @property
    def _store(self) -> BookmarkStore:
        return BookmarkStore(self.portal.stores.hubs.pool)

    @operations.get("/bookmarks/", person=True)
    async def bookmarks(self, viewer: Viewer) -> Bookmarks:
        """Give the hubs that the caller stars, follows or belongs to."""
        views = await self.portal.read(self._store.of(viewer))
        named = await self.portal.read(news(self.portal.stores, viewer))
        return Bookmarks(
            bookmarks=tuple(
                Bookmark(**HubName.of(view.hub).model_dump(), news=view.hub.id in named)
                for view in views
            )
        )

    @operations.change("PUT", "/bookmarks/", versioned=True)
    async def order(self, request: IRequest, viewer: Viewer, body: BookmarkOrder) -> Bookmarks:
        """Put them into another order; what the caller is nothing to is passed over."""
        check_if_match(request, entity_tag(await self.bookmarks(viewer)))
        await self.portal.read(self._store.arrange(viewer, body.hubs))
        return await self.bookmarks(viewer)
