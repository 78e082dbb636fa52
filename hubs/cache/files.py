"""The cache in local files, one a key."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import attrs
from twisted.internet.interfaces import IReactorThreads
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer

from hubs.cache.interfaces import Cached, ICache


@implementer(ICache)
@attrs.frozen
class FileCache:
    """See `ICache`. Files are read and written in the reactor's thread pool.

    A value is written beside its place and then moved there, so that many processes may share
    the folder and none reads half a value.

    Attributes:
        folder: Where the files are; made when it is missing.
        reactor: Whose thread pool is used.
    """

    folder: Path
    reactor: IReactorThreads

    async def get_many(self, keys: Iterable[str]) -> Mapping[str, Cached]:
        """See `ICache`."""
        pool = self.reactor.getThreadPool()
        return await deferToThreadPool(self.reactor, pool, self._read, list(keys))

    async def set(self, key: str, cached: Cached) -> None:
        """See `ICache`."""
        await deferToThreadPool(
            self.reactor, self.reactor.getThreadPool(), self._write, key, cached
        )

    def _read(self, keys: list[str]) -> dict[str, Cached]:
        found = {}
        for key in keys:
            try:
                found[key] = Cached(**json.loads(self._path(key).read_bytes()))
            except (OSError, ValueError, TypeError):
                # Not there, or written by another version: found anew.
                continue
        return found

    def _write(self, key: str, cached: Cached) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(attrs.asdict(cached), file)
            Path(name).replace(self._path(key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _path(self, key: str) -> Path:
        if not key.replace("-", "").replace("_", "").isalnum():
            raise ValueError(f"a cache key has letters, digits, - and _ only, got {key!r}")
        return self.folder / f"{key}.json"
