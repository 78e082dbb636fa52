"""What triage and worker have in common: take items, handle some at once, end cleanly."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Sequence

from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred, DeferredSemaphore, gatherResults
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

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
        """
        self._queue = queue
        self._handle = handle
        self._redis = redis
        self._name = consumer
        self._clock = clock
        self._batch = batch
        self._concurrency = concurrency
        self._free = DeferredSemaphore(concurrency)
        self._outage = Outage(f"Redis, for {queue.stream},", clock)
        self._next_claim = 0.0
        self._in_hand: set[Deferred[None]] = set()
        self._running: Deferred[None] | None = None

    def startService(self) -> None:
        """Begin to take."""
        super().startService()
        self._running = Deferred.fromCoroutine(self._run())

    async def stop(self) -> None:
        """Take no more, and wait until all in hand is done."""
        if self._running is not None:
            if self._outage.ongoing:
                # Nothing is on its way to us, so there is nothing to wait for.
                self._running.cancel()
            await self._running
        await gatherResults(list(self._in_hand))

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
        if self._clock.seconds() >= self._next_claim:
            claimed = await self._queue.claim(self._name, most)
            if len(claimed) == most:
                return claimed
            self._next_claim = self._clock.seconds() + self._queue.limits.lease / 4
            if claimed:
                return claimed
        return await self._queue.take(self._redis, self._name, most)

    def _start(self, items: Sequence[Item]) -> None:
        working = self._free.run(lambda: Deferred.fromCoroutine(self._work(items)))
        self._in_hand.add(working)
        working.addBoth(lambda _: self._in_hand.discard(working))

    async def _work(self, items: Sequence[Item]) -> None:
        """Handle items together; if that fails one by one, so that each costs only itself."""
        try:
            await self._handle(items)
        except Exception as error:
            if len(items) > 1:
                for item in items:
                    await self._work([item])
                return
            await self._settle(self._queue.failed(items[0], f"{type(error).__name__}: {error}"))
        else:
            await self._settle(self._queue.done(items))

    async def _settle(self, settling: Awaitable[None]) -> None:
        try:
            await settling
        except Exception as error:
            # It stays held by us, and is handled again after the lease.
            self._log.warn("{queue}: {error}", queue=self._queue.stream, error=error)
