"""What a cache offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs
from zope.interface import Interface


@attrs.frozen
class Cached:
    """What a cached function found, and when.

    Attributes:
        value: What it found, as JSON knows it.
        time: When it was found, seconds since the epoch; None if it never was.
        error: Why the last attempt to find it anew failed, or empty.
        failed_at: When that attempt was, seconds since the epoch.
    """

    value: Any = None
    time: float | None = None
    error: str = ""
    failed_at: float | None = None


class ICache(Interface):
    """Keeps values under keys. What it keeps may be lost at any time and is then found anew."""

    async def get_many(keys: Iterable[str]) -> Mapping[str, Cached]:
        """Give the values of those keys that have one.

        Args:
            keys: As `hubs.widgets.base.cache_key` makes them.

        Returns:
            The found ones; a key without a value, or with one that cannot be read, is not in it.
        """

    async def set(key: str, cached: Cached) -> None:
        """Keep a value.

        Args:
            key: Where.
            cached: What.
        """
