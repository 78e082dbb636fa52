"""The help wanted widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import SourceLink, Stores, Widget
from hubs.widgets.chat.room import Room
from hubs.widgets.help_wanted.asked import (
    MEETINGS,
    MINUTES,
    TOO_OLD,
    Asked,
    FindAsked,
    looked_up,
    rooms_of,
)
from hubs.widgets.help_wanted.call import Call, checked
from hubs.widgets.parameters import Parameter, Type

#: How many calls are shown before one unfolds the rest.
SHOWN = 5


class HelpWantedWidget(Widget):
    """Shows what the owners of a hub, and people in its meetings, would like to have help with."""

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
        MINUTES,
        MEETINGS,
    )
    functions = (FindAsked(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        calls = [Call.of(line) for line in self.setting(widget, "calls")]
        rooms = rooms_of(hub)
        found = data.get("asked")
        asked = [Asked(**one) for one in found["asked"]] if found else []
        # What was found may be of long ago.
        since = stores.now() - TOO_OLD if asked else 0.0
        return {
            "rows": [*calls, *(one for one in asked if one.time > since)],
            "most": SHOWN,
            "room": Room(rooms[0]) if rooms else None,
            "failures": found["failures"] if found else [],
            "unknown": not found and any(looked_up(hub, widget)),
        }

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: where the minutes of meetings are."""
        if not any(looked_up(hub, widget)):
            return ()
        page = stores.sources.services.meetbot
        return [SourceLink(urlsplit(page).netloc, page)]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        rows = [
            Call(
                "Test the lantern on an old laptop",
                ("testing", "easy"),
                "Write to the mailing list which laptop you have.",
                "https://example.org/testing",
            ),
            Asked(
                "Somebody who can draw an icon for the wick",
                "teacup",
                "https://meetings.example/lanterns",
                ["design"],
                "lantern evening",
                now - 200_000.0,
            ),
        ]
        return {
            "rows": rows,
            "most": SHOWN,
            "room": Room("#lanterns:example.org"),
            "failures": [],
            "unknown": False,
        }
