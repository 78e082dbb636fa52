"""What a cache offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from zope.interface import Interface


class CacheAwayError(Exception):
    """The cache cannot be reached now; the sentence names where it should be."""


class TooLargeError(ValueError):
    """A value is larger than the cache takes; the sentence says what to do."""


@attrs.frozen
class Cached:
    """What a cached function found, and when.

    Attributes:
        value: What it found, as JSON knows it.
        time: When it was found, seconds since the epoch; None if it never was.
        error: Why the last attempt to find it anew failed, or empty.
        failed_at: When that attempt was, seconds since the epoch.
        reason: Why it failed, in a sentence that anybody may read; empty if there is none.
        retry_at: When it is tried again by itself, seconds since the epoch; None if it is not.
    """

    value: Any = None
    time: float | None = None
    error: str = ""
    failed_at: float | None = None
    reason: str = ""
    retry_at: float | None = None


class ICache(Interface):
    """Keeps values under keys. What it keeps may be lost at any time and is then found anew.

    Any number of processes may use one cache; none of them reads half a value. What nobody sets
    again leaves it by itself in the end.
    """

    async def get_many(keys: Iterable[str]) -> Mapping[str, Cached]:
        """Give the values of those keys that have one.

        Args:
            keys: As `hubs.widgets.base.cache_key` makes them.

        Returns:
            The found ones; a key without a value, or with one that cannot be read, is not in it.

        Raises:
            Exception: The cache could not be reached.
        """

    async def set(key: str, cached: Cached) -> None:
        """Keep a value.

        Args:
            key: Where.
            cached: What.

        Raises:
            ValueError: The key is none that `hubs.widgets.base.cache_key` makes.
            TooLargeError: The value is too large; what was kept before stays.
            Exception: The cache could not be reached; the call may be repeated.
        """

    async def present(keys: Iterable[str]) -> frozenset[str]:
        """Say which keys hold something that was found, without giving it.

        Args:
            keys: As for `get_many`.

        Returns:
            Those of them; a key under which there are only failures is not in it.

        Raises:
            Exception: The cache could not be reached.
        """

    async def delete(keys: Iterable[str]) -> int:
        """Keep no longer what some keys hold, failures too.

        Args:
            keys: As for `get_many`.

        Returns:
            How many of them held something.

        Raises:
            Exception: The cache could not be reached; the call may be repeated.
        """

    async def check() -> None:
        """Make sure that it can be used now.

        Raises:
            Exception: It cannot; the sentence says why.
        """
