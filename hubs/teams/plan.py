"""Says what changes on a team hub for it to mirror its group, and keeps what owners have set."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from hubs.accounts.interfaces import Group
from hubs.model.hub import Hub
from hubs.model.person import Role
from hubs.model.team import Said, Seat, Team, TeamChange


def plan(team: Team, group: Group) -> TeamChange:
    """Compare a team with its group.

    Sponsors become owners, the other members members. Who was given a role by hand keeps it.

    Args:
        team: The team as it is.
        group: The group as it is.

    Returns:
        What differs.
    """
    said = Said(group.description, group.lists, group.channels)
    wanted = seats(group)
    return TeamChange(
        before=team,
        hub=_retell(team.hub, team.said, said),
        said=said,
        joins=wanted - team.mirrored - team.by_hand,
        leaves=team.mirrored - wanted,
    )


def seats(group: Group) -> frozenset[Seat]:
    """Give the seats that a group fills.

    Args:
        group: It.

    Returns:
        One for everybody in it.
    """
    owners = {Seat(name, Role.OWNER) for name in group.sponsors}
    members = {Seat(name, Role.MEMBER) for name in group.members - group.sponsors}
    return frozenset(owners | members)


def _retell(hub: Hub, before: Said, now: Said) -> Hub:
    sources: dict[str, Any] = dict(hub.config.get("sources", {}))
    for name, old, new in (
        ("lists", before.lists, now.lists),
        ("channels", before.channels, now.channels),
    ):
        _put(sources, name, _merge(sources.get(name, ()), old, new))
    config = {**hub.config, "sources": sources} if sources else hub.config
    summary = now.summary if hub.summary == before.summary else hub.summary
    return attrs.evolve(hub, summary=summary, config=config)


def _merge(have: Iterable[str], old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """Give what there is, without what the group has dropped and with what it has added."""
    kept = [one for one in have if one in new or one not in old]
    return [*kept, *(one for one in new if one not in old and one not in kept)]


def _put(sources: dict[str, Any], name: str, values: list[str]) -> None:
    if values or name in sources:
        sources[name] = values
