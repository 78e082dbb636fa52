"""The widgets there are: ours, and those that other packages bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files

import attrs
from twisted.logger import Logger

from hubs.widgets.base import CachedFunction, Widget

#: The entry points by which a package brings widgets.
GROUP = "hubs.widgets"
TEMPLATE = "template.html"


class BrokenWidgetError(Exception):
    """An entry point is no widget; the sentence says why."""


@attrs.frozen
class Registry:
    """Widgets by the name of their plug-in.

    Attributes:
        widgets: They.
    """

    widgets: Mapping[str, Widget]

    _log = Logger()

    @classmethod
    def from_entry_points(cls, points: Iterable[EntryPoint] | None = None) -> Registry:
        """Find the widgets of all installed packages; a broken one is logged and left out.

        Args:
            points: Where to look instead.

        Returns:
            A registry of them.
        """
        widgets = {}
        for point in entry_points(group=GROUP) if points is None else points:
            try:
                widgets[point.name] = _load(point)
            except Exception as error:
                cls._log.error(
                    "Left out the widget {name} ({value}): {error}",
                    name=point.name,
                    value=point.value,
                    error=error,
                )
        return cls(widgets)

    def get(self, plugin: str) -> Widget | None:
        """Give a widget by the name of its plug-in, or None."""
        return self.widgets.get(plugin)

    def function(self, plugin: str, name: str) -> CachedFunction | None:
        """Give a cached function of a widget, or None if there is none now.

        Args:
            plugin: The name of the widget's plug-in.
            name: The name of the function.

        Returns:
            The function.
        """
        widget = self.get(plugin)
        functions = widget.functions if widget is not None else ()
        return next((function for function in functions if function.name == name), None)


def template_source(widget: Widget) -> str:
    """Read the template beside a widget's module.

    Args:
        widget: The widget.

    Returns:
        Its text.

    Raises:
        OSError: There is none.
    """
    package = type(widget).__module__.rpartition(".")[0]
    return (files(package) / TEMPLATE).read_text(encoding="utf-8")


def _load(point: EntryPoint) -> Widget:
    kind = point.load()
    if not (isinstance(kind, type) and issubclass(kind, Widget)):
        raise BrokenWidgetError(f"expected a subclass of Widget, got {kind!r}")
    widget = kind()
    if widget.name != point.name:
        raise BrokenWidgetError(f"expected the name {point.name!r}, got {widget.name!r}")
    template_source(widget)
    return widget
