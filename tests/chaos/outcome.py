"""What has come of all that was published, and how it differs from what had to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from hubs.cache.interfaces import ICache
from hubs.database.pool import Pool
from hubs.database.stream_store import StreamStore
from hubs.feeds.interfaces import IFeedStore
from hubs.model.hub import WidgetInstance
from hubs.widgets.base import cache_key
from hubs.widgets.members.widget import Members
from tests.chaos import world
from tests.chaos.world import Feeds, Numbers, World

#: More than a feed may hold.
_ALL = 1000


@attrs.frozen
class Outcome:
    """Compares what is with what must be.

    Attributes:
        pool: The SQL database.
        feeds: The store of feeds.
        cache: The cache.
        world: What was published, and to whom.
        numbers: What the database calls them.
        widgets: The widgets by name of the team.
        begun: When each message was first published, seconds since the epoch, by its id.
    """

    pool: Pool
    feeds: IFeedStore
    cache: ICache
    world: World
    numbers: Numbers
    widgets: Mapping[str, WidgetInstance]
    begun: Mapping[str, float]

    async def differences(self) -> list[str]:
        """Give a line for each thing that is not as it must be."""
        return [
            *_compare(await self._feeds(), world.feeds(self.world, self.numbers)),
            *_compare(await self._activity(), world.activity(self.world, self.numbers)),
            *_compare(await self._waiting(), world.waiting(self.world)),
            *await self._stale(),
        ]

    async def _feeds(self) -> Feeds:
        numbers = self.numbers
        keys = [
            *(f"hub:{hub}" for hub in (*numbers.homes.values(), *numbers.teams.values())),
            *(f"stream:{person}" for person in numbers.people.values()),
            *(f"mentions:{person}" for person in numbers.people.values()),
        ]
        found = {key: list(await self.feeds.entries(key, _ALL)) for key in keys}
        return {key: entries for key, entries in found.items() if entries}

    async def _activity(self) -> Mapping[Any, int]:
        rows = await self.pool.query(
            "SELECT hub_id, day, sum(messages) FROM activity GROUP BY hub_id, day"
        )
        return {(hub, day): messages for hub, day, messages in rows}

    async def _waiting(self) -> dict[str, set[tuple[str, float]]]:
        streams = StreamStore(self.pool)
        found = {
            name: {(entry.agent, entry.time) for entry in await streams.waiting(number)}
            for name, number in self.numbers.people.items()
        }
        return {name: waits for name, waits in found.items() if waits}

    async def _stale(self) -> list[str]:
        """Name the teams whose members were not looked up since a message concerned them."""
        stale = []
        for team in self.world.teams:
            key = cache_key(self.widgets[team.name], Members())
            concerned = [
                self.begun[message.id]
                for message in self.world.messages
                if set(message.body.get("groups", ())) & set(team.groups)
            ]
            cached = (await self.cache.get_many([key])).get(key)
            found = (cached and cached.time) or 0.0
            if concerned and found < max(concerned):
                stale.append(f"the members of {team.name}: {found}, published {max(concerned)}")
        return stale


def _compare(found: Mapping[Any, Any], expected: Mapping[Any, Any]) -> list[str]:
    return [
        f"{key}: {_difference(found.get(key), expected.get(key))}"
        for key in sorted({*found, *expected}, key=str)
        if found.get(key) != expected.get(key)
    ]


def _difference(found: Any, expected: Any) -> str:
    if isinstance(found, list) and isinstance(expected, list):
        lost = [one for one in expected if one not in found]
        more = [one for one in found if one not in expected or found.count(one) > 1]
        return f"lost {lost}, more {more}" if lost or more else f"another order: {found}"
    return f"found {found}, expected {expected}"
