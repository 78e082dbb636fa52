"""What the widgets share that list the hubs of a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from hubs.bus.message import BusMessage
from hubs.database.held_hubs import Held, held_hubs, public_hubs
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.person import Role
from hubs.widgets.base import CachedFunction, Stores, Widget

#: How many hubs are shown before one unfolds the rest.
SHOWN = 8
#: How many are shown at all.
MOST = 200
#: What the topics begin with of messages that tell of roles, see `hubs.model.change.Topic`.
ROLES = "hubs.user.role."
_HOUR = 3600.0


@attrs.frozen
class HeldHubs(CachedFunction):
    """Finds the hubs on which the person of a hub has some roles.

    Attributes:
        roles: The roles.
    """

    name: ClassVar[str] = "hubs"
    # That a hub is shown to everybody from now on is told to nobody who holds a role there.
    time_to_live: ClassVar[float | None] = _HOUR
    roles: frozenset[Role]

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: whatever names the person."""
        return frozenset({f"user:{hub.name}"})

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: only a role of theirs, not that of somebody else on their hub."""
        is_theirs = message.body.get("username") == hub.name
        return message.topic.startswith(ROLES) and is_theirs

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        found = await held_hubs(stores.hubs.pool, hub.name, self.roles, MOST)
        return [[one.hub.id, one.role.value] for one in found]


class HeldHubsWidget(Widget):
    """Lists the hubs of a person: those alone that everybody may see at the moment."""

    hub_types = frozenset({HubType.USER})

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {"held": await _held(data, stores), "most": SHOWN}

    async def told(self, data: Mapping[str, Any], stores: Stores) -> Mapping[str, Any]:
        """See `Widget`."""
        return {"hubs": [[one.hub.id, one.role.value] for one in await _held(data, stores)]}

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        teams = [
            ("paper-crane", "Paper Crane Documentation", Role.OWNER, 1800),
            ("lantern-kernel", "Lantern Kernel", Role.MEMBER, 7200),
        ]
        held = [
            Held(Hub(0, HubType.TEAM, name, title, "", last_activity=now - ago), role)
            for name, title, role, ago in teams
        ]
        return {"held": held, "most": SHOWN}


async def _held(data: Mapping[str, Any], stores: Stores) -> list[Held]:
    roles = {hub_id: Role(role) for hub_id, role in data["hubs"]}
    # What was found may be of before a hub became private.
    hubs = await public_hubs(stores.hubs.pool, roles)
    return [Held(hubs[hub_id], role) for hub_id, role in roles.items() if hub_id in hubs]
