from __future__ import annotations

import re
from pathlib import Path

import pytest

from hubs.klein_app.templating import TINTS, initials, tint
from hubs.widgets.feed.category import OTHER, category_of
from tests.klein_app.conftest import STATIC


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("teacup", "TE"),
        ("Paper Crane Documentation", "PC"),
        ("lamp-wick", "LW"),
        ("x", "X"),
        ("", "?"),
        ("<>", "?"),
        ("über_alles", "ÜA"),
    ],
)
def test_the_initials_of_a_name(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_name_has_the_same_colour_every_time() -> None:
    assert tint("teacup") == tint("teacup")
    assert {tint(f"name{number}") for number in range(500)} == set(range(TINTS))
    assert 0 <= tint("\ud800") < TINTS


def test_there_is_a_colour_for_each_number() -> None:
    styles = (STATIC / "src/styles/_avatar.scss").read_text(encoding="utf-8")
    [colours] = re.findall(r"\$tints:([^;]*);", styles)
    assert colours.count("#") == TINTS


def test_every_icon_that_is_drawn_is_in_the_sprite() -> None:
    icons = (STATIC / "src/icons.json").read_text(encoding="utf-8")
    root = Path(__file__).parents[2] / "hubs"
    drawn = {
        name
        for template in root.rglob("*.html")
        for name in re.findall(r'icon\("([^"]+)"\)', template.read_text(encoding="utf-8"))
    }
    drawn |= {category_of(name).icon for name in ("git", "bodhi", "koschei", "planet", "ansible")}
    drawn.add(OTHER.icon)
    assert drawn
    assert [name for name in sorted(drawn) if f'"{name}"' not in icons] == []
