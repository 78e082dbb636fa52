"""What a store of feeds offers."""

from __future__ import annotations

from collections.abc import Sequence

from zope.interface import Interface

from hubs.model.entry import Entry

#: The highest number to which entries are counted that have some words.
MOST_COUNTED = 10_000


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

    async def drop(feed: str) -> bool:
        """Delete a feed.

        Args:
            feed: The key of the feed.

        Returns:
            Whether there was one.
        """

    async def naming(username: str) -> Sequence[tuple[str, Entry]]:
        """Find the entries of all feeds that name somebody. This reads all of them.

        Args:
            username: Their account name.

        Returns:
            The key of the feed, and the entry.
        """

    async def count_with(words: Sequence[str]) -> int:
        """Count the entries of all feeds that have some words anywhere. This reads all of them.

        Args:
            words: One of them is enough. What only begins or ends like one is none.

        Returns:
            How many there are; past `MOST_COUNTED` nobody counts on.
        """

    async def replace(feed: str, entry: Entry) -> None:
        """Put an entry in the place of the one with its id and its time, if that is still there.

        Args:
            feed: The key of the feed.
            entry: What to say of what happened from now on.
        """
