"""The help wanted widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import Stores, Widget
from hubs.widgets.help_wanted.call import Call, checked
from hubs.widgets.parameters import Parameter, Type

#: How many calls are shown before one unfolds the rest.
SHOWN = 5


class HelpWantedWidget(Widget):
    """Shows what the owners of a hub would like to have help with."""

    name = "help_wanted"
    title = gettext_noop("Help wanted")
    summary = gettext_noop("Tells newcomers what they could do, and what to do first.")
    parameters = (
        Parameter(
            "calls",
            gettext_noop("Calls for help"),
            gettext_noop(
                "One a line: what is to be done | tags | the next step | an address for more. "
                "All but the first may be left out."
            ),
            default=[],
            type=Type.LINES,
            most=50,
            check=checked,
        ),
    )

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        calls = [Call.of(line) for line in self.setting(widget, "calls")]
        return {"calls": calls, "most": SHOWN}

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        calls = [
            Call(
                "Test the lantern on an old laptop",
                ("testing", "easy"),
                "Write to the mailing list which laptop you have.",
                "https://example.org/testing",
            ),
            Call("Draw an icon for the wick", ("design",), "Show us a sketch on Friday."),
        ]
        return {"calls": calls, "most": SHOWN}
