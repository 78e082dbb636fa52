"""Fedora Badges, whose software is https://github.com/fedora-infra/tahrir.

Its pages ``/user/{nick}/json`` and ``/leaderboard/{nick}/json`` are in ``tahrir/views``. What they
tell of pictures of people is made of mail addresses, and is not read.
"""

from __future__ import annotations

from urllib.parse import quote

import attrs
from pydantic import TypeAdapter

from hubs.sources.api import Api
from hubs.sources.errors import NotFoundError
from hubs.sources.session import Session
from hubs.sources.shape import Shape, Time


class _Assertion(Shape):
    id: str
    name: str
    description: str | None = None
    issued: Time


class _User(Shape):
    assertions: list[_Assertion]
    rank: int | None = None
    user_count: int = 0


class _Place(Shape):
    badges: int
    rank: int


class _Leaderboard(Shape):
    leaderboard: list[_Place]


_USER = TypeAdapter(_User)
_LEADERBOARD = TypeAdapter(_Leaderboard)


@attrs.frozen
class Badge:
    """A badge that somebody earned.

    Attributes:
        name: What it is called.
        description: What it is earned by.
        url: The address of its page.
        time: When it was earned, seconds since the epoch.
    """

    name: str
    description: str
    url: str
    time: float


@attrs.frozen
class Earned:
    """What somebody earned.

    Attributes:
        badges: The last one first.
        rank: As `Standing` has it; None for who has none.
        people: How many people are known there.
    """

    badges: tuple[Badge, ...]
    rank: int | None
    people: int


@attrs.frozen
class Standing:
    """Where somebody stands among all who have badges.

    Attributes:
        badges: How many badges they have.
        rank: How many have more, and one: who has as many shares it.
    """

    badges: int
    rank: int


class Badges:
    """Asks Fedora Badges."""

    def __init__(self, session: Session) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
        """
        self._base = session.services.badges
        self._api = Api(session, self._base)

    def page(self, username: str) -> str:
        """Give the address of the page of a person."""
        return f"{self._base}/user/{quote(username, safe='')}"

    async def of(self, username: str) -> Earned | None:
        """Find what a person earned.

        Args:
            username: Their account name.

        Returns:
            It; None for who is not known there, or does not want to be.

        Raises:
            SourceError: It could not be had.
        """
        try:
            found = await self._api.read(f"/user/{quote(username, safe='')}/json", _USER)
        except NotFoundError:
            return None
        badges = sorted(found.assertions, key=lambda one: -one.issued)
        return Earned(
            tuple(self._badge(one) for one in badges), found.rank or None, found.user_count
        )

    async def near(self, username: str) -> list[Standing]:
        """Find who stands near a person that has a rank.

        Args:
            username: Their account name.

        Returns:
            The best first: some before them, and some of their rank or after it.

        Raises:
            SourceError: It could not be had.
        """
        path = f"/leaderboard/{quote(username, safe='')}/json"
        found = await self._api.read(path, _LEADERBOARD)
        return [Standing(one.badges, one.rank) for one in found.leaderboard]

    def _badge(self, one: _Assertion) -> Badge:
        url = f"{self._base}/badge/{quote(one.id, safe='')}"
        return Badge(one.name, one.description or "", url, one.issued)
