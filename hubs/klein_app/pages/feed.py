"""The feeds of hubs for feed readers."""

from __future__ import annotations

import attrs
from klein import Klein
from twisted.web.http import CACHED
from twisted.web.iweb import IRequest
from werkzeug.exceptions import NotFound

from hubs.klein_app import atom
from hubs.klein_app.portal import HUB, Portal, etag


@attrs.frozen
class FeedPages:
    """Gives feeds to whoever asks: feed readers do not log in, so only what all may see.

    Attributes:
        portal: What all pages share.
    """

    app = Klein()
    portal: Portal

    @app.route(f"{HUB}/{atom.NAME}", methods=["GET"])
    async def feed(self, request: IRequest, kind: str, name: str) -> bytes:
        """Give the feed of a public hub, unless only its members see it there."""
        view = await self.portal.hub(request, kind, name)
        if not view.for_strangers.sees_feed:
            raise NotFound
        hub = view.hub
        entries = await self.portal.read(self.portal.stores.feeds.entries(hub.feed))
        body = atom.atom(hub, entries, self.portal.url)
        request.setHeader("Content-Type", atom.CONTENT_TYPE)
        return b"" if request.setETag(etag(body)) is CACHED else body
