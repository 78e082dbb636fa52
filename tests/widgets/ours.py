"""Our own widgets, found as an installed package brings them."""

from __future__ import annotations

from importlib.metadata import EntryPoint

from hubs.widgets.registry import GROUP, Registry

POINTS = tuple(
    EntryPoint(name, f"hubs.widgets.{name}.widget:{name.title()}Widget", GROUP)
    for name in ("about", "feed", "members")
)


def our_widgets() -> Registry:
    """Give a registry of the widgets that setup.py names."""
    return Registry.from_entry_points(POINTS)
