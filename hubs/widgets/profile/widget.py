"""The profile widget."""

from __future__ import annotations

import datetime
import zoneinfo
from collections.abc import Mapping
from typing import Any

import attrs

from hubs.accounts.interfaces import Profile
from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import CachedFunction, Stores, Widget

_DAY = 86_400.0


class FindProfile(CachedFunction):
    """Reads what the person of a hub tells everybody; nothing of who wants to be private."""

    name = "profile"
    time_to_live = _DAY

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: whatever names the person."""
        return frozenset({f"user:{hub.name}"})

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: only a change of what they tell."""
        return message.topic == "fas.user.update"

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        found = await stores.accounts.profile(hub.name) if stores.accounts else None
        return attrs.asdict(found) if found else None


class ProfileWidget(Widget):
    """Shows what a person tells of themselves, and what time it is where they are."""

    name = "profile"
    title = gettext_noop("Profile")
    summary = gettext_noop("Shows what your account says of you: pronouns, time zone, pages, chat.")
    hub_types = frozenset({HubType.USER})
    functions = (FindProfile(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return _values(Profile(**data["profile"] or {}), stores.now())

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        profile = Profile(
            pronouns=("she / her",),
            timezone="Europe/Dublin",
            websites=("https://teacup.example/",),
            matrix=("@teacup:example.org",),
            github="teacup",
            since=2012,
        )
        return _values(profile, now)


def _values(profile: Profile, now: float) -> dict[str, Any]:
    """Give what the template shows."""
    return {
        "profile": profile,
        "is_empty": profile == Profile(),
        "offset": _offset(profile.timezone, now) if profile.timezone else "",
    }


def _offset(timezone: str, now: float) -> str:
    """Write how far a time zone is from UTC at a time, as in ``UTC+05:30``."""
    local = datetime.datetime.fromtimestamp(now, zoneinfo.ZoneInfo(timezone))
    hours = f"{local:%z}"
    return f"UTC{hours[:3]}:{hours[3:5]}"
