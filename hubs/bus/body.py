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
    """Give the texts that stand at some paths, alone, in a list, or in each object of a list.

    Args:
        body: The message.
        paths: As `dig` takes them.

    Yields:
        Texts that are not empty, in the order of the paths.
    """
    for path in paths:
        found: list[Any] = [body]
        for key in path.split("."):
            found = [
                inner[key] for inner in _flat(found) if isinstance(inner, Mapping) and key in inner
            ]
        yield from (text for text in _flat(found) if isinstance(text, str) and text)


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


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        yield from value if isinstance(value, list) else [value]
