"""What is special about the cache in files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from twisted.internet import reactor

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached


async def test_what_cannot_be_read_is_not_found(file_cache: FileCache) -> None:
    await file_cache.set("a", Cached(1))
    [file] = file_cache.folder.iterdir()
    for broken in ("", "[1]", '{"strange": 1}', "\0"):
        file.write_text(broken)
        assert await file_cache.get_many(["a"]) == {}


async def test_no_key_leaves_the_folder(file_cache: FileCache, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"got '\.\./a'"):
        await file_cache.set("../a", Cached(1))
    assert not (tmp_path / "a.json").exists()


async def test_only_its_account_may_read_the_folder(file_cache: FileCache) -> None:
    await file_cache.set("a", Cached(1))
    assert file_cache.folder.stat().st_mode & 0o777 == 0o700


async def test_who_writes_removes_what_is_too_old(file_cache: FileCache) -> None:
    file_cache.folder.mkdir(parents=True)
    old, half, young = (file_cache.folder / name for name in ("old.json", "tmpx", "young.json"))
    for file in (old, half, young):
        file.write_text("{}")
    for file in (old, half):
        os.utime(file, (1.0, 1.0))
    await file_cache.set("a", Cached(1))
    assert {file.name for file in file_cache.folder.iterdir()} == {"young.json", "a.json"}


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, keep: int) -> None:
    (tmp_path / "file").touch()
    cache = FileCache(
        tmp_path / "file" / "cache",
        reactor,  # type: ignore[arg-type]
        reactor.seconds,
        keep=keep,
        max_value=1024,
    )
    with pytest.raises(OSError, match="file/cache"):
        await cache.set("a", Cached(1))
    assert await cache.get_many(["a"]) == {}
    with pytest.raises(OSError, match="file/cache"):
        await cache.check()
