"""Our own widgets, found as an installed package brings them."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

from hubs.widgets.registry import GROUP, Registry

ROOT = Path(__file__).parents[2]

#: A folder each; `test_registry` compares them with setup.py.
NAMES = sorted(path.parent.name for path in (ROOT / "hubs" / "widgets").glob("*/widget.py"))

POINTS = tuple(
    EntryPoint(name, f"hubs.widgets.{name}.widget:{name.title().replace('_', '')}Widget", GROUP)
    for name in NAMES
)


def our_widgets() -> Registry:
    """Give a registry of the widgets that setup.py names."""
    return Registry.from_entry_points(POINTS)
