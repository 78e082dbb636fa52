"""The portal and the event streams as systemd starts them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.web.client import Agent, HTTPConnectionPool

from tests.systemd import Started
from tests.twistd_plugins.load import LOADERS


@pytest.fixture
def config(tmp_path: Path, database_url: str, redis_server: str) -> Path:
    file = tmp_path / "hubs.toml"
    file.write_text(
        f"[database]\nurl = '{database_url}'\npool_size = 2\n"
        f"[redis]\nurl = '{redis_server}'\n"
        f"[cache]\nfolder = '{tmp_path / 'cache'}'\n"
    )
    return file


@pytest.fixture
def web(config: Path, tmp_path: Path) -> Iterator[Started]:
    yield from _at_a_socket(tmp_path / "web", config)


@pytest.fixture
def sse(config: Path, tmp_path: Path) -> Iterator[Started]:
    yield from _at_a_socket(tmp_path / "sse", config)


def _at_a_socket(folder: Path, config: Path) -> Iterator[Started]:
    folder.mkdir()
    started = Started(folder, config)
    yield started
    started.close()
    assert "Traceback" not in started.log


@pytest_twisted.async_yield_fixture
async def agent() -> AsyncIterator[Agent]:
    """Give what keeps connections open, and asks nothing twice."""
    connections = HTTPConnectionPool(reactor, persistent=True)
    connections.retryAutomatically = False
    connections.maxPersistentPerHost = LOADERS
    yield Agent(reactor, pool=connections)
    await connections.closeCachedConnections()
