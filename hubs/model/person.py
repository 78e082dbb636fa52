"""People, and what they are to a hub."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable

import attrs

# As FreeIPA has them, in small letters, and without the dollar sign of machines.
_USERNAME = re.compile(r"[a-z0-9_][a-z0-9._-]{0,63}", re.ASCII)


class Role(enum.Enum):
    """What a person is to a hub. One person may hold several roles on one hub."""

    STARGAZER = "stargazer"
    SUBSCRIBER = "subscriber"
    MEMBER = "member"
    OWNER = "owner"


def highest(roles: Iterable[Role]) -> Role | None:
    """Give what somebody is who sits in a hub.

    Args:
        roles: Their roles on it.

    Returns:
        Owner or member; None if they are neither.
    """
    held = set(roles)
    return next((one for one in (Role.OWNER, Role.MEMBER) if one in held), None)


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


def is_username(text: str) -> bool:
    """Say whether a text can be an account name, which stands in addresses of pages.

    Args:
        text: Any text.

    Returns:
        Whether it is of small letters, digits, dots, hyphens and underscores, at most 64 of them,
        and begins with none of the middle two.
    """
    return _USERNAME.fullmatch(text) is not None
