"""Where the widgets of a hub stand, and what keeps two who arrange it out of each other's way."""

from __future__ import annotations

import attrs

from hubs.model.hub import Column, WidgetInstance


@attrs.frozen
class LastChange:
    """Who changed something last.

    Attributes:
        actor: Their account name.
        time: When, seconds since the epoch.
    """

    actor: str
    time: float


@attrs.frozen
class RemovedWidget:
    """A widget that was taken off a hub, and can be put back.

    Attributes:
        widget: It, as it was.
        removal: Who did it.
    """

    widget: WidgetInstance
    removal: LastChange


@attrs.frozen
class Arrangement:
    """The widgets of a hub.

    Attributes:
        version: Rises when a widget is added, moved, removed or put back.
        widgets: All of them, also those that are hidden, in the order of the page.
        removed: Those that can be put back, the last one first.
    """

    version: int
    widgets: tuple[WidgetInstance, ...] = ()
    removed: tuple[RemovedWidget, ...] = ()

    def column(self, column: Column) -> list[WidgetInstance]:
        """Give the widgets of a column, from the top.

        Args:
            column: The column.

        Returns:
            They.
        """
        return [widget for widget in self.widgets if widget.column is column]

    def find(self, widget_id: int) -> WidgetInstance | None:
        """Give a widget by its number, or None."""
        return next((widget for widget in self.widgets if widget.id == widget_id), None)

    def moved(self, widget_id: int, column: Column, position: int) -> tuple[WidgetInstance, ...]:
        """Give the widgets as they stand after one of them was moved.

        Args:
            widget_id: Which; it is one of them.
            column: Where to.
            position: Its place there among the others, from 0; one past the last is the last.

        Returns:
            All of them, numbered from 0 in each column.
        """
        columns = {
            one: [widget for widget in self.column(one) if widget.id != widget_id] for one in Column
        }
        [moving] = [widget for widget in self.widgets if widget.id == widget_id]
        columns[column].insert(max(0, position), moving)
        return tuple(
            attrs.evolve(widget, column=one, position=place)
            for one, widgets in columns.items()
            for place, widget in enumerate(widgets)
        )
