"""A widget of a test's own: counts the lamps, or fails, or never ends."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import CancelledError, Deferred

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, WidgetInstance
from hubs.widgets.base import CachedFunction, Stores, Widget
from hubs.widgets.parameters import Parameter


class CountLamps(CachedFunction):
    """Counts how often it ran; its widget's ``mood`` says how."""

    name = "count"
    timeout = 5.0
    time_to_live = 100.0

    def __init__(self) -> None:
        self.runs = 0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        return frozenset({f"package:{widget.config.get('package', 'wick')}"})

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        if "broken" in message.sentence:
            raise ValueError("no lamps")
        return "boring" not in message.sentence

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        self.runs += 1
        mood = widget.config.get("mood")
        if mood == "raise":
            raise ValueError("no lamps")
        if mood == "hang":
            await Deferred()
        while mood == "stubborn":
            with contextlib.suppress(Exception):
                await Deferred()
        if mood == "cancelled":
            raise CancelledError
        if mood == "large":
            return "x" * 2_000_000
        return {"runs": self.runs}


class LampWidget(Widget):
    """Shows the count."""

    name = "lamp"
    title = "Lamps"
    summary = "Counts lamps."
    parameters = (Parameter("package", "Package", "", "wick"), Parameter("mood", "Mood", ""))

    def __init__(self) -> None:
        self.functions = (CountLamps(),)  # type: ignore[misc]

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        return dict(data)

    def sample(self, now: float) -> dict[str, Any]:
        return {}
