"""The cache in local files, one a key."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import ParamSpec, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorThreads
from twisted.internet.threads import deferToThreadPool
from zope.interface import implementer

from hubs.cache.interfaces import Cached, ICache
from hubs.cache.record import NOTHING_FOUND, check_key, decode, encode, known_keys

P = ParamSpec("P")
T = TypeVar("T")

#: How often a process that writes looks for files to remove, seconds.
_BETWEEN_SWEEPS = 3600.0


@implementer(ICache)
class FileCache:
    """See `ICache`. Files are read and written in the reactor's thread pool.

    A value is written beside its place and then moved there, so that many processes may share
    the folder and none reads half a value.

    Attributes:
        folder: Where the files are; made when it is missing.
    """

    def __init__(
        self,
        folder: Path,
        reactor: IReactorThreads,
        seconds: Callable[[], float],
        *,
        keep: float,
        max_value: int,
    ) -> None:
        """Prepare to read and write.

        Args:
            folder: Where the files are.
            reactor: Whose thread pool is used.
            seconds: Gives the time, seconds since the epoch.
            keep: How long a value stays that nobody sets again, seconds.
            max_value: Bytes of the largest value.
        """
        self.folder = folder
        self._reactor = reactor
        self._seconds = seconds
        self._keep = keep
        self._max_value = max_value
        self._next_sweep = 0.0

    async def get_many(self, keys: Iterable[str]) -> Mapping[str, Cached]:
        """See `ICache`."""
        return await self._in_thread(self._read, list(keys))

    async def set(self, key: str, cached: Cached) -> None:
        """See `ICache`.

        Raises:
            OSError: The file cannot be written.
        """
        path = self._path(check_key(key))
        await self._in_thread(self._write, path, encode(cached, self._max_value))

    async def present(self, keys: Iterable[str]) -> frozenset[str]:
        """See `ICache`."""
        return await self._in_thread(self._present, list(keys))

    async def delete(self, keys: Iterable[str]) -> int:
        """See `ICache`.

        Raises:
            OSError: A file cannot be removed.
        """
        return await self._in_thread(self._delete, list(keys))

    async def check(self) -> None:
        """See `ICache`.

        Raises:
            OSError: Files cannot be written.
        """
        await self._in_thread(self._try)

    def _in_thread(self, function: Callable[P, T], *args: P.args, **more: P.kwargs) -> Deferred[T]:
        pool = self._reactor.getThreadPool()
        return deferToThreadPool(self._reactor, pool, function, *args, **more)

    def _read(self, keys: list[str]) -> dict[str, Cached]:
        found = {}
        for key, data in self._contents(keys, None):
            cached = decode(data)
            if cached is not None:
                found[key] = cached
        return found

    def _present(self, keys: list[str]) -> frozenset[str]:
        size = len(NOTHING_FOUND)
        contents = self._contents(keys, size)
        return frozenset(key for key, data in contents if data != NOTHING_FOUND)

    def _contents(self, keys: list[str], size: int | None) -> list[tuple[str, bytes]]:
        oldest = self._seconds() - self._keep
        contents = []
        for key in known_keys(keys):
            try:
                with self._path(key).open("rb") as file:
                    if os.fstat(file.fileno()).st_mtime > oldest:
                        contents.append((key, file.read(size)))
            except OSError:
                # Not there, or not for us: found anew.
                continue
        return contents

    def _write(self, path: Path, data: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        handle, name = tempfile.mkstemp(dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.utime(name, (self._seconds(), self._seconds()))
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _try(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder):
            pass

    def _delete(self, keys: list[str]) -> int:
        deleted = 0
        for key in known_keys(keys):
            try:
                self._path(key).unlink()
            except FileNotFoundError:
                continue
            deleted += 1
        return deleted

    def _sweep(self) -> None:
        """Remove what is too old, also what a killed process did not move to its place."""
        now = self._seconds()
        if now < self._next_sweep:
            return
        self._next_sweep = now + _BETWEEN_SWEEPS
        with os.scandir(self.folder) as files:
            for file in files:
                try:
                    if file.is_file() and file.stat().st_mtime <= now - self._keep:
                        Path(file.path).unlink()
                except FileNotFoundError:
                    # Another process sweeps too.
                    continue

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json"
