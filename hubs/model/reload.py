"""What event streams are told: that a part of a hub has changed, or who may see it."""

from __future__ import annotations

from typing import ClassVar

import attrs

#: The event upon which a page fetches all its widgets again.
RELOAD_ALL = "reload-all"
#: The event upon which a page fetches again which widgets there are, and where.
LAYOUT = "layout"
#: The event upon which a page fetches the head of its hub again.
HEAD = "head"
#: The event upon which a page fetches the stream of who looks at it again.
STREAM = "stream"


@attrs.frozen
class Reload:
    """Says that one part of one hub is worth fetching again.

    Attributes:
        hub_id: The hub.
        target: The name of the event that browsers listen for: ``feed``, ``layout`` or
            ``widget-12``.
    """

    hub_id: int
    target: str

    def __str__(self) -> str:
        return f"{self.target} of hub {self.hub_id}"

    @classmethod
    def feed(cls, hub_id: int) -> Reload:
        """Tell of a new entry in the feed of a hub."""
        return cls(hub_id, "feed")

    @classmethod
    def head(cls, hub_id: int) -> Reload:
        """Tell that a hub says other things of itself, or is archived."""
        return cls(hub_id, HEAD)

    @classmethod
    def everything(cls, hub_id: int) -> Reload:
        """Tell that all widgets of a hub are to be fetched again."""
        return cls(hub_id, RELOAD_ALL)

    @classmethod
    def widget(cls, hub_id: int, widget_id: int) -> Reload:
        """Tell of new data for a widget."""
        return cls(hub_id, f"widget-{widget_id}")

    @classmethod
    def layout(cls, hub_id: int) -> Reload:
        """Tell that other widgets are on a hub, or elsewhere on it."""
        return cls(hub_id, LAYOUT)


@attrs.frozen
class AccessChange:
    """Says that who may see what has changed; at least one of both is given.

    Attributes:
        hub_id: The hub whose visibility or roles have changed; None for all hubs.
        person_id: The person for whom it has; None for everybody.
    """

    hub_id: int | None = None
    person_id: int | None = None

    def __attrs_post_init__(self) -> None:
        """Refuse to change everything for everybody.

        Raises:
            ValueError: Neither a hub nor a person is given.
        """
        if self.hub_id is None and self.person_id is None:
            raise ValueError("expected a hub, a person or both whose access changed, got neither")


@attrs.frozen
class StreamNews:
    """Says that something new is in the streams of some people; nobody else is told.

    Attributes:
        people: Their numbers.
    """

    people: frozenset[int]
    target: ClassVar = STREAM
