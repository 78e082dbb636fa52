"""The chat widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import Stores, Widget
from hubs.widgets.chat.room import Room, checked
from hubs.widgets.parameters import Parameter, Type

#: How many rooms are shown before one unfolds the rest.
SHOWN = 5


class ChatWidget(Widget):
    """Shows where people talk, with what it takes to join in."""

    name = "chat"
    title = gettext_noop("Chat")
    summary = gettext_noop("Says where you talk, and how newcomers join in.")
    parameters = (
        Parameter(
            "rooms",
            gettext_noop("Rooms"),
            gettext_noop(
                "One a line: a room of Matrix, as in #hubs:fedoraproject.org, or a channel of "
                "IRC, as in #fedora-hubs. Without any, those of the team's sources are shown."
            ),
            default=[],
            type=Type.LINES,
            most=20,
            check=checked,
        ),
        Parameter(
            "welcome",
            gettext_noop("Words of welcome"),
            gettext_noop("What to say first, or when somebody is there."),
            most=300,
        ),
    )

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        sources = hub.config.get("sources", {}).get("channels", ())
        names = self.setting(widget, "rooms") or list(sources)
        return {
            "rooms": [Room(name) for name in names],
            "welcome": self.setting(widget, "welcome"),
            "most": SHOWN,
        }

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        return {
            "rooms": [Room("#lanterns:example.org"), Room("#lantern-kernel")],
            "welcome": "Say hello: somebody is here on most evenings.",
            "most": SHOWN,
        }
