"""What a page costs: how often it asks the stores, and how many bytes it is."""

from __future__ import annotations

import gzip
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import Clock
from twisted.python.failure import Failure

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.database.pool import Parameters, Pool
from hubs.klein_app.people import PATIENCE, PeopleOfPage
from tests.klein_app.conftest import Town
from tests.klein_app.full_hub import full_hub
from tests.klein_app.visitor import Visitor

#: The most that the HTML of a page may be, compressed.
HTML = 60 * 1024


class CountingPool(Pool):
    """A pool that remembers its statements."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.statements: list[str] = []

    async def query(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        self.statements.append(" ".join(sql.split()))
        return await super().query(sql, parameters)


@pytest_twisted.async_yield_fixture
async def pool(database_url: str) -> AsyncIterator[CountingPool]:
    """Count what is asked of a new database."""
    pool = CountingPool(database_url, 2, reactor)
    pool.startService()
    yield pool
    pool.stopService()


class CountingCache(FileCache):
    """A cache that remembers its look-ups."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asked: list[list[str]] = []

    async def get_many(self, keys: Iterable[str]) -> Mapping[str, Cached]:
        self.asked.append(list(keys))
        return await super().get_many(self.asked[-1])


@pytest.fixture
def cache(tmp_path: Path, clock: Clock) -> CountingCache:
    """Count what is asked of the cache."""
    return CountingCache(tmp_path / "cache", reactor, clock.seconds, keep=1e9, max_value=1 << 20)


async def test_a_full_page_asks_each_store_once(
    visitor: Visitor, town: Town, pool: CountingPool, cache: CountingCache
) -> None:
    await full_hub(town, cache)
    pool.statements.clear()
    page = await visitor.get("/t/lamps/")
    assert page.html.count('id="entry-') == 100
    assert "contributor29" in page.html
    # The hub with its widgets and roles; the feed, whose store is another where it is MongoDB; and
    # who of those that all widgets name has a hub to lead to, which nobody knows before.
    tables = [
        re.findall(r" FROM (hubs|feed_entries)", statement)[0] for statement in pool.statements
    ]
    assert tables == ["hubs", "feed_entries", "hubs"]
    assert len(cache.asked) == 1


@pytest.mark.parametrize("keep", [5.0])
async def test_who_comes_next_costs_one_look_up(
    visitor: Visitor, town: Town, pool: CountingPool, cache: CountingCache
) -> None:
    await full_hub(town, cache)
    first = await visitor.get("/t/lamps/")
    pool.statements.clear()
    cache.asked.clear()
    assert (await visitor.get("/t/lamps/")).body == first.body
    assert [re.findall(r" FROM (hubs|feed_entries)", one)[0] for one in pool.statements] == ["hubs"]
    assert cache.asked == []


async def test_a_full_page_is_small(visitor: Visitor, town: Town, cache: CountingCache) -> None:
    await full_hub(town, cache)
    page = await visitor.get("/t/lamps/", Accept_Encoding="gzip")
    assert gzip.decompress(page.body).count(b'id="entry-') == 100
    assert len(page.body) < HTML


@attrs.define
class People:
    """Knows all whose name begins with a vowel."""

    asked: list[set[str]] = attrs.field(factory=list)
    error: Exception | None = None

    async def known(self, names: Iterable[str]) -> set[str]:
        self.asked.append(set(names))
        if self.error is not None:
            raise self.error
        return {name for name in names if name[0] in "aeiou"}


def ask(page: PeopleOfPage, *names: str) -> Deferred[set[str]]:
    return Deferred.fromCoroutine(page.known(names))


def test_widgets_that_ask_are_answered_by_one_look_up() -> None:
    people = People()
    page = PeopleOfPage(people.known, 3, Clock())
    first, second = ask(page, "abe", "ben"), ask(page, "abe", "eve")
    assert people.asked == []
    page.leave()
    assert people.asked == [{"abe", "ben", "eve"}]
    assert first.result == {"abe"}
    assert second.result == {"abe", "eve"}


def test_who_asks_for_nobody_waits_for_nobody() -> None:
    people = People()
    assert ask(PeopleOfPage(people.known, 3, Clock())).result == set()
    assert people.asked == []


def test_a_slow_widget_keeps_the_others_waiting_for_a_moment_only() -> None:
    people, clock = People(), Clock()
    page = PeopleOfPage(people.known, 2, clock)
    quick = ask(page, "abe")
    clock.advance(PATIENCE)
    assert quick.result == {"abe"}
    page.leave()
    assert ask(page, "eve").result == {"eve"}
    page.leave()
    assert clock.getDelayedCalls() == []


def test_who_gives_up_waiting_leaves_the_others_their_answer() -> None:
    people, clock = People(), Clock()
    page = PeopleOfPage(people.known, 2, clock)
    impatient = ask(page, "abe").addErrback(lambda failure: failure.trap(CancelledError))
    impatient.cancel()
    page.leave()
    patient = ask(page, "eve")
    assert patient.result == {"eve"}
    page.leave()
    assert clock.getDelayedCalls() == []


def test_when_all_leave_nobody_is_looked_up() -> None:
    people, clock = People(), Clock()
    page = PeopleOfPage(people.known, 2, clock)
    ask(page, "abe").addErrback(lambda failure: failure.trap(CancelledError)).cancel()
    page.leave()
    page.leave()
    assert people.asked == []
    assert clock.getDelayedCalls() == []


def test_a_look_up_that_fails_fails_for_each() -> None:
    page = PeopleOfPage(People(error=OSError("away")).known, 2, Clock())
    failures: list[Failure] = []
    for name in ("abe", "eve"):
        ask(page, name).addErrback(failures.append)
    assert [str(failure.value) for failure in failures] == ["away", "away"]
