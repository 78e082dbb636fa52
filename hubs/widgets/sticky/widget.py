"""The sticky widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import Stores, Widget
from hubs.widgets.markdown import to_html
from hubs.widgets.parameters import Parameter, Type

#: Its colours by the names of Fedora's foundations, see ``static/src/styles/_tokens.scss``.
COLOURS = {
    "features": gettext_noop("Orange"),
    "friends": gettext_noop("Magenta"),
    "freedom": gettext_noop("Purple"),
    "first": gettext_noop("Green"),
    "blue": gettext_noop("Blue"),
}


class StickyWidget(Widget):
    """Shows a note that the owners of a hub wrote."""

    name = "sticky"
    title = gettext_noop("Sticky note")
    summary = gettext_noop("Says something that nobody should miss, as long as it holds.")
    framed = False
    parameters = (
        Parameter(
            "text",
            gettext_noop("Note"),
            gettext_noop("What nobody should miss, in Markdown. Short notes are read."),
            type=Type.MARKDOWN,
            most=5_000,
        ),
        Parameter(
            "colour",
            gettext_noop("Colour"),
            gettext_noop("That of the paper."),
            default="features",
            type=Type.CHOICE,
            choices=COLOURS,
        ),
    )

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {
            "text": to_html(self.setting(widget, "text")),
            "colour": self.setting(widget, "colour"),
        }

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        text = "**Test day on Thursday!** Bring a spare machine, and tea."
        return {"text": to_html(text), "colour": "features"}
