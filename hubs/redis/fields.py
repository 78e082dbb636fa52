"""The fields of an entry of a stream, as scripts take them and as Redis gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping


def flat(fields: Mapping[str, str]) -> str:
    """Write fields as a script takes them.

    Args:
        fields: By name.

    Returns:
        JSON, names and values by turns.
    """
    return json.dumps([part for pair in fields.items() for part in pair])


def read_entry(entry: tuple[str, list[str]]) -> tuple[str, dict[str, str]]:
    """Read an entry of a stream as Redis gives it.

    Args:
        entry: Its id, and names and values by turns.

    Returns:
        Its id and its fields by name.
    """
    entry_id, parts = entry
    return entry_id, dict(zip(parts[::2], parts[1::2], strict=True))
