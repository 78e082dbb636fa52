"""The bytes of a cached value, the same in every cache, and which keys there may be."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

import attrs

from hubs.cache.interfaces import Cached, TooLargeError

#: What the bytes of a value begin with when nothing was found yet, only failures.
NOTHING_FOUND = b'{"time": null'
#: How many keys are asked for at once.
BATCH = 100

# memcached takes 250 bytes.
_KEY = re.compile(r"[A-Za-z0-9_-]{1,200}")


def encode(cached: Cached, most: int) -> bytes:
    """Write a value.

    Args:
        cached: The value.
        most: How many bytes it may have.

    Returns:
        It as JSON in ASCII.

    Raises:
        TooLargeError: It has more.
        TypeError: It is nothing that JSON knows.
    """
    # The time comes first: see `NOTHING_FOUND`.
    data = json.dumps({"time": cached.time, **attrs.asdict(cached, recurse=False)}).encode()
    if len(data) > most:
        raise TooLargeError(
            f"a value of {len(data)} bytes is more than cache.max_value, which is {most}"
        )
    return data


def decode(data: bytes | str) -> Cached | None:
    """Read a value.

    Args:
        data: As `encode` wrote it.

    Returns:
        The value, or None if it is none, as when another version wrote it.
    """
    try:
        return Cached(**json.loads(data))
    except (ValueError, TypeError):
        return None


def check_key(key: str) -> str:
    """Give a key back if it is one.

    Args:
        key: The key.

    Returns:
        The same.

    Raises:
        ValueError: It is none.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(
            f"a cache key has up to 200 letters, digits, - and _ and nothing else, got {key!r}"
        )
    return key


def known_keys(keys: Iterable[str]) -> list[str]:
    """Give those of some keys that are keys, once each.

    Args:
        keys: What somebody asks for.

    Returns:
        In the same order.
    """
    return [key for key in dict.fromkeys(keys) if _KEY.fullmatch(key)]


def batches(keys: Iterable[str]) -> Iterator[list[str]]:
    """Give the keys that are keys, so many at a time that one question can hold them.

    Args:
        keys: What somebody asks for.

    Yields:
        Some of them.
    """
    known = known_keys(keys)
    for start in range(0, len(known), BATCH):
        yield known[start : start + BATCH]
