"""The widgets of hubs, and what the cache holds for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from pydantic import Field
from werkzeug.exceptions import NotFound

from hubs.cache.interfaces import Cached
from hubs.klein_app.api.answers import ROOT
from hubs.klein_app.api.operation import Operations
from hubs.klein_app.api.values import Moment, Value
from hubs.klein_app.boxes import Boxes, Known, State
from hubs.klein_app.portal import HUB, Portal
from hubs.model.hub import Column, Visibility, WidgetInstance
from hubs.model.permissions import Action
from hubs.model.viewer import HubView


class Found(Value):
    """What a cached function of a widget found."""

    value: Any = Field(
        description="What it found; null as long as a part of the widget is missing."
    )
    time: Moment | None = Field(description="When that was.")
    failed_at: Moment | None = Field(description="When the last attempt to find it anew failed.")
    reason: str = Field(description="Why it failed; empty if that is not for everybody.")
    retry_at: Moment | None = Field(description="When it is tried again by itself.")

    @classmethod
    def of(cls, cached: Cached, value: object) -> Found:
        """Tell of it, but for how it failed, which is for operators."""
        names = cls.model_fields.keys() - {"value"}
        return cls(value=value, **{name: getattr(cached, name) for name in names})


class SourcePage(Value):
    """A page where what a widget shows is found at its source."""

    name: str
    url: str


class WidgetDetails(Value):
    """A widget, and what it shows."""

    id: int
    plugin: str = Field(description="Which kind of widget it is.")
    title: str
    page: str = Field(description="The path of its page.")
    api: str = Field(description="Its path here.")
    version: int = Field(description="Rises with each change of it.")
    column: Column
    position: int = Field(description="Its place in the column, from 0.")
    visibility: Visibility
    state: State = Field(description="How it is: pending while nothing was found yet.")
    sources: tuple[SourcePage, ...] = Field(
        description="Where people find at its source what it shows; none if it is only here."
    )
    config: dict[str, Any] = Field(description="What its parameters are set to.")
    data: dict[str, Found] = Field(description="By name of cached function, what was found.")

    @classmethod
    def of(cls, known: Known, told: Mapping[str, object]) -> WidgetDetails:
        """Tell of a widget, and what programs are told of what was found for it."""
        widget, box = known.box.widget, known.box
        return cls(
            id=widget.id,
            plugin=widget.plugin,
            title=box.title,
            page=box.path,
            api=ROOT + box.path,
            version=widget.version,
            column=widget.column,
            position=widget.position,
            visibility=widget.visibility,
            state=box.state,
            sources=tuple(SourcePage(name=one.name, url=one.url) for one in box.sources),
            config=dict(widget.config),
            data={name: Found.of(cached, told.get(name)) for name, cached in known.data.items()},
        )


class Widgets(Value):
    """The widgets of a hub that the caller may see, in the order of its page."""

    widgets: tuple[WidgetDetails, ...]


@attrs.frozen
class WidgetResource:
    """Reads widgets.

    Attributes:
        portal: What all pages share.
        boxes: Says how widgets are.
    """

    operations = Operations("Widgets")
    app = operations.app
    portal: Portal
    boxes: Boxes

    @operations.get(f"{HUB}/widgets/", Action.SEE_CONTENT)
    async def widgets(self, view: HubView) -> Widgets:
        """Give the widgets of a hub, each with what the cache holds for it."""
        return Widgets(widgets=tuple(await self._details(view, view.visible_widgets)))

    @operations.get(f"{HUB}/widgets/<widget_id>/", Action.SEE_CONTENT)
    async def widget(self, view: HubView, widget_id: str) -> WidgetDetails:
        """Give one widget."""
        chosen = [one for one in view.visible_widgets if str(one.id) == widget_id]
        if not chosen:
            raise NotFound
        [details] = await self._details(view, chosen)
        return details

    async def _details(
        self, view: HubView, widgets: Sequence[WidgetInstance]
    ) -> list[WidgetDetails]:
        known = await self.portal.read(self.boxes.known(view.hub, widgets))
        return [WidgetDetails.of(one, await self.portal.read(self._told(one))) for one in known]

    async def _told(self, known: Known) -> Mapping[str, object]:
        # As long as something is missing, nothing is shown on the page either.
        if known.kind is None or known.box.state in {State.PENDING, State.FAILED}:
            return {}
        found = {name: cached.value for name, cached in known.data.items()}
        return await known.kind.told(found, self.portal.stores)
