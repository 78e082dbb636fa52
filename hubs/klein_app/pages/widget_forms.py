"""The catalogue of widgets, and the form in which owners add and configure one."""

from __future__ import annotations

from http import HTTPStatus

import attrs
from klein import Klein
from markupsafe import Markup
from twisted.web.iweb import IRequest
from werkzeug.exceptions import NotFound

from hubs.database.widget_store import ArrangeError, ConflictError
from hubs.klein_app.attempt import attempt
from hubs.klein_app.board import REFUSALS, Board, Notice
from hubs.klein_app.boxes import Boxes
from hubs.klein_app.forms import field_of
from hubs.klein_app.pages.arrange import WIDGET
from hubs.klein_app.portal import HUB, Portal
from hubs.klein_app.previews import preview
from hubs.klein_app.widget_form import WidgetForm, form_of, new_form, sent_form
from hubs.model.hub import WidgetInstance
from hubs.model.permissions import Action
from hubs.model.viewer import HubView
from hubs.widgets.arrange import Arranger
from hubs.widgets.base import Widget


@attrs.frozen
class Sample:
    """What a widget looks like.

    Attributes:
        kind: The widget.
        picture: HTML.
        invented: Whether it is made of invented data.
    """

    kind: Widget
    picture: Markup
    invented: bool = True


