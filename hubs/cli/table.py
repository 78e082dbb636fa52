"""Columns for a person to read."""

from __future__ import annotations

from collections.abc import Sequence


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out rows under titles.

    Args:
        titles: One for each column.
        rows: The cells of each row, as many as there are titles.

    Returns:
        Lines; a last column without anything in it is left out.
    """
    lines = [titles, *(tuple(_one_line(cell) for cell in row) for row in rows)]
    width = len(titles) if any(line[-1] for line in lines[1:]) else len(titles) - 1
    widths = [max(len(line[column]) for line in lines) for column in range(width)]
    return "\n".join(
        "  ".join(cell.ljust(size) for cell, size in zip(line, widths, strict=False)).rstrip()
        for line in lines
    )


def _one_line(cell: str) -> str:
    return "".join(char if char.isprintable() else " " for char in cell)
