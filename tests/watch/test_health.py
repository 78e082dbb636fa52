"""Whether a service is ready, and why not."""

from __future__ import annotations

from prometheus_client import REGISTRY
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from hubs.watch.health import FRESH, TIMEOUT, Health


class Store:
    """Answers, or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.asked = 0
        self.error = error

    async def check(self) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error


async def test_a_service_is_ready_when_all_it_needs_answers() -> None:
    health = Health(Clock())
    health.add("database", Store().check)
    health.add("cache", Store(OSError("disk\nfull")).check, needed=False)
    report = await health.report()
    assert report.ready
    assert report.reasons == {"database": "", "cache": "disk full"}
    assert REGISTRY.get_sample_value("hubs_store_up", {"store": "database"}) == 1
    assert REGISTRY.get_sample_value("hubs_store_up", {"store": "cache"}) == 0


async def test_a_store_that_it_needs_makes_it_unready_and_is_named() -> None:
    health = Health(Clock())
    health.add("database", Store(ValueError()).check)
    report = await health.report()
    assert not report.ready
    assert report.reasons == {"database": "ValueError"}


async def test_a_store_that_hangs_is_given_up() -> None:
    clock = Clock()
    health = Health(clock)
    health.add("database", Deferred)
    reporting = Deferred.fromCoroutine(health.report())
    clock.advance(TIMEOUT)
    assert (await reporting).reasons == {"database": "no answer within 5 seconds"}


async def test_stores_are_asked_again_only_after_a_while() -> None:
    clock, store = Clock(), Store()
    health = Health(clock)
    health.add("database", store.check)
    for _ in range(3):
        await health.report()
    assert store.asked == 1
    store.error = OSError("gone")
    clock.advance(FRESH)
    assert not (await health.report()).ready
    assert store.asked == 2


async def test_who_asks_while_others_wait_gets_the_same_answer() -> None:
    clock = Clock()
    health = Health(clock)
    asked: list[Deferred[None]] = []

    def check() -> Deferred[None]:
        asked.append(Deferred())
        return asked[-1]

    health.add("database", check)
    reporting = [Deferred.fromCoroutine(health.report()) for _ in range(3)]
    assert len(asked) == 1
    asked[0].callback(None)
    assert {id(await report) for report in reporting} == {id(await health.report())}


async def test_without_stores_it_is_ready() -> None:
    assert (await Health(Clock()).report()).ready
