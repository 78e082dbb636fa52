"""Makes what an account system says fit to be stored and shown."""

from __future__ import annotations

from collections.abc import Iterable

from hubs.model.names import as_channel, as_list, one_line

_LONGEST_LINE = 500


def clean_line(text: object) -> str:
    """Give one line of text.

    Args:
        text: What somebody wrote.

    Returns:
        It without control characters, with single spaces, cut where it is too long; empty if it
        is no text.
    """
    if not isinstance(text, str):
        return ""
    line = one_line(text)
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1].rstrip() + "…"


def clean_lists(addresses: Iterable[object]) -> tuple[str, ...]:
    """Give those addresses that can be a mailing list's.

    Args:
        addresses: What somebody wrote.

    Returns:
        In small letters.
    """
    names = (as_list(clean_line(address)) for address in addresses)
    return tuple(dict.fromkeys(name for name in names if name))


def clean_channels(addresses: Iterable[object]) -> tuple[str, ...]:
    """Give the chat channels and rooms that some addresses lead to.

    Args:
        addresses: What somebody wrote.

    Returns:
        Names as bus messages have them: ``#channel`` for IRC, ``#room:server`` for Matrix.
    """
    names = (as_channel(clean_line(address)) for address in addresses)
    return tuple(dict.fromkeys(name for name in names if name))
