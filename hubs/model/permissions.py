"""The one table of permissions, asked by every page, API call and event stream."""

from __future__ import annotations

import enum
from collections.abc import Collection

from hubs.model.hub import Visibility
from hubs.model.person import Role


class Action(enum.Enum):
    """What somebody may want to do with a hub."""

    SEE_LISTED = "see it in lists and see its header"
    SEE_CONTENT = "see its widgets, its feed and its event stream"
    FOLLOW = "star it and subscribe to it"
    ASK_TO_JOIN = "ask its owners to become a member"
    ARRANGE = "add, move, configure, hide and remove its widgets"
    CONFIGURE = "change its settings and visibility, archive it, decide who is in it"


class Anyone(enum.Enum):
    """Stands in the table for viewers without any role."""

    EVERYBODY = "logged in or not"
    LOGGED_IN = "logged in"


_Allowed = frozenset[Role | Anyone]

_OWNERS: _Allowed = frozenset({Role.OWNER})
_STAFF: _Allowed = frozenset({Role.MEMBER, Role.OWNER})
_PEOPLE: _Allowed = frozenset({Anyone.LOGGED_IN})
_ALL: _Allowed = frozenset({Anyone.EVERYBODY})

_TABLE: dict[Action, dict[Visibility, _Allowed]] = {
    action: dict(zip(Visibility, row, strict=True))
    for action, row in {
        #                    public,  preview, private
        Action.SEE_LISTED: (_ALL, _ALL, _STAFF),
        Action.SEE_CONTENT: (_ALL, _STAFF, _STAFF),
        Action.FOLLOW: (_PEOPLE, _PEOPLE, _STAFF),
        Action.ASK_TO_JOIN: (_PEOPLE, _PEOPLE, _STAFF),
        Action.ARRANGE: (_OWNERS, _OWNERS, _OWNERS),
        Action.CONFIGURE: (_OWNERS, _OWNERS, _OWNERS),
    }.items()
}


def may(
    roles: Collection[Role], action: Action, visibility: Visibility, *, logged_in: bool = False
) -> bool:
    """Say whether somebody may do something.

    Args:
        roles: The roles the viewer holds on the hub; empty for a visitor.
        action: What they want to do.
        visibility: That of the hub, or of the widget on it.
        logged_in: Whether the viewer is a person whom we know.

    Returns:
        True if the table allows it for nobody in particular, for everybody who is logged in, or
        for one of the roles.
    """
    allowed = _TABLE[action][visibility]
    if Anyone.EVERYBODY in allowed or (logged_in and Anyone.LOGGED_IN in allowed):
        return True
    return not allowed.isdisjoint(roles)
