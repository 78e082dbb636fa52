"""Where the invented messages come from: chance, the time of the play, and who is in it."""

from __future__ import annotations

import datetime
import random
from collections.abc import Sequence
from typing import Any, TypeVar

import attrs

from hubs.demo.cast import PEOPLE, InventedPerson

T = TypeVar("T")

#: A message without its envelope: its topic and what it says.
Message = tuple[str, dict[str, Any]]

_PEOPLE = {person.username: person for person in PEOPLE}


@attrs.define
class Stage:
    """What makers of messages draw from.

    Attributes:
        chance: The source of all that is random.
        time: When the next message happens, seconds since the epoch.
    """

    chance: random.Random
    time: float

    def one_of(self, choices: Sequence[T]) -> T:
        """Draw one of several."""
        return self.chance.choice(choices)

    def number(self) -> int:
        """Draw a number as services give to what they keep."""
        return self.chance.randrange(1_000, 9_999)

    def digits(self, count: int) -> str:
        """Draw hexadecimal digits.

        Args:
            count: How many.
        """
        return f"{self.chance.getrandbits(4 * count):0{count}x}"

    def person(self, usernames: Sequence[str]) -> InventedPerson:
        """Draw one of some people."""
        return _PEOPLE[self.one_of(usernames)]

    @property
    def date(self) -> str:
        """The time as most services write it."""
        return self._moment.strftime("%Y-%m-%d %H:%M:%S")

    @property
    def year(self) -> int:
        """The year it is."""
        return self._moment.year

    @property
    def _moment(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.time, datetime.UTC)
