"""Commands as real processes, with the settings of the test's servers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from hubs.cache.files import FileCache
from tests.processes import run

#: Runs ``fedora-hubs`` with some words and gives what it said.
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def settings_file(tmp_path: Path, database_url: str, redis_server: str, cache: FileCache) -> Path:
    """Give a settings file for the servers and the cache of the test."""
    file = tmp_path / "hubs.toml"
    file.write_text(
        f"[database]\nurl = '{database_url}'\npool_size = 2\n"
        f"[redis]\nurl = '{redis_server}'\n"
        f"[cache]\nfolder = '{cache.folder}'\n"
    )
    return file


@pytest.fixture
def fedora_hubs(settings_file: Path) -> Command:
    """Give the command, which is told of the settings by its environment."""

    def command(*words: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        more.setdefault("FEDORA_HUBS_CONFIG", str(settings_file))
        done = run("fedora-hubs", *words, **more)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return command
