"""What somebody has changed on a hub: it is kept, and told to the bus."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from hubs.model.permissions import Action
from hubs.model.person import Role


class Topic(enum.Enum):
    """What a change is told under, after ``hubs.``."""

    ROLE_ADDED = "user.role.added"
    ROLE_CHANGED = "user.role.changed"
    ROLE_REMOVED = "user.role.removed"
    ROLE_REQUESTED = "user.role.requested"
    ROLE_DECLINED = "user.role.declined"
    USER_CREATED = "user.created"
    HUB_CREATED = "hub.created"
    HUB_UPDATED = "hub.updated"
    WIDGET_UPDATED = "widget.updated"
    TOKEN_MADE = "token.made"  # noqa: S105 - no secret, but that there is one
    TOKEN_REVOKED = "token.revoked"  # noqa: S105


#: Marks in the body of a message what only the members of a hub may hear of.
FOR_MEMBERS = "for_members"
#: What tells of no more than that there is a hub; the rest tells of who is in it, also by who has
#: changed it, or of what is on it.
_OF_BEING_THERE = {Topic.USER_CREATED, Topic.HUB_CREATED}


@attrs.frozen
class Change:
    """One thing that was done.

    Attributes:
        topic: What sort of thing.
        actor: The account name of who did it; empty for the account system or an operator.
        person: The account name of whom it was done to, if it was to a person.
        facts: What else is to be said of it, as the message has it.
        kept: What only the audit trail has beside that.
    """

    topic: Topic
    actor: str = ""
    person: str = ""
    facts: Mapping[str, Any] = attrs.field(factory=dict)
    kept: Mapping[str, Any] = attrs.field(factory=dict)

    @property
    def subject(self) -> str:
        """Whom or what it was done to, as people call it; empty for the hub itself."""
        return self.person or str(self.facts.get("widget_label", ""))

    @property
    def needs(self) -> Action:
        """What somebody must be allowed to do with the hub to hear of it."""
        return Action.SEE_LISTED if self.topic in _OF_BEING_THERE else Action.SEE_CONTENT

    def body(self) -> dict[str, Any]:
        """Give what its message says beside which hub it is.

        Returns:
            ``username`` and ``agent`` as far as there are both, the second only if somebody did
            it to somebody else; and the facts.
        """
        people = {"username": self.person, "agent": self.actor}
        if self.actor == self.person:
            del people["agent"]
        return {name: value for name, value in people.items() if value} | dict(self.facts)


def role_change(
    topic: Topic, actor: str, person: str, role: Role, old_role: Role | None = None
) -> Change:
    """Say that somebody's role has changed, or that they ask for one.

    Args:
        topic: In which way.
        actor: See `Change`.
        person: See `Change`.
        role: The role that it is about; the new one if it changed.
        old_role: The one before, if it changed.

    Returns:
        The change.
    """
    facts = {"role": role.value} | ({"old_role": old_role.value} if old_role else {})
    return Change(topic, actor, person, facts)


def seat_change(actor: str, person: str, before: Role | None, after: Role | None) -> Change:
    """Say that somebody has become a member or an owner, or is so no longer.

    Args:
        actor: See `Change`.
        person: See `Change`.
        before: What they were; None for neither.
        after: What they are; one of both is something.

    Returns:
        The change.
    """
    if before is None or after is None:
        topic = Topic.ROLE_ADDED if before is None else Topic.ROLE_REMOVED
        return role_change(topic, actor, person, before or after or Role.MEMBER)
    return role_change(Topic.ROLE_CHANGED, actor, person, after, before)


def hub_updated(
    actor: str, before: Mapping[str, Any], after: Mapping[str, Any], version: int
) -> Change:
    """Say that the settings of a hub have changed.

    Args:
        actor: See `Change`.
        before: What they were, those that have changed, as in ``{"summary": "Lamps"}``.
        after: What they are.
        version: That of the hub from now on.

    Returns:
        The change; what they were and are is kept, and told to nobody.
    """
    facts = {"changed_keys": sorted(after)}
    kept = {"version": version, "before": dict(before), "after": dict(after)}
    return Change(Topic.HUB_UPDATED, actor, facts=facts, kept=kept)


def widget_updated(
    actor: str, widget_id: int, widget_label: str, changed_keys: Iterable[str]
) -> Change:
    """Say that a widget was added, moved, set anew, hidden or removed.

    Args:
        actor: See `Change`.
        widget_id: Its number.
        widget_label: What people call it.
        changed_keys: What of it has changed, as in ``position``.

    Returns:
        The change.
    """
    facts = {
        "widget_id": widget_id,
        "widget_label": widget_label,
        "changed_keys": sorted(changed_keys),
    }
    return Change(Topic.WIDGET_UPDATED, actor, facts=facts)
