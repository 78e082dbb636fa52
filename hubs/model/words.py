"""Marks words for translation where no reader, and so no language, is known yet."""

from __future__ import annotations


def gettext_noop(text: str) -> str:
    """Mark a text, so that ``make messages`` finds it; a template puts it into a language.

    Args:
        text: English.

    Returns:
        The same.
    """
    return text
