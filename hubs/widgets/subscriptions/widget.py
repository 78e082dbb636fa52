"""The subscriptions widget."""

from __future__ import annotations

from hubs.model.person import Role
from hubs.model.words import gettext_noop
from hubs.widgets.held import HeldHubs, HeldHubsWidget


class SubscriptionsWidget(HeldHubsWidget):
    """Shows what a person follows."""

    name = "subscriptions"
    title = gettext_noop("Subscriptions")
    summary = gettext_noop("Shows the hubs that you follow.")
    functions = (HeldHubs(frozenset({Role.SUBSCRIBER})),)
