"""What a page of the documentation says to type, and what it says one sees then."""

from __future__ import annotations

import re
from pathlib import Path

import attrs
from docutils.core import publish_doctree
from docutils.nodes import literal_block

DOCS = Path(__file__).parent.parent.parent / "docs"
_PROMPT = "$ "
#: Any number of lines.
ELLIPSIS = "…"


@attrs.frozen
class Step:
    """A command of a page.

    Attributes:
        command: What to type.
        output: The lines one sees; empty if the page does not say.
    """

    command: str
    output: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        """The program it starts."""
        return self.command.split()[0]


def blocks(page: Path) -> list[str]:
    """Give the literal blocks of a page, which must be right reStructuredText."""
    settings = {"halt_level": 2, "report_level": 2, "input_encoding": "utf-8"}
    tree = publish_doctree(page.read_text(encoding="utf-8"), settings_overrides=settings)
    return [block.astext() for block in tree.findall(literal_block)]


def steps(page: Path) -> list[Step]:
    """Give the commands of a page, in order: with a prompt and output, or one a line."""
    found: list[Step] = []
    for block in blocks(page):
        lines = block.splitlines()
        if lines[0].startswith(_PROMPT):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, *output = part.rstrip().splitlines()
                found.append(Step(command, tuple(output)))
        elif not lines[0].startswith("["):
            found += [Step(line) for line in lines]
    return found


def differs(expected: tuple[str, ...], seen: str) -> str:
    """Compare what a page says one sees with what there was to see.

    Numbers may be others, and so may words in angle brackets; ``…`` stands for anything, and on
    a line of its own for any lines.

    Returns:
        What is wrong; empty if nothing is.
    """
    if not expected:
        return ""
    pattern = "\n".join(_pattern(line) for line in expected)
    text = "\n".join(_spaced(line) for line in seen.rstrip().splitlines())
    if re.fullmatch(pattern, text):
        return ""
    return "the page says\n" + "\n".join(expected) + "\nbut there was"


def _spaced(line: str) -> str:
    return re.sub(r"\s+", " ", line.rstrip())


def _pattern(line: str) -> str:
    if line.strip() == ELLIPSIS:
        return r"(?:.*\n)*.*"
    parts = re.split(r"(<[a-z-]+>|\d[\d.,]*(?: (?:sec|min|hr|day)s?\b)?|…)", _spaced(line))
    return "".join(_anything(part) if n % 2 else re.escape(part) for n, part in enumerate(parts))


def _anything(part: str) -> str:
    if part == ELLIPSIS:
        return ".*"
    if part.startswith("<"):
        return r"\S+"
    # A full stop or comma after a number is none of it.
    rest = part[len(part.rstrip(".,")) :]
    return r"\d[\d.,]*?(?: (?:sec|min|hr|day)s?)?" + re.escape(rest)
