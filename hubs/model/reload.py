"""What browsers are told: that a part of a hub has changed."""

from __future__ import annotations

import attrs

#: The event upon which a page fetches all its widgets again.
RELOAD_ALL = "reload-all"


@attrs.frozen
class Reload:
    """Says that one part of one hub is worth fetching again.

    Attributes:
        hub_id: The hub.
        target: The name of the event that browsers listen for: ``feed`` or ``widget-12``.
    """

    hub_id: int
    target: str

    @classmethod
    def feed(cls, hub_id: int) -> Reload:
        """Tell of a new entry in the feed of a hub."""
        return cls(hub_id, "feed")

    @classmethod
    def widget(cls, hub_id: int, widget_id: int) -> Reload:
        """Tell of new data for a widget."""
        return cls(hub_id, f"widget-{widget_id}")
