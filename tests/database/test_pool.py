"""The pool, on a real PostgreSQL that comes and goes."""

from __future__ import annotations

from pathlib import Path

import psycopg2
import pytest
from twisted.internet import reactor
from txpostgres.reconnection import ConnectionDead

from hubs.database.pool import Pool
from hubs.demo.private_postgres import PrivatePostgres
from tests.until import until


async def answers(pool: Pool) -> bool:
    try:
        return await pool.query("SELECT 1") == [(1,)]
    except (ConnectionDead, psycopg2.Error):
        return False


@pytest.mark.patience(60)
async def test_it_comes_back_when_the_server_does(servers_folder: Path) -> None:
    server = PrivatePostgres(servers_folder / "restarted", fsync=False)
    pool = Pool(server.start(), 2, reactor)
    server.stop()
    pool.startService()
    assert not await answers(pool)
    server.start()
    await until(lambda: answers(pool), 30)
    server.stop()
    assert not await answers(pool)
    server.start()
    await until(lambda: answers(pool), 30)
    pool.stopService()
    server.stop()


async def test_a_pool_that_stops_while_the_server_is_away_leaves_nothing() -> None:
    pool = Pool("postgresql://postgres@/hubs?host=/nowhere", 2, reactor)
    pool.startService()
    assert not await answers(pool)
    pool.stopService()


async def test_a_transaction_that_raises_keeps_nothing(pool: Pool) -> None:
    async def body(cursor: object) -> None:
        await cursor.execute("INSERT INTO people (username) VALUES ('abe')")  # type: ignore[attr-defined]
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await pool.transaction(body)
    assert await pool.query("SELECT * FROM people") == []


async def test_a_pool_that_is_not_started_says_so() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        await Pool("postgresql:///hubs", 1, reactor).query("SELECT 1")
