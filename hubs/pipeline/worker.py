"""Does the work: writes feeds, runs cached functions, and tells the browsers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from hubs.cache.interfaces import Cached, ICache
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.reload import Reload
from hubs.pipeline.queue import Item, Queue
from hubs.pipeline.work import FeedWork, RefreshWork, read, tell_browsers
from hubs.redis import Redis
from hubs.widgets.base import CachedFunction, Stores, cache_key
from hubs.widgets.registry import Registry


class Worker:
    """Does one work item after another; the same one twice has the effect of once."""

    _log = Logger()

    def __init__(
        self,
        stores: Stores,
        cache: ICache,
        registry: Registry,
        work: Queue,
        redis: Redis,
        clock: IReactorTime,
    ) -> None:
        """Prepare to work.

        Args:
            stores: Where cached functions read, and feeds are.
            cache: Where what they find is kept.
            registry: The widgets there are.
            work: The queue of work.
            redis: Where browsers are told.
            clock: What time is.
        """
        self._stores = stores
        self._cache = cache
        self._registry = registry
        self._work = work
        self._redis = redis
        self._clock = clock

    async def handle(self, items: Sequence[Item]) -> None:
        """Do some work items.

        Args:
            items: From the queue of work.
        """
        for item in items:
            match read(item):
                case FeedWork() as feed:
                    await self._write(feed)
                case RefreshWork() as refresh:
                    await self._refresh(refresh)

    async def _write(self, work: FeedWork) -> None:
        feed = f"hub:{work.hub_id}"
        if await self._stores.feeds.add(feed, work.entry):
            # Whoever is killed just here leaves one thing uncounted; the feed itself is right.
            await self._stores.hubs.count_activity(work.hub_id, work.entry.time)
        # Also when the entry was there: who wrote it may have been killed before it told.
        await tell_browsers(self._redis, Reload.feed(work.hub_id))

    async def _refresh(self, work: RefreshWork) -> None:
        # From here on a message may ask for another run, because this one may read too early.
        await self._work.release(work.once)
        found = await self._stores.hubs.widgets([work.widget_id])
        for hub, widget in found:
            function = self._registry.function(widget.plugin, work.function)
            if function is not None:
                await self._run(function, hub, widget)

    async def _run(self, function: CachedFunction, hub: Hub, widget: WidgetInstance) -> None:
        key = cache_key(widget, function)
        try:
            value = await self._execute(function, hub, widget)
        except Exception as error:
            before = (await self._cache.get_many([key])).get(key, Cached())
            reason = f"{type(error).__name__}: {error}"
            await self._keep(key, attrs.evolve(before, error=reason, failed_at=self._now()), widget)
            raise
        await self._keep(key, Cached(value, time=self._now()), widget)

    async def _execute(self, function: CachedFunction, hub: Hub, widget: WidgetInstance) -> Any:
        # Past the lease another process would begin the same.
        timeout = min(function.timeout, self._work.limits.lease * 0.8)
        running = Deferred.fromCoroutine(function.execute(hub, widget, self._stores))
        return await running.addTimeout(timeout, self._clock)

    async def _keep(self, key: str, cached: Cached, widget: WidgetInstance) -> None:
        await self._cache.set(key, cached)
        await tell_browsers(self._redis, Reload.widget(widget.hub_id, widget.id))

    def _now(self) -> float:
        return self._clock.seconds()
