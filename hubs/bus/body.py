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
    """Give the texts that stand at some paths, alone or in a list.

    Args:
        body: The message.
        paths: As `dig` takes them.

    Yields:
        Texts that are not empty, in the order of the paths.
    """
    for path in paths:
        found = dig(body, path)
        for text in found if isinstance(found, list) else [found]:
            if isinstance(text, str) and text:
                yield text


def keys(body: Mapping[str, Any], *paths: str) -> Iterator[str]:
    """Give the keys of the objects that stand at some paths.

    Args:
        body: The message.
        paths: As `dig` takes them.

    Yields:
        Keys, in the order of the paths.
    """
    for path in paths:
        found = dig(body, path)
        if isinstance(found, Mapping):
            yield from found
