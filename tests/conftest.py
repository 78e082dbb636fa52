"""Real servers for the tests, each started once and emptied for every test."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg2
import pytest
import pytest_twisted
from twisted.internet import reactor

from hubs.accounts.toml_file import TomlAccounts
from hubs.cache.files import FileCache
from hubs.config import Services, Sources
from hubs.database import migrate
from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.database.team_store import TeamStore
from hubs.demo.private_postgres import PrivatePostgres
from hubs.demo.private_redis import PrivateRedis
from hubs.feeds.postgres import PostgresFeeds
from hubs.redis import Redis, connect
from hubs.sources.session import Session
from hubs.teams.mirror import Mirror
from hubs.widgets.arrange import functions_of
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry
from tests.killable import MongoServer

pytest_plugins = ["tests.surroundings", "tests.hygiene", "tests.accounts.fixtures"]

_numbers = itertools.count()


@pytest.fixture(scope="session")
def servers_folder() -> Iterator[Path]:
    """Give a folder that the account of the servers can reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory(prefix="fedora-hubs-tests-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture(scope="session")
def postgres_server(servers_folder: Path) -> Iterator[str]:
    """Give the URL of a running PostgreSQL with a migrated database ``hubs``."""
    with PrivatePostgres(servers_folder / "postgres", fsync=False) as url:
        migrate.upgrade(url, lambda _: None)
        yield url


@pytest.fixture
def empty_database_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of a new database without any table."""
    yield from _new_database(postgres_server, "template0")


@pytest.fixture
def database_url(postgres_server: str) -> Iterator[str]:
    """Give the URL of a new database of its own, migrated and empty."""
    yield from _new_database(postgres_server, "hubs")


def _new_database(server: str, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    connection = psycopg2.connect(server.replace("/hubs?", "/postgres?"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield server.replace("/hubs?", f"/{name}?")
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest_twisted.async_yield_fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    """Give a started pool on a new, migrated database."""
    pool = Pool(database_url, 2, reactor)
    pool.startService()
    yield pool
    pool.stopService()


@pytest.fixture
def hub_store(pool: Pool) -> HubStore:
    """Give the SQL store on a new database."""
    return HubStore(pool)


@pytest.fixture
def feed_store(pool: Pool) -> PostgresFeeds:
    """Give a store of feeds on the same new database."""
    return PostgresFeeds(pool)


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    """Give an empty cache."""
    return FileCache(
        tmp_path / "cache",
        reactor,  # type: ignore[arg-type]
        reactor.seconds,
        keep=3600.0,
        max_value=1_000_000,
    )


@pytest_twisted.async_yield_fixture
async def sources() -> AsyncIterator[Session]:
    """Give a session for outside services, as the settings' defaults make it."""
    session = Session(Sources(), Services(), reactor)
    yield session
    await session.close()


@pytest.fixture
def stores(hub_store: HubStore, feed_store: PostgresFeeds, sources: Session) -> Stores:
    """Give what widgets read from."""
    return Stores(hub_store, feed_store, sources)


@pytest.fixture
def accounts_file(tmp_path: Path) -> Path:
    """Give the file of an account system that knows nobody yet."""
    file = tmp_path / "accounts.toml"
    file.touch()
    return file


@pytest.fixture
def mirror(pool: Pool, accounts_file: Path) -> Mirror:
    """Give a mirror of the groups in that file."""

    async def nobody(*what: object) -> None:
        del what

    teams = TeamStore(pool, functions_of(Registry.from_entry_points()))
    accounts = TomlAccounts(accounts_file, reactor)  # type: ignore[arg-type]
    return Mirror(accounts, teams, nobody, nobody)


@pytest.fixture(scope="session")
def redis_server(servers_folder: Path) -> Iterator[str]:
    """Give the URL of a running Redis."""
    with PrivateRedis(servers_folder / "redis", fsync=False) as url:
        yield url


@pytest.fixture(scope="session")
def mongo_server(servers_folder: Path) -> Iterator[MongoServer]:
    """Give a running MongoDB."""
    with MongoServer(servers_folder / "mongodb") as server:
        yield server


@pytest_twisted.async_yield_fixture
async def redis(redis_server: str) -> AsyncIterator[Redis]:
    """Give connections to an empty Redis."""
    connections = connect(redis_server, reactor, poolsize=4)
    await connections.execute_command("FLUSHALL")
    yield connections
    await connections.disconnect()
