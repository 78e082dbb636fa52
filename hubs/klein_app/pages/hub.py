"""The pages of a hub: itself, and each of its widgets."""

from __future__ import annotations

import attrs
from klein import Klein
from twisted.web.iweb import IRequest
from werkzeug.exceptions import NotFound

from hubs.klein_app import times
from hubs.klein_app.boxes import Boxes
from hubs.klein_app.kept import KeptBoxes
from hubs.klein_app.portal import HUB, Portal
from hubs.klein_app.streams import stream_url
from hubs.model.permissions import Action


@attrs.frozen
class HubPages:
    """Shows hubs.

    Attributes:
        portal: What all pages share.
        boxes: Makes a widget.
        kept: Makes all widgets of a page.
        sse_url: Where browsers find the event streams: a path, or a whole address.
    """

    app = Klein()
    portal: Portal
    boxes: Boxes
    kept: KeptBoxes
    sse_url: str

    @app.route(f"{HUB}/", methods=["GET"])
    async def hub(self, request: IRequest, kind: str, name: str) -> str:
        """Show the hub of a person or a team."""
        view = await self.portal.hub(request, kind, name)
        hub = view.hub
        if not view.may(Action.SEE_CONTENT):
            return self.portal.page(request, "preview.html", {"view": view, "hub": hub})
        made = await self.kept.make(view, self.portal.language(request))
        values = {
            "view": view,
            "hub": hub,
            "boxes": made.boxes,
            "idle_days": times.idle_days(hub.last_activity, self.portal.clock.seconds()),
            "stream": stream_url(self.sse_url, hub, made.time),
        }
        return self.portal.page(request, "hub.html", values)

    @app.route(f"{HUB}/widgets/<widget_id>/", methods=["GET"])
    async def widget(self, request: IRequest, kind: str, name: str, widget_id: str) -> str:
        """Show one widget: the fragment alone when htmx asks, else a small page of its own."""
        view = await self.portal.hub(request, kind, name)
        chosen = [one for one in view.visible_widgets if str(one.id) == widget_id]
        if not chosen:
            raise NotFound
        now = self.portal.clock.seconds()
        [box] = await self.boxes.make(view.hub, chosen, self.portal.language(request))
        if request.getHeader("HX-Request"):
            request.setHeader("Cache-Control", "no-store")
            return self.portal.page(request, "frame.html", {"view": view, "box": box})
        stream = stream_url(self.sse_url, view.hub, now)
        values = {"view": view, "hub": view.hub, "box": box, "stream": stream}
        return self.portal.page(request, "widget.html", values)
