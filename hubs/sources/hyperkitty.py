"""HyperKitty, which archives mailing lists: https://docs.mailman3.org/projects/hyperkitty/.

Its API is as in ``hyperkitty/api`` of its source: ``list/{address}/``, ``list/{address}/threads/``
and ``list/{address}/email/{hash}/``; its lists are paged as Django REST framework pages them by
``limit`` and ``offset``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Self
from urllib.parse import quote, urlsplit

import attrs
from pydantic import TypeAdapter

from hubs.model.names import as_list, without_mail
from hubs.sources.api import MOST_PAGES, Api
from hubs.sources.errors import NotFoundError, StatusError
from hubs.sources.session import Session
from hubs.sources.shape import Shape, Time

#: Hosts of Fedora's lists: their archives are where `hubs.config.Services` has them by default.
FEDORA = frozenset({"lists.fedoraproject.org", "lists.fedorahosted.org"})
#: The longest subject and the longest name that are kept, characters.
LONGEST_SUBJECT, LONGEST_NAME = 300, 100
_HASH = re.compile(r"[\w-]{1,200}", re.ASCII)
_CLOSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class _List(Shape):
    name: str
    archive_policy: str


class _Thread(Shape):
    thread_id: str
    subject: str
    date_active: Time
    replies_count: int
    starting_email: str | None


class _Threads(Shape):
    next: str | None
    results: list[_Thread]


class _Email(Shape):
    # Of who has no name there, it is their address.
    sender_name: str | None
    date: Time


_LIST = TypeAdapter(_List)
_THREADS = TypeAdapter(_Threads)
_EMAIL = TypeAdapter(_Email)


class Standing(enum.Enum):
    """Whether an archive can be read."""

    OPEN = "open"
    PRIVATE = "private"
    MISSING = "missing"


@attrs.frozen
class Thread:
    """A thread of a mailing list.

    Attributes:
        title: What it is about, without addresses of people, as for strangers on its own page.
        url: Its page.
        list: The address of the list.
        replies: How many answers it has.
        active: When the last mail of it came, seconds since the epoch.
        first: What names its first mail there; empty if that is not known.
    """

    title: str
    url: str
    list: str
    replies: int
    active: float
    first: str


@attrs.frozen
class MailingList:
    """A mailing list whose archive we know.

    Attributes:
        address: As in ``devel@lists.fedoraproject.org``.
        archive: The address of the HyperKitty that archives it.
    """

    address: str
    archive: str

    @classmethod
    def at(cls, address: str, archives: Iterable[str]) -> Self | None:
        """Look for the archive of a list: it is at the host that the list is at.

        Args:
            address: Of the list.
            archives: Addresses of HyperKittys, as the settings have them.

        Returns:
            The list; None if no archive of it is known.
        """
        name = as_list(address)
        host = name.rpartition("@")[2]
        found = (base for base in archives if name and urlsplit(base).hostname == host)
        base = next(found, None)
        return None if base is None else cls(name, base)

    @property
    def page(self) -> str:
        """The address of its page, where members log in if it is private."""
        return f"{self.archive}/list/{self._name}/"

    async def standing(self, session: Session) -> Standing:
        """Say whether its archive can be read.

        To be asked first: where there is no such list, the list of its threads is answered with a
        fault of the server, for which the whole host would be left alone.

        Args:
            session: Asks it.

        Returns:
            It.

        Raises:
            SourceError: It could not be had.
        """
        try:
            found = await self._api(session).read("/", _LIST)
        except NotFoundError:
            return Standing.MISSING
        except StatusError as error:
            if error.status in _CLOSED:
                return Standing.PRIVATE
            raise
        policies = {"never": Standing.MISSING, "private": Standing.PRIVATE}
        return policies.get(found.archive_policy, Standing.OPEN)

    async def threads(self, session: Session, most: int) -> list[Thread]:
        """Find its threads, those first in which somebody wrote last.

        Args:
            session: Asks it.
            most: How many are wanted.

        Returns:
            Them.

        Raises:
            SourceError: They could not be had.
        """
        threads: list[Thread] = []
        for _ in range(MOST_PAGES):
            asked = {"limit": most - len(threads), "offset": len(threads)}
            page = await self._api(session).read("/threads/", _THREADS, asked)
            threads += [self._thread(one) for one in page.results]
            if page.next is None or not page.results or len(threads) >= most:
                break
        return threads[:most]

    async def beginner(self, session: Session, thread: Thread) -> str:
        """Say who began a thread.

        Args:
            session: Asks it.
            thread: One of its threads.

        Returns:
            Their name, which is no address; empty if that is not known.

        Raises:
            SourceError: It could not be had.
        """
        if not thread.first:
            return ""
        found = await self._api(session).read(f"/email/{thread.first}/", _EMAIL)
        return without_mail((found.sender_name or "")[:LONGEST_NAME]).strip("\"' ")

    @property
    def _name(self) -> str:
        return quote(self.address, safe="@+")

    def _api(self, session: Session) -> Api:
        return Api(session, f"{self.archive}/api/list/{self._name}")

    def _thread(self, thread: _Thread) -> Thread:
        title = without_mail(thread.subject[:LONGEST_SUBJECT])
        first = (thread.starting_email or "").rstrip("/").rpartition("/")[2]
        return Thread(
            title=title or "…",
            url=f"{self.archive}/list/{self._name}/thread/{quote(thread.thread_id, safe='')}/",
            list=self.address,
            replies=max(0, thread.replies_count),
            active=thread.date_active,
            first=first if _HASH.fullmatch(first) else "",
        )
