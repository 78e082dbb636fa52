"""Owners arrange the widgets of a hub."""

from __future__ import annotations

from collections.abc import Awaitable

import attrs
from klein import Klein
from twisted.web.iweb import IRequest

from hubs.database.widget_store import ArrangeError, ConflictError
from hubs.klein_app.attempt import attempt
from hubs.klein_app.board import DONE, REFUSALS, Board, Notice, read_number, read_place
from hubs.klein_app.forms import field_of
from hubs.klein_app.portal import HUB, Portal
from hubs.model.permissions import Action
from hubs.model.viewer import HubView
from hubs.widgets.arrange import Arranger

#: A widget in a route: what SQL can hold.
WIDGET = "<int(max=2147483647):widget_id>"
_NOTICES = {
    "move": "moved",
    "hide": "hidden",
    "show": "shown",
    "remove": "removed",
    "restore": "restored",
}


@attrs.frozen
class ArrangePages:
    """Lets owners arrange.

    Attributes:
        portal: What all pages share.
        arranger: Changes widgets.
        board: Shows them.
    """

    app = Klein()
    portal: Portal
    arranger: Arranger
    board: Board

    @app.route(f"{HUB}/arrange/", methods=["GET"])
    async def arrange(self, request: IRequest, kind: str, name: str) -> str:
        """Show the board, and what was done before if the address says so."""
        view = await self.portal.hub(request, kind, name, Action.ARRANGE)
        return await self.board.page(request, view, _done(request))

    @app.route(
        f"{HUB}/arrange/{WIDGET}/<any(move, hide, show, remove, restore):what>/", methods=["POST"]
    )
    async def change(
        self, request: IRequest, kind: str, name: str, widget_id: int, what: str
    ) -> str:
        """Move a widget, put it away or take it off, or undo that."""
        view = await self.portal.hub(request, kind, name, Action.ARRANGE)
        change = self._change(request, view, widget_id, what)
        outcome = await self.portal.read(attempt(change, ArrangeError))
        notice = Notice(_NOTICES[what], widget_id)
        if isinstance(outcome, ConflictError):
            to = field_of(request, "to")
            notice = Notice("conflict", widget_id, last=outcome.last, tried=what, to=to)
        elif isinstance(outcome, ArrangeError):
            notice = Notice("refused", widget_id, reason=REFUSALS[outcome.why])
        return await self.board.after(request, view, notice)

    def _change(
        self, request: IRequest, view: HubView, widget_id: int, what: str
    ) -> Awaitable[object]:
        arranger, hub, actor = self.arranger, view.hub, view.viewer.username
        if what == "restore":
            return arranger.restore(hub, actor, widget_id)
        version = read_number(field_of(request, "version"))
        if what == "move":
            column, position = read_place(field_of(request, "to"))
            return arranger.move(hub, actor, widget_id, version, column, position)
        if what == "remove":
            return arranger.remove(hub, actor, widget_id, version)
        return arranger.hide(hub, actor, widget_id, version, hidden=what == "hide")


def _done(request: IRequest) -> Notice | None:
    given: dict[bytes, list[bytes]] = request.args or {}
    what, widget = (
        given.get(name, [b""])[0].decode("ascii", "replace") for name in (b"done", b"widget")
    )
    if what not in DONE or not widget:
        return None
    return Notice(what, read_number(widget))
