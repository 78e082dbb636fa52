"""The rules widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import Stores, Widget
from hubs.widgets.parameters import Parameter, Type

#: How many are shown before one unfolds the rest.
SHOWN = 8


class RulesWidget(Widget):
    """Shows what a team has agreed on, and where all of it is written."""

    name = "rules"
    title = gettext_noop("Rules")
    summary = gettext_noop("Says what the team has agreed on, one rule a line.")
    hub_types = frozenset({HubType.TEAM})
    parameters = (
        Parameter(
            "rules",
            gettext_noop("Rules"),
            gettext_noop("One a line, the most important first."),
            default=[],
            type=Type.LINES,
            most=50,
        ),
        Parameter(
            "link",
            gettext_noop("Guidelines"),
            gettext_noop("The address of the page where all of it is written."),
            type=Type.ADDRESS,
        ),
    )

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {
            "rules": self.setting(widget, "rules"),
            "link": self.setting(widget, "link"),
            "most": SHOWN,
        }

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        rules = ["Say what you like first.", "Nobody merges alone.", "Questions are welcome."]
        return {"rules": rules, "link": "https://example.org/rules", "most": SHOWN}
