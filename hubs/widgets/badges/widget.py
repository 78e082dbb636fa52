"""The badges widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.badges import Badge, Badges
from hubs.sources.errors import SourceError
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.parameters import Parameter, Type

_DAY = 86_400.0
#: What tells of badges: today's service, and after ``fed`` what it was called before.
_TOPICS = frozenset(
    f"{prefix}badges.{event}"
    for prefix in ("", "fed")
    for event in ("badge.award", "person.rank.advance")
)
COUNT = Parameter(
    "count",
    gettext_noop("How many"),
    gettext_noop("How many of the latest badges are shown."),
    5,
    Type.NUMBER,
    least=1,
    most=20,
)


class FindBadges(CachedFunction):
    """Finds the badges of a person, and what the next rank takes."""

    name = "badges"
    # Others earn badges as well, so that ranks change by themselves.
    time_to_live = _DAY
    # An award is followed by the message of the new rank.
    rest = 60.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: whatever names the person."""
        return frozenset({f"user:{hub.name}"})

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: such a message names nobody but who has the badge or the rank."""
        return message.topic in _TOPICS

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        badges = Badges(stores.sources)
        earned = await badges.of(hub.name)
        if earned is None:
            return {"known": False}
        total = len(earned.badges)
        return {
            "known": True,
            "latest": [attrs.asdict(one) for one in earned.badges[: COUNT.most]],
            "total": total,
            "rank": earned.rank,
            "people": earned.people,
            "next": await _next(badges, hub.name, total) if earned.rank else None,
        }


class BadgesWidget(Widget):
    """Shows the latest badges of a person, how many they have, their rank and the next one."""

    name = "badges"
    title = gettext_noop("Badges")
    summary = gettext_noop(
        "Shows the badges that you earned last, and how far it is to the next rank."
    )
    hub_types = frozenset({HubType.USER})
    parameters = (COUNT,)
    functions = (FindBadges(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {**data["badges"], "count": COUNT.of(widget.config)}

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: their page there, or the first one if they have none."""
        has_page = found.get("badges", {}).get("known", True)
        page = Badges(stores.sources).page(hub.name)
        return [SourceLink("Fedora Badges", page if has_page else stores.sources.services.badges)]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        facts = [
            ("Lamplighter", "You lit four hundred lanterns."),
            ("Night owl", "You wrote to a list at four in the morning."),
            ("First light", "You logged in for the first time."),
        ]
        latest = [
            Badge(name, description, "https://badges.example/badge/1", now - 400_000 * place)
            for place, (name, description) in enumerate(facts, start=1)
        ]
        return {
            "known": True,
            "latest": [attrs.asdict(one) for one in latest],
            "total": 23,
            "rank": 118,
            "people": 4_210,
            "next": {"badges": 2, "rank": 112},
            "count": COUNT.default,
        }


async def _next(badges: Badges, username: str, total: int) -> dict[str, int] | None:
    """Say how many badges the next rank takes; None for who is first, or if it is not to be had."""
    try:
        near = await badges.near(username)
    except SourceError:
        return None
    better = [one for one in near if one.badges > total]
    nearest = min(better, key=lambda one: one.badges, default=None)
    return {"badges": nearest.badges - total, "rank": nearest.rank} if nearest else None
