"""The about widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import Stores, Widget
from hubs.widgets.markdown import to_html
from hubs.widgets.parameters import Parameter, Type


class AboutWidget(Widget):
    """Shows a text that the owners of a hub wrote."""

    name = "about"
    title = gettext_noop("About")
    summary = gettext_noop("Says who you are and what newcomers should know.")
    parameters = (
        Parameter(
            "text",
            gettext_noop("Text"),
            gettext_noop("What newcomers should know, in Markdown."),
            type=Type.MARKDOWN,
        ),
    )

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {"text": to_html(str(self.setting(widget, "text")))}

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        return {"text": to_html("We keep the lanterns lit. **New hands are welcome**, any day.")}
