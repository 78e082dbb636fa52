"""The about widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub, WidgetInstance
from hubs.widgets.about.markdown import to_html
from hubs.widgets.base import Parameter, Stores, Widget


class AboutWidget(Widget):
    """Shows a text that the owners of a hub wrote."""

    name = "about"
    title = "About"
    parameters = (Parameter("text", "Text", "What newcomers should know, in Markdown."),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {"text": to_html(str(self.setting(widget, "text")))}
