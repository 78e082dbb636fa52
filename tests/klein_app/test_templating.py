from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hubs.klein_app.templating import initials, tint
from hubs.model.category import CATEGORIES, OTHER
from hubs.model.settings import TINTS
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


def test_the_sprite_has_the_icons_that_are_drawn_and_no_others() -> None:
    icons = json.loads((STATIC / "src/icons.json").read_bytes())
    drawn = {category.icon for category in (*CATEGORIES, OTHER)}
    for template in (Path(__file__).parents[2] / "hubs").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        quoted = r'"([a-z0-9-]+)"'
        for call in re.findall(r"icon\(([^)]*)\)", text):
            drawn.update(re.findall(quoted, call))
        if re.search(r"icon\([a-z]+\)", text):
            # Its name is in a variable, which the same template sets.
            drawn.update(set(icons).intersection(re.findall(quoted, text)))
    assert set(icons) == drawn
