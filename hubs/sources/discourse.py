"""Discourse: https://docs.discourse.org, which gives each of its lists of topics as JSON.

Its pages: ``/latest.json``, ``/tag/{tag}.json`` and ``/c/{slug}/{id}.json``.
"""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import quote, urlsplit

import attrs
from pydantic import TypeAdapter

from hubs.sources.api import Api
from hubs.sources.session import Session
from hubs.sources.shape import Shape, Time

_PATH = re.compile(r"/tag/[^/]{1,100}(/\d{1,9})?|/c(/[\w-]{1,100}){1,3}", re.ASCII)
#: Other letters are escaped, or are not in its slug at all.
_TAG = re.compile(r"/tag/([\w.+-]+)(/\d+)?", re.ASCII)
#: Newest first, whatever moved since.
_NEWEST = {"order": "created"}


class _Topic(Shape):
    id: int
    title: str
    created_at: Time
    posts_count: int = 1


class _List(Shape):
    topics: list[_Topic]


class _Latest(Shape):
    topic_list: _List


_LATEST = TypeAdapter(_Latest)


@attrs.frozen
class Topic:
    """A topic.

    Attributes:
        title: What it is about.
        url: Where it is.
        created: When it was begun, seconds since the epoch.
        replies: How many answers it has.
    """

    title: str
    url: str
    created: float
    replies: int


@attrs.frozen
class Forum:
    """A Discourse, or a tag or category of one.

    Attributes:
        base: The address of the host.
        path: Of the tag or category, as in ``/tag/lamps``; empty for all.
    """

    base: str
    path: str

    @classmethod
    def read(cls, address: str) -> Self | None:
        """Read an address as people see it in their browser.

        Args:
            address: It.

        Returns:
            The forum; None if it is no address of one.
        """
        url = urlsplit(address)
        path = url.path.rstrip("/")
        if url.scheme not in {"http", "https"} or not url.hostname or "@" in url.netloc:
            return None
        if path in {"", "/latest"}:
            return cls(f"{url.scheme}://{url.netloc}", "")
        if not _PATH.fullmatch(path):
            return None
        return cls(f"{url.scheme}://{url.netloc}", quote(path, safe="/%"))

    @property
    def name(self) -> str:
        """What people call it, as in ``discussion.fedoraproject.org/tag/lamps``."""
        return self.base.partition("://")[2] + self.path

    @property
    def tag(self) -> str:
        """The tag; empty for all else, and for one whose name an address does not tell."""
        found = _TAG.fullmatch(self.path)
        return found[1] if found else ""

    @property
    def page(self) -> str:
        """The address of its page."""
        return self.base + (self.path or "/latest")

    async def topics(self, session: Session) -> list[Topic]:
        """Find its newest topics, the newest first.

        Args:
            session: Asks it.

        Returns:
            As many as it gives on a page.

        Raises:
            SourceError: They could not be had.
        """
        api = Api.at(session, self.base, session.services.discourse)
        found = await api.read(f"{self.path or '/latest'}.json", _LATEST, _NEWEST)
        return [self._topic(one) for one in found.topic_list.topics]

    def _topic(self, topic: _Topic) -> Topic:
        url = f"{self.base}/t/{topic.id}"
        return Topic(topic.title, url, topic.created_at, max(0, topic.posts_count - 1))
