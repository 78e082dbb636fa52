"""The pool, on a real PostgreSQL that comes and goes."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from twisted.internet import reactor
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import capturedLogs, formatEvent
from txpostgres.reconnection import ConnectionDead
from txpostgres.txpostgres import Cursor

from hubs.database.pool import DatabaseAwayError, Pool, _Connection
from hubs.demo.private_postgres import PrivatePostgres
from hubs.pipeline.away import is_away
from tests.cable import cable_to
from tests.killable import PostgresServer
from tests.until import until


async def answers(pool: Pool) -> bool:
    try:
        return await pool.query("SELECT 1") == [(1,)]
    except (ConnectionDead, psycopg2.Error):
        return False


async def test_it_comes_back_when_the_server_does(servers_folder: Path) -> None:
    server = PrivatePostgres(servers_folder / "restarted-postgres", fsync=False)
    pool = Pool(server.start(), 2, reactor)
    server.stop()
    pool.startService()
    assert not await answers(pool)
    server.start()
    await until(lambda: answers(pool))
    server.stop()
    assert not await answers(pool)
    server.start()
    await until(lambda: answers(pool))
    pool.stopService()
    server.stop()


async def test_a_server_that_dies_while_nobody_asks_is_told_of_in_one_line(
    servers_folder: Path,
) -> None:
    with PostgresServer(servers_folder / "killed-postgres") as server, capturedLogs() as events:
        pool = Pool(server.url, 3, reactor)
        pool.startService()
        assert await answers(pool)
        server.kill()
        await until(lambda: bool(events))
        server.start()
        await until(lambda: "are back" in formatEvent(events[-1]))
        pool.stopService()
    assert [formatEvent(event).partition(",")[0] for event in events] == [
        "PostgreSQL cannot be reached",
        "All connections to PostgreSQL are back",
    ]


async def test_a_server_that_says_nothing_is_given_up_and_asked_again(
    servers_folder: Path,
) -> None:
    with PostgresServer(servers_folder / "frozen-postgres") as server:
        pool, late = (Pool(server.url, 2, reactor, patience=2.0) for _ in range(2))
        pool.startService()
        await until(lambda: answers(pool))
        with server.frozen():
            late.startService()
            for one in (pool, late):
                with pytest.raises((psycopg2.OperationalError, DatabaseAwayError)) as caught:
                    await one.query("SELECT 1")
                assert is_away(caught.value)
        for one in (pool, late):
            await until(lambda one=one: answers(one))
            one.stopService()


async def test_a_connection_whose_server_is_gone_without_a_word_is_replaced(
    servers_folder: Path,
) -> None:
    with PostgresServer(servers_folder / "far-postgres") as server:
        async with cable_to(server.port) as cable:
            url = f"postgresql://postgres@127.0.0.1:{cable.near_port}/postgres?sslmode=disable"
            pool = Pool(url, 1, reactor, patience=2.0)
            pool.startService()
            await until(lambda: answers(pool))
            cable.cut()
            with pytest.raises(psycopg2.OperationalError, match=r"no answer within 2 seconds"):
                await pool.query("SELECT 1")
            await until(lambda: answers(pool))
            cable.cut()

            async def body(cursor: Cursor) -> None:
                await cursor.execute("SELECT 1")

            with pytest.raises(DatabaseAwayError, match="no answer within"):
                await pool.transaction(body)
            await until(lambda: answers(pool))
            pool.stopService()


async def test_a_connection_that_is_lost_is_in_nobodys_way(pool: Pool) -> None:
    for connection in pool._connections:
        connection.detector.connectionIsDead = True
        assert await pool.query("SELECT 1") == [(1,)]
        connection.detector.connectionIsDead = False


async def test_the_reactor_knows_no_socket_while_libpq_may_close_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[str] = Counter()
    known: list[str] = []

    def look(connection: psycopg2.extensions.connection, call: str) -> None:
        asked[call] += 1
        sockets = {one.fileno() for one in (*reactor.getReaders(), *reactor.getWriters())}
        if connection.fileno() in sockets:
            known.append(call)

    class Watched(psycopg2.extensions.connection):
        def poll(self) -> int:
            look(self, "poll")
            return super().poll()

    class WatchedCursor(psycopg2.extensions.cursor):
        def execute(self, *statement: Any) -> None:
            look(self.connection, "execute")
            super().execute(*statement)

    watched = partial(psycopg2.connect, connection_factory=Watched, cursor_factory=WatchedCursor)
    monkeypatch.setattr(_Connection, "connectionFactory", staticmethod(watched))
    pool = Pool(database_url, 1, reactor)
    pool.startService()
    assert await answers(pool)
    assert set(asked) == {"poll", "execute"}
    assert known == []
    pool.stopService()


async def test_a_pool_that_stops_while_the_server_is_away_leaves_nothing() -> None:
    pool = Pool("postgresql://postgres@/hubs?host=/nowhere", 2, reactor)
    pool.startService()
    assert not await answers(pool)
    pool.stopService()


async def test_who_leaves_is_told_so_and_the_statement_ends_by_itself(pool: Pool) -> None:
    # It is open now, so that the next statement begins at once.
    await pool.query("SELECT 1")
    asked = Deferred.fromCoroutine(pool.run("CREATE TABLE left_alone AS SELECT 1 AS one"))
    asked.cancel()
    with pytest.raises(CancelledError):
        await asked
    await until(partial(made, pool))
    assert await pool.query("SELECT one FROM left_alone") == [(1,)]


async def made(pool: Pool) -> bool:
    """Tell whether a statement that makes a table has ended."""
    return await pool.query("SELECT to_regclass('left_alone')") != [(None,)]


async def test_a_transaction_that_raises_keeps_nothing(pool: Pool) -> None:
    async def body(cursor: object) -> None:
        await cursor.execute("INSERT INTO people (username) VALUES ('abe')")  # type: ignore[attr-defined]
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await pool.transaction(body)
    assert await pool.query("SELECT * FROM people") == []


async def test_a_server_that_dies_in_a_transaction_is_away(
    servers_folder: Path,
) -> None:
    with PostgresServer(servers_folder / "dying-postgres") as server:
        pool = Pool(server.url, 1, reactor)
        pool.startService()

        async def body(cursor: Cursor) -> None:
            await cursor.execute("SELECT 1")
            server.kill()
            await cursor.execute("SELECT 1")

        with pytest.raises(DatabaseAwayError, match=r"cannot be reached: [Fs]"):
            await pool.transaction(body)
        pool.stopService()


async def test_a_pool_that_is_not_started_says_so() -> None:
    with pytest.raises(RuntimeError, match="not started"):
        await Pool("postgresql:///hubs", 1, reactor).query("SELECT 1")
