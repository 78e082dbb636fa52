"""Does the work: writes feeds, runs cached functions, and tells the browsers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from twisted.internet.defer import CancelledError, Deferred, FirstError
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from hubs.accounts.interfaces import AccountsError
from hubs.cache.interfaces import Cached, ICache
from hubs.database.stream_store import StreamStore
from hubs.model.category import category_of
from hubs.model.cause import Cause
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.reload import Reload, StreamNews
from hubs.model.stream import reader_of
from hubs.pipeline.away import is_away
from hubs.pipeline.deadline import within
from hubs.pipeline.later import Later
from hubs.pipeline.queue import Item, Queue
from hubs.pipeline.work import (
    AnswerWork,
    AskWork,
    FeedWork,
    GroupWork,
    PeopleWork,
    RefreshWork,
    StreamWork,
    Work,
    read,
    tell_browsers,
    tell_of_streams,
)
from hubs.redis import Redis
from hubs.sources.errors import SourceError
from hubs.teams.mirror import Mirror
from hubs.watch.metrics import WORK_DONE, WORK_SECONDS
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
        mirror: Mirror,
        work: Queue,
        later: Later,
        redis: Redis,
        clock: IReactorTime,
    ) -> None:
        """Prepare to work.

        Args:
            stores: Where cached functions read, and feeds are.
            cache: Where what they find is kept.
            registry: The widgets there are.
            mirror: Keeps teams like their groups of accounts.
            work: The queue of work.
            later: Where work waits for outside services.
            redis: Where browsers are told.
            clock: What time is.
        """
        self._stores = stores
        self._streams = StreamStore(stores.hubs.pool)
        self._cache = cache
        self._registry = registry
        self._mirror = mirror
        self._work = work
        self._later = later
        self._redis = redis
        self._clock = clock

    async def handle(self, items: Sequence[Item]) -> None:
        """Do some work items.

        Args:
            items: From the queue of work.
        """
        for item in items:
            work = read(item)
            started = self._now()
            try:
                result = await self._do_or_put_off(work)
            except CancelledError:
                raise
            except Exception as error:
                WORK_DONE.labels(work.kind, "away" if is_away(error) else "failed").inc()
                raise
            WORK_DONE.labels(work.kind, result).inc()
            WORK_SECONDS.labels(work.kind).observe(self._now() - started)
            if work.cause is not None:
                self._log.info(
                    "{kind} work {item} for {bus_message} is {result}",
                    kind=work.kind,
                    item=item.id,
                    bus_message=work.cause.message_id,
                    result=result,
                )

    async def _do_or_put_off(self, work: Work) -> str:
        try:
            await self._do(work)
        except (SourceError, AccountsError) as error:
            # It says when to come back; to count it against the item would help nobody.
            if error.retry_at is None:
                raise
            # A refresh that is dropped is asked for again when somebody looks.
            may_drop = isinstance(work, RefreshWork)
            if not await self._later.put(work, error.retry_at, if_room=may_drop):
                return "passed over"
        return "done"

    async def _do(self, work: Work) -> None:
        match work:
            case FeedWork():
                await self._write(work)
            case StreamWork():
                await self._write_streams(work)
            case AskWork():
                await self._streams.ask(work.ask, work.entry)
            case AnswerWork():
                await self._streams.answer(work.answer, work.time)
            case RefreshWork():
                await self._refresh(work)
            case GroupWork():
                # From here on somebody else may come or leave, after it is read.
                await self._work.release(work.once)
                await self._mirror.group_changed(work.group)
            case PeopleWork():
                await self._mirror.people_changed(work.usernames)

    async def _write_streams(self, work: StreamWork) -> None:
        for key in work.feeds:
            await self._stores.feeds.add(key, work.entry)
        await tell_of_streams(
            self._redis, StreamNews(frozenset(map(reader_of, work.feeds))), work.cause
        )

    async def _write(self, work: FeedWork) -> None:
        # Each step also when the entry was there: who wrote it may have been killed before them.
        await self._stores.feeds.add(f"hub:{work.hub_id}", work.entry)
        kind = category_of(work.entry.category).kind
        await self._stores.hubs.count_activity(work.hub_id, work.entry.id, work.entry.time, kind)
        await tell_browsers(self._redis, Reload.feed(work.hub_id), work.cause)

    async def _refresh(self, work: RefreshWork) -> None:
        if not work.if_due:
            # From here on a message may ask for another run, because this one may read too early.
            await self._work.release(work.once)
            await self._refresh_all(work)
            return
        # For who has only looked, what a run finds that is on its way will do.
        try:
            await self._refresh_all(work)
        finally:
            await self._work.release(work.once)

    async def _refresh_all(self, work: RefreshWork) -> None:
        found = await self._stores.hubs.widgets([work.widget_id])
        for hub, widget in found:
            function = self._registry.function(widget.plugin, work.function)
            if function is None or not await self._is_time(work, function, widget):
                continue
            try:
                await self._run(function, hub, widget, work.cause)
            except SourceError as error:
                # What would be the same again has no attempts to lose.
                if error.retry_at is not None:
                    raise

    async def _is_time(
        self, work: RefreshWork, function: CachedFunction, widget: WidgetInstance
    ) -> bool:
        """Say whether a function is to be run now; one that rests is put off."""
        if not work.if_due and not (function.rest or function.lag):
            return True
        key = cache_key(widget, function)
        cached = (await self._cache.get_many([key])).get(key, Cached())
        if work.if_due:
            return function.is_due(cached, self._now())
        told = work.cause.time if work.cause else None
        until = function.rests_until(cached, self._now(), told)
        if until is not None:
            await self._later.put(work, until)
        return until is None

    async def _run(
        self, function: CachedFunction, hub: Hub, widget: WidgetInstance, cause: Cause | None
    ) -> None:
        key = cache_key(widget, function)
        try:
            found = Cached(await self._execute(function, hub, widget), time=self._now())
            await self._cache.set(key, found)
        except Exception as error:
            # Also of the cache itself: the value may be larger than it takes.
            before = (await self._cache.get_many([key])).get(key, Cached())
            await self._cache.set(key, _failed(before, error, self._now()))
            await self._tell(widget, cause)
            raise
        await self._tell(widget, cause)

    async def _execute(self, function: CachedFunction, hub: Hub, widget: WidgetInstance) -> Any:
        running = Deferred.fromCoroutine(function.execute(hub, widget, self._stores))
        try:
            return await within(function.timeout, running, self._clock)
        except FirstError as error:
            # Of several things asked at once.
            error.subFailure.raiseException()

    async def _tell(self, widget: WidgetInstance, cause: Cause | None) -> None:
        await tell_browsers(self._redis, Reload.widget(widget.hub_id, widget.id), cause)

    def _now(self) -> float:
        return self._clock.seconds()


def _failed(before: Cached, error: Exception, now: float) -> Cached:
    """Say of what was found before that it could not be found anew."""
    source = error if isinstance(error, SourceError) else None
    return attrs.evolve(
        before,
        error=f"{type(error).__name__}: {error}",
        failed_at=now,
        reason=f"{source.host} {source.reason}" if source else "",
        retry_at=source.retry_at if source else None,
    )
