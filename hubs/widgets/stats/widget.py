"""The stats widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubs.bus.message import BusMessage
from hubs.database.held_hubs import count_roles
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import CachedFunction, Stores, Widget
from hubs.widgets.held import ROLES


class Counts(CachedFunction):
    """Counts the people of a hub."""

    name = "counts"

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: whoever comes or leaves, here or by the account system."""
        groups = hub.config.get("sources", {}).get("groups", ())
        keys = {f"hub:{hub.type.value}:{hub.name}", *(f"group:{group}" for group in groups)}
        # Of a private team no message tells: what changes its roles asks by this key.
        return frozenset(keys | ({f"team:{hub.name}"} if hub.type is HubType.TEAM else set()))

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: roles alone, not all that happens."""
        return message.topic.startswith((ROLES, "fas.group.member."))

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        counts = await count_roles(stores.hubs.pool, hub.id)
        return {role.value: count for role, count in counts.items()}


class StatsWidget(Widget):
    """Shows how many people have to do with a hub, and lets who looks become one of them."""

    name = "stats"
    title = gettext_noop("People here")
    summary = gettext_noop("Counts who is in it, follows it and likes it, with buttons to do so.")
    functions = (Counts(),)
    footer = "widget_follow.html"

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {"counts": data["counts"]}

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        return {"counts": {"owner": 2, "member": 14, "subscriber": 37, "stargazer": 21}}
