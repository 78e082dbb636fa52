"""Puts widgets on hubs, and keeps what concerns them in step with their configuration."""

from __future__ import annotations

from hubs.database.hub_store import HubStore
from hubs.model.hub import Hub, WidgetInstance
from hubs.widgets.registry import Registry


class UnknownWidgetError(KeyError):
    """There is no such widget plug-in, or no such parameter of it."""


async def add_widget(
    hubs: HubStore, registry: Registry, hub: Hub, widget: WidgetInstance
) -> WidgetInstance:
    """Put a widget on a hub.

    Args:
        hubs: The SQL store.
        registry: The widgets there are.
        hub: The hub.
        widget: The widget; its id does not count.

    Returns:
        The widget with its id.

    Raises:
        UnknownWidgetError: There is no such plug-in, or it has no such parameter.
    """
    kind = registry.get(widget.plugin)
    if kind is None:
        known = ", ".join(sorted(registry.widgets))
        raise UnknownWidgetError(f"there is no widget {widget.plugin!r}, expected one of {known}")
    unknown = set(widget.config) - {parameter.name for parameter in kind.parameters}
    if unknown:
        raise UnknownWidgetError(f"the widget {kind.name!r} has no parameter {sorted(unknown)}")
    interests = {function.name: function.interests(hub, widget) for function in kind.functions}
    return await hubs.create_widget(widget, interests)
