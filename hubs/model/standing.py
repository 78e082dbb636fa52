"""How many are with a hub, and how one comes to be."""

from __future__ import annotations

import attrs


@attrs.frozen
class Standing:
    """What the head of a hub says of the people around it, and to whom looks at it.

    Attributes:
        members: How many are in it, owners among them.
        subscribers: How many follow it.
        following: Of the hub of a person: how many other hubs the person is in or follows.
        waiting: How many ask to join.
        group: The group of the account system whose mirror it is, or empty.
        from_group: Whether the viewer has a role here because they are in that group.
        asked: Whether the viewer asks to join.
    """

    members: int = 0
    subscribers: int = 0
    following: int = 0
    waiting: int = 0
    group: str = ""
    from_group: bool = False
    asked: bool = False


@attrs.frozen
class JoinRequest:
    """Somebody asks to become a member.

    Attributes:
        username: Their account name.
        full_name: Their name as people say it; may be empty.
        words: What they say to it; may be empty.
        time: When they asked, seconds since the epoch.
    """

    username: str
    full_name: str
    words: str
    time: float


@attrs.frozen
class Seated:
    """Somebody who is a member or an owner.

    Attributes:
        username: Their account name.
        full_name: Their name as people say it; may be empty.
        is_owner: Whether they are an owner.
        from_group: Whether that is because of a group of the account system.
        since: Since when, seconds since the epoch.
    """

    username: str
    full_name: str
    is_owner: bool
    from_group: bool
    since: float
