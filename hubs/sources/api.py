"""The JSON API of a service on one host, and how its pages follow one another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import TypeVar

import attrs
from pydantic import TypeAdapter

from hubs.sources.answer import Answer
from hubs.sources.errors import UnreadableError
from hubs.sources.request import Parameters, Request
from hubs.sources.session import Session
from hubs.sources.shape import read
from hubs.sources.tickets import Found

T = TypeVar("T")

#: How many pages of one list are read at the most.
MOST_PAGES = 3


@attrs.frozen
class Api:
    """An API.

    Attributes:
        session: Asks it.
        base: What all its addresses begin with.
        typed: Whether a person typed its address, and the settings do not name it.
        accept: The media types that it is asked for.
        headers: What else it is told.
    """

    session: Session
    base: str
    typed: bool = False
    accept: str = "application/json"
    headers: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def at(cls, session: Session, base: str, known: tuple[str, ...], path: str = "") -> Api:
        """Give the API of a host that somebody named.

        Args:
            session: Asks it.
            base: The address of the host.
            known: The addresses of the settings, which alone are trusted.
            path: Where its API is below that.

        Returns:
            It.
        """
        return cls(session, base + path, typed=base not in known)

    async def get(self, path: str, params: Parameters | None = None) -> Answer:
        """Get what is at a path.

        Args:
            path: After the base, with a slash before it.
            params: What to add to its query.

        Returns:
            The answer.

        Raises:
            SourceError: There is none.
        """
        return await self._get(self.base + path, params)

    async def read(self, path: str, shape: TypeAdapter[T], params: Parameters | None = None) -> T:
        """Get and read what is at a path.

        Args:
            path: After the base, with a slash before it.
            shape: What it is to be.
            params: What to add to its query.

        Returns:
            What it says.

        Raises:
            SourceError: There is none, or it is of another shape.
        """
        return read(await self.get(path, params), shape)

    async def linked_list(
        self, path: str, shape: TypeAdapter[list[T]], params: Parameters
    ) -> Found[T]:
        """Read a list whose pages name the next one in a header (RFC 8288), up to a bound.

        Args:
            path: After the base, with a slash before it.
            shape: What a page is to be.
            params: What to add to the query of the first.

        Returns:
            What is on the pages that were read.

        Raises:
            SourceError: There is none, or it is of another shape.
        """
        items: list[T] = []
        async for answer in self.linked(path, params):
            page = read(answer, shape)
            items += page
        return Found(tuple(items), answer.next_page is None)

    async def linked(self, path: str, params: Parameters) -> AsyncIterator[Answer]:
        """Get pages that name the next one in a header (RFC 8288), up to a bound.

        Args:
            path: After the base, with a slash before it.
            params: What to add to the query of the first.

        Yields:
            Each.

        Raises:
            SourceError: One cannot be had, or is elsewhere.
        """
        answer = await self.get(path, params)
        yield answer
        for _ in range(MOST_PAGES - 1):
            if answer.next_page is None:
                return
            if Request.to(answer.next_page).origin != Request.to(self.base).origin:
                raise UnreadableError(answer.host, "names a next page that is elsewhere")
            answer = await self._get(answer.next_page, None)
            yield answer

    async def _get(self, address: str, params: Parameters | None) -> Answer:
        return await self.session.get(
            address, params=params, accept=self.accept, headers=self.headers, typed=self.typed
        )
