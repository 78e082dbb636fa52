"""The members widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from hubs.model.hub import Hub, HubType, WidgetInstance, hub_path
from hubs.model.words import gettext_noop
from hubs.widgets.base import CachedFunction, Stores, Widget

#: How many members are shown by name.
SHOWN = 24


class Members(CachedFunction):
    """Finds who is in a team."""

    name = "members"

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: whoever joins or leaves, here or by the account system."""
        groups = hub.config.get("sources", {}).get("groups", ())
        return frozenset({f"team:{hub.name}", *(f"group:{group}" for group in groups)})

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        members = await stores.hubs.members(hub.id)
        return [{**attrs.asdict(member), "role": member.role.value} for member in members]


class MembersWidget(Widget):
    """Shows who is in a team, owners first."""

    name = "members"
    title = gettext_noop("Members")
    summary = gettext_noop("Shows who is in the team, owners first.")
    hub_types = frozenset({HubType.TEAM})
    functions = (Members(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        members = data["members"]
        shown = members[:SHOWN]
        known = await stores.known_people(member["username"] for member in shown)
        paths = {name: hub_path(HubType.USER, name) for name in known}
        return {"members": shown, "paths": paths, "count": len(members)}

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        people = [("teacup", "Tilda Teacup", "owner"), ("custard", "Cosmo Custard", "member")]
        members = [
            {"username": name, "full_name": full, "role": role, "last_activity": now - 7200}
            for name, full, role in people
        ]
        return {"members": members, "paths": {}, "count": 9}
