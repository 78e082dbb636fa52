"""The avatar widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import Stores, Widget


class AvatarWidget(Widget):
    """Shows whose hub it is, with their colour and letters: nothing is fetched from elsewhere."""

    name = "avatar"
    title = gettext_noop("Avatar")
    summary = gettext_noop("Shows the face and the name of the hub, large.")

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {"name": hub.name, "title": hub.title, "summary": hub.summary}

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        return {"name": "teacup", "title": "Tilda Teacup", "summary": "Keeps lanterns lit."}
