"""People, and what they are to a hub."""

from __future__ import annotations

import enum

import attrs


class Role(enum.Enum):
    """What a person is to a hub. One person may hold several roles on one hub."""

    STARGAZER = "stargazer"
    SUBSCRIBER = "subscriber"
    MEMBER = "member"
    OWNER = "owner"


@attrs.frozen
class Member:
    """A person with a role on a hub, as the hub shows them.

    Attributes:
        username: Their account name.
        full_name: Their name as people say it; may be empty.
        role: What they are to the hub.
        last_activity: When something last happened on their own hub, seconds since the epoch.
    """

    username: str
    full_name: str
    role: Role
    last_activity: float | None = None
