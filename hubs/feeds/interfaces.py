"""What a store of feeds offers."""

from __future__ import annotations

from collections.abc import Sequence

from zope.interface import Interface

from hubs.model.entry import Entry


class IFeedStore(Interface):
    """Keeps the newest entries of each feed, newest first."""

    async def add(feed: str, entry: Entry) -> bool:
        """Put an entry in its place by time; the same one twice is there once.

        Past the store's limit the oldest entry leaves the feed.

        Args:
            feed: The key of the feed, as in ``hub:12``.
            entry: What happened.

        Returns:
            True if the feed holds it now and did not before.

        Raises:
            Exception: The store could not be reached; the call may be repeated.
        """

    async def entries(feed: str, limit: int = 100) -> Sequence[Entry]:
        """Give the newest entries of a feed.

        Args:
            feed: The key of the feed.
            limit: The most to give.

        Returns:
            Newest first; empty for a feed that was never written.
        """
