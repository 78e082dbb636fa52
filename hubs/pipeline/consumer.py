"""What triage and worker have in common: take items, handle some at once, end cleanly."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence

from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred, DeferredSemaphore, gatherResults
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from hubs.pipeline.away import is_away
from hubs.pipeline.outage import Outage
from hubs.pipeline.queue import Item, Queue
from hubs.redis import Redis


class Consumer(Service):
    """Takes items from a queue for as long as it runs; what it has in hand when stopped it ends."""

    _log = Logger()

    def __init__(
        self,
        queue: Queue,
        handle: Callable[[Sequence[Item]], Awaitable[None]],
        redis: Redis,
        consumer: str,
        clock: IReactorTime,
        *,
        batch: int = 1,
        concurrency: int = 1,
        into: Queue | None = None,
    ) -> None:
        """Prepare to take.

        Args:
            queue: Where items come from.
            handle: Has the effect of some items; the same items twice must have it once.
            redis: A connection that nobody else uses: taking blocks it.
            consumer: A name that no other process has.
            clock: What time is.
            batch: How many items `handle` is given at the most.
            concurrency: How often it runs at once at the most.
            into: Where `handle` puts what it makes; for room there a stop does not wait.
        """
        self._queue = queue
        self._handle = handle
        self._redis = redis
        self._name = consumer
        self._clock = clock
        self._batch = batch
        self._into = into
        self._free = DeferredSemaphore(concurrency)
        self._outage = Outage(f"Redis, for {queue.stream},", clock)
        self._stores = Outage(f"A store, for {queue.stream},", clock)
        self._next_claim = 0.0
        self._in_hand: set[Deferred[None]] = set()
        self._held: dict[str, Item] = {}
        self._holding = LoopingCall(lambda: Deferred.fromCoroutine(self._hold()))
        self._holding.clock = clock
        self._running: Deferred[None] | None = None

    def startService(self) -> None:
        """Begin to take."""
        super().startService()
        self._running = Deferred.fromCoroutine(self._run())
        self._holding.start(self._queue.limits.lease / 3, now=False)

    async def stop(self) -> None:
        """Take no more, and wait until all in hand is done, or others may have it."""
        if self._into is not None:
            self._into.wait_no_more()
        if self._running is not None:
            if self._outage.ongoing:
                # Nothing is on its way to us, so there is nothing to wait for.
                self._running.cancel()
            await self._running
        if self._stores.ongoing:
            for working in list(self._in_hand):
                working.cancel()
        await gatherResults(list(self._in_hand))
        if self._holding.running:
            self._holding.stop()
        if self._held and not self._outage.ongoing:
            await self._ask(self._queue.give_back(self._name, list(self._held.values())))

    def stopService(self) -> Deferred[None]:
        """See `stop`."""
        super().stopService()
        return Deferred.fromCoroutine(self.stop())

    async def _run(self) -> None:
        with contextlib.suppress(CancelledError):
            await self._take_until_stopped()

    async def _take_until_stopped(self) -> None:
        while self.running:
            await self._free.acquire()
            self._free.release()
            if not self.running:
                return
            try:
                items = await self._take()
            except CancelledError:
                raise
            except Exception as error:
                if self.running:
                    await self._outage.failed(error)
            else:
                self._outage.succeeded()
                for start in range(0, len(items), self._batch):
                    self._start(items[start : start + self._batch])

    async def _take(self) -> list[Item]:
        most = self._free.tokens * self._batch
        now = self._clock.seconds()
        if now >= self._next_claim:
            self._next_claim = now + self._queue.limits.lease / 4
            if self._held:
                # A process that stood still for longer than the lease must not take from itself.
                await self._queue.hold(self._name, list(self._held.values()))
            await self._queue.announce(self._redis, self._name)
            claimed = await self._queue.claim(self._name, most)
            if len(claimed) == most:
                # There may be more.
                self._next_claim = now
            if claimed:
                return claimed
        return await self._queue.take(self._redis, self._name, most)

    async def _hold(self) -> None:
        """Keep others from what is in hand: it is not left behind, however long it takes."""
        if self._held:
            await self._ask(self._queue.hold(self._name, list(self._held.values())))

    def _start(self, items: Sequence[Item]) -> None:
        self._held.update((item.id, item) for item in items)
        working = self._free.run(lambda: Deferred.fromCoroutine(self._work(items)))
        self._in_hand.add(working)
        working.addBoth(lambda _: self._in_hand.discard(working))

    async def _work(self, items: Sequence[Item]) -> None:
        """Handle items, and wait for as long as it takes when a store is away.

        Those that are not handled then, because we are stopped, go to another.
        """
        with contextlib.suppress(CancelledError):
            while not await self._attempt(items) and self.running:
                pass

    async def _attempt(self, items: Sequence[Item]) -> bool:
        """Handle items together; if that fails one by one, so that each costs only itself.

        Args:
            items: They.

        Returns:
            False if a store is away, so that nothing is known of them.
        """
        try:
            await self._handle(items)
        except Exception as error:
            if isinstance(error, CancelledError) and not self.running:
                # By `stop`; otherwise it comes from within, and is an error like others.
                raise
            if is_away(error):
                await self._stores.failed(error, items[0].id)
                return False
            self._stores.succeeded(items[0].id)
            if len(items) > 1:
                for item in items:
                    await self._work([item])
            else:
                reason = f"{type(error).__name__}: {error}"
                await self._settle(items, self._put_back(items[0], reason))
        else:
            self._stores.succeeded(items[0].id)
            await self._settle(items, self._queue.done(items))
        return True

    async def _put_back(self, item: Item, reason: str) -> None:
        await self._queue.failed(self._name, item, reason)
        again = self._clock.seconds() + self._queue.limits.pause(item.attempts)
        self._next_claim = min(self._next_claim, again)

    async def _settle(self, items: Sequence[Item], settling: Awaitable[None]) -> None:
        for item in items:
            self._held.pop(item.id, None)
        await self._ask(settling)

    async def _ask(self, asking: Awaitable[None]) -> None:
        try:
            await asking
        except Exception as error:
            # What was to be settled is handled again after the lease.
            self._log.warn("{queue}: {error}", queue=self._queue.stream, error=error)
