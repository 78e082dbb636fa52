"""The memberships widget."""

from __future__ import annotations

from hubs.model.person import Role
from hubs.model.words import gettext_noop
from hubs.widgets.held import HeldHubs, HeldHubsWidget


class MembershipsWidget(HeldHubsWidget):
    """Shows what teams a person is in."""

    name = "memberships"
    title = gettext_noop("Memberships")
    summary = gettext_noop("Shows the teams that you are in.")
    functions = (HeldHubs(frozenset({Role.MEMBER, Role.OWNER})),)
