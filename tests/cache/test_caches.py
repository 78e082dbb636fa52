"""What every cache must do."""

from __future__ import annotations

from pathlib import Path

import pytest
from twisted.internet.defer import Deferred, gatherResults
from zope.interface.verify import verifyObject

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached, ICache


async def test_it_offers_the_interface(cache: ICache) -> None:
    assert verifyObject(ICache, cache)


async def test_what_is_set_is_found(cache: ICache) -> None:
    value = Cached({"names": ["Žoë"], "n": 1}, time=1.5, error="no answer", failed_at=2.0)
    await cache.set("12-members-members-0f", value)
    found = await cache.get_many(["12-members-members-0f", "13-members-members-0f"])
    assert found == {"12-members-members-0f": value}


async def test_the_last_value_wins(cache: ICache) -> None:
    await cache.set("a", Cached(1))
    await cache.set("a", Cached(2))
    assert await cache.get_many(["a"]) == {"a": Cached(2)}


async def test_many_writers_leave_one_whole_value(cache: ICache) -> None:
    values = [Cached(str(n) * 5000) for n in range(10)]
    await gatherResults([Deferred.fromCoroutine(cache.set("a", value)) for value in values])
    assert (await cache.get_many(["a"]))["a"] in values


async def test_what_cannot_be_read_is_not_found(cache: FileCache) -> None:
    await cache.set("a", Cached(1))
    [file] = cache.folder.iterdir()
    for broken in ("", "[1]", '{"strange": 1}'):
        file.write_text(broken)
        assert await cache.get_many(["a"]) == {}


async def test_no_key_leaves_the_folder(cache: FileCache, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"got '\.\./a'"):
        await cache.set("../a", Cached(1))
    assert not (tmp_path / "a.json").exists()
