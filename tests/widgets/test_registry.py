from __future__ import annotations

import ast
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from hubs.widgets.about.widget import AboutWidget
from hubs.widgets.registry import GROUP, Registry
from tests.widgets.ours import NAMES, POINTS, our_widgets

FEED = next(point for point in POINTS if point.name == "feed")
ROOT = Path(__file__).parents[2]


class TemplatelessWidget(AboutWidget):
    """Has no template beside it."""

    name = "bare"


def test_our_widgets_are_found() -> None:
    assert set(our_widgets().widgets) == set(NAMES)


def test_every_folder_of_a_widget_has_its_entry_point() -> None:
    folders = {path.parent.name for path in (ROOT / "hubs" / "widgets").glob("*/widget.py")}
    assert {point.name for point in POINTS} == folders
    strings = {
        node.value
        for node in ast.walk(ast.parse((ROOT / "setup.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {f"{point.name} = {point.value}" for point in POINTS} <= strings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("about", "hubs.widgets.nowhere:X"),
        ("about", "hubs.widgets.about.widget:Missing"),
        ("other", "hubs.widgets.about.widget:AboutWidget"),
        ("path", "pathlib:Path"),
        ("abstract", "hubs.widgets.base:Widget"),
        ("bare", f"{__name__}:TemplatelessWidget"),
    ],
)
def test_a_broken_plug_in_is_left_out_and_the_others_stay(name: str, value: str) -> None:
    registry = Registry.from_entry_points([EntryPoint(name, value, GROUP), FEED])
    assert set(registry.widgets) == {"feed"}


def test_a_cached_function_is_found_by_name() -> None:
    registry = our_widgets()
    function = registry.function("members", "members")
    assert function is not None
    assert function.name == "members"
    assert registry.function("members", "other") is None
    assert registry.function("other", "members") is None


def test_every_parameter_says_what_it_does() -> None:
    for widget in our_widgets().widgets.values():
        for parameter in widget.parameters:
            assert parameter.label
            assert parameter.help.endswith(".")