@attrs.frozen
class WidgetFormPages:
    """Lets owners add widgets and configure them.

    Attributes:
        portal: What all pages share.
        arranger: Changes widgets.
        board: Shows the widgets of a hub.
        boxes: Draws widgets.
    """

    app = Klein()
    portal: Portal
    arranger: Arranger
    board: Board
    boxes: Boxes

    @app.route(f"{HUB}/arrange/add/", methods=["GET"])
    async def catalogue(self, request: IRequest, kind: str, name: str) -> str:
        """Show which widgets there are."""
        view = await self.portal.hub(request, kind, name, Action.ARRANGE)
        language = self.portal.language(request)
        widgets = self.arranger.registry.widgets.values()
        suitable = [one for one in widgets if view.hub.type in one.hub_types]
        suitable.sort(key=lambda one: language.translate(one.title).casefold())
        values = {
            "view": view,
            "hub": view.hub,
            "samples": [self._sample(request, view, one) for one in suitable],
            "there": [widget.plugin for widget in view.widgets],
        }
        return self.portal.page(request, "catalogue.html", values)

    @app.route(f"{HUB}/arrange/add/<plugin>/", methods=["GET"])
    async def choose(self, request: IRequest, kind: str, name: str, plugin: str) -> str:
        """Show the form for a new widget."""
        view = await self.portal.hub(request, kind, name, Action.ARRANGE)
        form = new_form(self._suitable(view, plugin))
        return await self._page(request, view, form)

    @app.route(f"{HUB}/arrange/add/<plugin>/", methods=["POST"], endpoint="add")
    async def add(self, request: IRequest, kind: str, name: str, plugin: str) -> str:
        """Add a widget."""
        view = await self.portal.hub(request, kind, name, Action.ARRANGE)
        form = sent_form(self._suitable(view, plugin), request, self.portal.language(request))
        if form.config is None:
            return await self._page(request, view, form)
        adding = self.arranger.add(
            view.hub,
            view.viewer.username,
            plugin,
            form.config,
            column=form.column,
            visibility=form.visibility,
        )
        made = await self.portal.read(attempt(adding, ArrangeError))
        if isinstance(made, ArrangeError):
            return await self._page(request, view, form, REFUSALS[made.why])
        return await self.board.after(request, view, Notice("added", made.id))

    @app.route(f"{HUB}/arrange/{WIDGET}/", methods=["GET"])
    async def configuration(self, request: IRequest, kind: str, name: str, widget_id: int) -> str:
        """Show the form for a widget that is there."""
        view = await self.portal.hub(request, kind, name, Action.ARRANGE)
        widget = next((one for one in view.widgets if one.id == widget_id), None)
        if widget is None:
            raise NotFound
        return await self._page(
            request, view, form_of(self._kind(widget.plugin), widget), widget=widget
        )

    @app.route(f"{HUB}/arrange/{WIDGET}/", methods=["POST"], endpoint="configure")
    async def configure(self, request: IRequest, kind: str, name: str, widget_id: int) -> str:
        """Set a widget anew, also one that somebody has removed while the form was filled in."""
        view = await self.portal.hub(request, kind, name, Action.ARRANGE)
        arrangement = await self.portal.read(self.arranger.arrangement(view.hub))
        known = [*arrangement.widgets, *(one.widget for one in arrangement.removed)]
        widget = next((one for one in known if one.id == widget_id), None)
        if widget is None:
            raise NotFound
        form = sent_form(self._kind(widget.plugin), request, self.portal.language(request))
        if form.config is None:
            return await self._page(request, view, form, widget=widget)
        again = bool(field_of(request, "restore"))
        setting = attempt(self._set(view, widget, form, again=again), ArrangeError)
        made = await self.portal.read(setting)
        if isinstance(made, ConflictError):
            form = form.beside(made.theirs, made.last)
            return await self._page(request, view, form, widget=widget)
        if isinstance(made, ArrangeError):
            return await self._page(request, view, form, REFUSALS[made.why], widget=widget)
        return await self.board.after(request, view, Notice("saved", made.id))

    @app.route(f"{HUB}/arrange/preview/<plugin>/", methods=["POST"])
    async def preview(self, request: IRequest, kind: str, name: str, plugin: str) -> str:
        """Check what somebody types, and show what becomes of it."""
        view = await self.portal.hub(request, kind, name, Action.ARRANGE)
        form = sent_form(self._kind(plugin), request, self.portal.language(request))
        values = {"form": form, "sample": await self._look(request, view, form)}
        return self.portal.page(request, "widget_check.html", values)

    async def _set(
        self, view: HubView, widget: WidgetInstance, form: WidgetForm, *, again: bool
    ) -> WidgetInstance:
        hub, actor, version = view.hub, view.viewer.username, form.version
        if again:
            version = (await self.arranger.restore(hub, actor, widget.id)).version
        return await self.arranger.configure(
            hub, actor, widget.id, version, form.config or {}, form.visibility
        )

    def _kind(self, plugin: str) -> Widget:
        kind = self.arranger.registry.get(plugin)
        if kind is None:
            raise NotFound
        return kind

    def _suitable(self, view: HubView, plugin: str) -> Widget:
        kind = self._kind(plugin)
        if view.hub.type not in kind.hub_types:
            raise NotFound
        return kind

    async def _page(
        self,
        request: IRequest,
        view: HubView,
        form: WidgetForm,
        refusal: str = "",
        widget: WidgetInstance | None = None,
    ) -> str:
        values = {
            "view": view,
            "hub": view.hub,
            "form": form,
            "widget": widget,
            "refusal": refusal,
            "sample": await self._look(request, view, form),
            "in_dialogue": bool(request.getHeader("HX-Request")),
        }
        is_refused = form.conflict or bool(refusal)
        status = HTTPStatus.CONFLICT if is_refused else HTTPStatus.OK
        return self.portal.page(request, "widget_form.html", values, status)

    async def _look(self, request: IRequest, view: HubView, form: WidgetForm) -> Sample | None:
        """Draw a widget as it is set in a form; None while something is wrong there."""
        kind = form.kind
        if kind.functions:
            # What it finds is not found while somebody waits.
            return self._sample(request, view, kind)
        if form.config is None:
            return None
        widget = WidgetInstance(0, view.hub.id, kind.name, form.column, 0, form.config)
        [box] = await self.boxes.make(view.hub, [widget], self.portal.language(request))
        return Sample(kind, box.body, invented=False)

    def _sample(self, request: IRequest, view: HubView, kind: Widget) -> Sample:
        language, now = self.portal.language(request), self.portal.clock.seconds()
        return Sample(kind, preview(self.portal.templates, kind, view.hub.type, language, now))
