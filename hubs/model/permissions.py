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


EVERYBODY = None
"""Stands in the table for a viewer without any role, logged in or not."""

_STAFF = frozenset({Role.MEMBER, Role.OWNER})
_ALL = frozenset({EVERYBODY, *Role})

_TABLE: dict[tuple[Action, Visibility], frozenset[Role | None]] = {
    (Action.SEE_LISTED, Visibility.PUBLIC): _ALL,
    (Action.SEE_LISTED, Visibility.PREVIEW): _ALL,
    (Action.SEE_LISTED, Visibility.PRIVATE): _STAFF,
    (Action.SEE_CONTENT, Visibility.PUBLIC): _ALL,
    (Action.SEE_CONTENT, Visibility.PREVIEW): _STAFF,
    (Action.SEE_CONTENT, Visibility.PRIVATE): _STAFF,
}


def may(roles: Collection[Role], action: Action, visibility: Visibility) -> bool:
    """Say whether somebody may do something.

    Args:
        roles: The roles the viewer holds on the hub; empty for a visitor.
        action: What they want to do.
        visibility: That of the hub, or of the widget on it.

    Returns:
        True if the table allows it for nobody in particular, or for one of the roles.
    """
    allowed = _TABLE[action, visibility]
    return EVERYBODY in allowed or not allowed.isdisjoint(roles)
