"""How pages are read and compared with what there is to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.commands import Step, differs, steps


def test_commands_are_read_with_what_one_sees(tmp_path: Path) -> None:
    page = tmp_path / "page.rst"
    page.write_text(
        "Lamps::\n\n    $ lamp on\n    1 lamp is on.\n    $ lamp off\n\nOr::\n\n"
        "    lamp a\n    lamp b\n\nSettings::\n\n    [lamp]\n    on = true\n"
    )
    assert steps(page) == [
        Step("lamp on", ("1 lamp is on.",)),
        Step("lamp off"),
        Step("lamp a"),
        Step("lamp b"),
    ]


@pytest.mark.parametrize(
    ("expected", "seen"),
    [
        ("107 cached, 95 are missing.", "3 cached, 0 are missing."),
        ("52.97 percent.", "100.00 percent."),
        ("<host>-12  work  0  5 min ago", "vm-3711 work   12  1 hr ago"),
        ("a … z", "a b c z"),
        ("a\n…\nz", "a\nb\nc\nz"),
    ],
)
def test_numbers_and_spaces_may_differ(expected: str, seen: str) -> None:
    assert differs(tuple(expected.splitlines()), seen) == ""


@pytest.mark.parametrize(
    ("expected", "seen"),
    [("1 lamp is on.", "1 lamp is off."), ("a", "a\nb"), ("a\nb", "a"), ("1 x", "y x")],
)
def test_words_and_lines_may_not(expected: str, seen: str) -> None:
    assert "but there was" in differs(tuple(expected.splitlines()), seen)
