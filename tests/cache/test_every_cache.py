"""What every cache must do, on real servers."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred, gatherResults
from zope.interface.verify import verifyObject

from hubs.cache.interfaces import Cached, ICache, TooLargeError
from tests.cache.conftest import MAX_VALUE
from tests.until import until

KEY = "12-members-members-0f"


async def test_it_offers_the_interface(any_cache: ICache) -> None:
    assert verifyObject(ICache, any_cache)


@pytest.mark.parametrize("value", [None, 0, "", [], {"names": ["Žoë", "\r\n\0"], "n": 1}])
async def test_what_is_set_is_found(any_cache: ICache, value: object) -> None:
    cached = Cached(value, time=1.5, error="no answer", failed_at=2.0)
    await any_cache.set(KEY, cached)
    found = await any_cache.get_many([KEY, "13-members-members-0f", KEY])
    assert found == {KEY: cached}


async def test_no_keys_is_no_question(any_cache: ICache) -> None:
    assert await any_cache.get_many([]) == {}
    assert await any_cache.present([]) == set()
    assert await any_cache.delete([]) == 0


async def test_the_last_value_wins(any_cache: ICache) -> None:
    await any_cache.set("a", Cached(1))
    await any_cache.set("a", Cached(2))
    assert await any_cache.get_many(["a"]) == {"a": Cached(2)}


async def test_many_writers_leave_one_whole_value(any_cache: ICache) -> None:
    values = [Cached(str(n) * 5000) for n in range(10)]
    await gatherResults([Deferred.fromCoroutine(any_cache.set("a", value)) for value in values])
    assert (await any_cache.get_many(["a"]))["a"] in values


async def test_only_keys_under_which_something_was_found_are_present(any_cache: ICache) -> None:
    await any_cache.set("found", Cached(None, time=1.0))
    await any_cache.set("stale", Cached("old", time=1.0, error="no answer", failed_at=2.0))
    await any_cache.set("failed", Cached(error="no answer", failed_at=2.0))
    present = await any_cache.present(["found", "stale", "failed", "never", "found"])
    assert present == {"found", "stale"}


async def test_what_is_deleted_is_gone_and_counted(any_cache: ICache) -> None:
    for key in ("a", "b", "c"):
        await any_cache.set(key, Cached(key, time=1.0))
    assert await any_cache.delete(["a", "b", "never", "a"]) == 2
    assert await any_cache.get_many(["a", "b", "c"]) == {"c": Cached("c", time=1.0)}
    assert await any_cache.present(["a", "b", "c"]) == {"c"}


async def test_more_keys_than_one_question_holds(any_cache: ICache) -> None:
    keys = [f"{number}-lamp-count-0f" for number in range(250)]
    for key in keys[::2]:
        await any_cache.set(key, Cached(key, time=1.0))
    assert set(await any_cache.get_many(keys)) == set(keys[::2])
    assert await any_cache.present(keys) == set(keys[::2])
    assert await any_cache.delete(keys) == 125


async def test_a_value_that_is_too_large_is_refused_and_the_old_one_stays(
    any_cache: ICache,
) -> None:
    await any_cache.set("a", Cached("small"))
    with pytest.raises(TooLargeError, match=f"cache.max_value, which is {MAX_VALUE}"):
        await any_cache.set("a", Cached("x" * MAX_VALUE))
    assert await any_cache.get_many(["a"]) == {"a": Cached("small")}
    large = Cached("x" * (MAX_VALUE - 200))
    await any_cache.set("a", large)
    assert await any_cache.get_many(["a"]) == {"a": large}


@pytest.mark.parametrize("key", ["../a", "", "a b", "a\r\nflush_all", "x" * 201, "é"])
async def test_what_is_no_key_is_refused_and_never_found(any_cache: ICache, key: str) -> None:
    with pytest.raises(ValueError, match=r"a cache key has up to 200 letters"):
        await any_cache.set(key, Cached(1))
    assert await any_cache.get_many([key]) == {}
    assert await any_cache.present([key]) == set()
    assert await any_cache.delete([key]) == 0


async def test_what_json_does_not_know_is_refused(any_cache: ICache) -> None:
    with pytest.raises(TypeError):
        await any_cache.set("a", Cached(object()))


@pytest.mark.parametrize("keep", [1])
async def test_what_nobody_sets_again_leaves_in_the_end(any_cache: ICache, keep: int) -> None:
    await any_cache.set("a", Cached(1, time=1.0))

    async def gone() -> bool:
        return not await any_cache.get_many(["a"])

    await until(gone)
    assert await any_cache.present(["a"]) == set()


async def test_it_says_that_it_can_be_used(any_cache: ICache) -> None:
    await any_cache.check()
