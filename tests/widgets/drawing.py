"""Widgets as pages show them, drawn without a page."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any, cast

import attrs

from hubs.klein_app.languages import ENGLISH
from hubs.klein_app.templating import Templates, widget_template
from hubs.model.hub import Hub, WidgetInstance
from hubs.widgets.base import Stores
from hubs.widgets.parameters import validate_config
from hubs.widgets.registry import Registry

#: For widgets that read nothing.
NOWHERE = cast("Stores", None)


@attrs.frozen
class Drawn:
    """A widget that was drawn.

    Attributes:
        html: As it is sent.
    """

    html: str

    @property
    def text(self) -> str:
        """What a reader reads, with single blanks."""
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.html)).split())


@attrs.frozen
class Drawing:
    """Draws widgets.

    Attributes:
        registry: The widgets there are.
        templates: Theirs are among them.
    """

    registry: Registry
    templates: Templates

    async def draw(
        self,
        hub: Hub,
        plugin: str,
        config: Mapping[str, object] | None = None,
        data: Mapping[str, Any] | None = None,
        stores: Stores = NOWHERE,
    ) -> Drawn:
        """Draw one, with a configuration as an owner sends it."""
        kind = self.registry.widgets[plugin]
        clean = validate_config(kind.parameters, config or {})
        widget = WidgetInstance(7, hub.id, plugin, config=clean)
        values = await kind.context(hub, widget, data or {}, stores)
        values = {"hub": hub, "widget": widget, **values}
        return Drawn(self.templates.render(widget_template(plugin), values, ENGLISH))
