"""Finding things in the bodies of messages, whose shapes nobody promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def dig(body: Mapping[str, Any], path: str) -> Any:
    """Give what stands at a path in a body.

    Args:
        body: The message.
        path: Keys with dots between them, as in ``update.user.name``.

    Returns:
        What is there, or None if any step is missing.
    """
    found: Any = body
    for key in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def texts(body: Mapping[str, Any], *paths: str) -> Iterator[str]:
    """Give the texts that stand at some paths: alone, in a list, or as the keys of an object.

    Args:
        body: The message.
        paths: As `dig` takes them.

    Yields:
        Texts that are not empty, in the order of the paths.
    """
    for path in paths:
        found = dig(body, path)
        candidates = [found] if isinstance(found, str) else found
        if isinstance(candidates, list | Mapping):
            yield from (text for text in candidates if isinstance(text, str) and text)
