"""The my hubs widget."""

from __future__ import annotations

from hubs.model.person import Role
from hubs.model.words import gettext_noop
from hubs.widgets.held import HeldHubs, HeldHubsWidget


class MyHubsWidget(HeldHubsWidget):
    """Shows all that a person has to do with."""

    name = "my_hubs"
    title = gettext_noop("My hubs")
    summary = gettext_noop("Shows all hubs that you are in, follow or have starred.")
    functions = (HeldHubs(frozenset({*Role})),)
