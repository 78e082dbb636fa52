"""The feed widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub, WidgetInstance
from hubs.widgets.base import Stores, Widget
from hubs.widgets.feed.line import Line, by_day


class FeedWidget(Widget):
    """Shows what happened on a hub, day by day."""

    name = "feed"
    title = "Activity"
    framed = False

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        entries = await stores.feeds.entries(hub.feed)
        names = {name for entry in entries for name in (*entry.people, entry.agent) if name}
        known = await stores.hubs.known_people(names) if names else set()
        return {"days": by_day(Line.of(entry, known) for entry in entries)}

    def reload_events(self, widget: WidgetInstance) -> tuple[str, ...]:
        """See `Widget`."""
        return ("feed", *super().reload_events(widget))
