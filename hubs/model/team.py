"""What a team hub takes over from the group of accounts that it mirrors."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from hubs.model.change import Change, seat_change
from hubs.model.hub import Hub
from hubs.model.person import Role, highest


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@attrs.frozen
class Said:
    """What a group said of itself when it was last read: what differs from it, owners have set.

    Attributes:
        summary: What it is for.
        lists: Its mailing lists.
        channels: Its chat channels and rooms.
    """

    summary: str = ""
    lists: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    channels: tuple[str, ...] = attrs.field(default=(), converter=_texts)


@attrs.frozen(order=True)
class Seat:
    """A role that somebody holds on a hub.

    Attributes:
        username: Their account name.
        role: Member or owner.
    """

    username: str
    role: Role = attrs.field(converter=Role, order=lambda role: role.value)


@attrs.frozen
class Team:
    """A team hub that mirrors a group.

    Attributes:
        hub: It.
        group: The name of the group.
        said: What the group said of itself.
        mirrored: The seats that were taken over from the group.
        by_hand: The seats that owners gave.
    """

    hub: Hub
    group: str
    said: Said = Said()
    mirrored: frozenset[Seat] = frozenset()
    by_hand: frozenset[Seat] = frozenset()


def _roles(seats: Iterable[Seat]) -> dict[str, Role | None]:
    held: dict[str, set[Role]] = {}
    for seat in seats:
        held.setdefault(seat.username, set()).add(seat.role)
    return {username: highest(roles) for username, roles in held.items()}


@attrs.frozen
class TeamChange:
    """What changes on a team hub for it to mirror its group again.

    Attributes:
        before: The team as it is.
        hub: Its hub as it will be.
        said: What the group says of itself.
        joins: The seats that somebody takes.
        leaves: The seats that somebody leaves.
    """

    before: Team
    hub: Hub
    said: Said
    joins: frozenset[Seat] = frozenset()
    leaves: frozenset[Seat] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything changes."""
        return bool(self.joins or self.leaves or self.said != self.before.said or self.retold)

    def seat_changes(self) -> list[Change]:
        """Give what becomes of whom: who has a seat by hand keeps that."""
        hand, before = self.before.by_hand, self.before.mirrored
        after = (before | self.joins) - self.leaves
        were, are = _roles(before | hand), _roles(after | hand)
        people = sorted({seat.username for seat in self.joins | self.leaves})
        return [
            seat_change("", name, were.get(name), are.get(name))
            for name in people
            if were.get(name) is not are.get(name)
        ]

    @property
    def retold(self) -> bool:
        """Whether what the hub says of itself changes."""
        return self.hub != self.before.hub
