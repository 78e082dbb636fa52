"""Bringing a database up to date, on a real PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest

from hubs.database import migrate
from hubs.database.migrations import versions

STEPS = sorted(path.name[:4] for path in Path(versions.__path__[0]).glob("0*.py"))
HEAD = f"The database is now at step {STEPS[-1]}."
UP_TO_DATE = f"The database is up to date, at step {STEPS[-1]}."


def test_an_empty_database_gets_every_step_and_says_so(empty_database_url: str) -> None:
    said: list[str] = []
    migrate.upgrade(empty_database_url, said.append)
    assert said[0] == "Applied step 0001: Hubs, people, roles, widgets and interests."
    assert [line.partition(":")[0] for line in said[:-1]] == [f"Applied step {n}" for n in STEPS]
    assert said[-1] == HEAD


def test_a_second_time_changes_nothing(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url, lambda _: None)
    said: list[str] = []
    migrate.upgrade(empty_database_url, said.append)
    assert said == [UP_TO_DATE]


def test_an_older_database_gets_what_it_lacks_and_keeps_what_it_has(
    empty_database_url: str,
) -> None:
    migrate.upgrade(empty_database_url, lambda _: None, to="0001")
    with psycopg2.connect(empty_database_url) as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO people (username) VALUES ('abe')")
    connection.close()
    said: list[str] = []
    migrate.upgrade(empty_database_url, said.append)
    assert said[0].startswith("Applied step 0002")
    with psycopg2.connect(empty_database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT username FROM people")
        assert cursor.fetchall() == [("abe",)]
    connection.close()


def test_two_machines_at_once_do_it_once(empty_database_url: str) -> None:
    said: list[str] = []
    with ThreadPoolExecutor(4) as threads:
        for done in [
            threads.submit(migrate.upgrade, empty_database_url, said.append) for _ in range(4)
        ]:
            done.result()
    assert said.count(HEAD) == 1
    assert said.count(UP_TO_DATE) == 3


def test_a_newer_database_is_refused(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url, lambda _: None)
    with psycopg2.connect(empty_database_url) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(migrate.MigrationError, match="'9999', which this version of Hubs does"):
        migrate.upgrade(empty_database_url, lambda _: None)


def test_a_database_that_is_away_is_named_in_one_line() -> None:
    with pytest.raises(migrate.MigrationError) as caught:
        migrate.upgrade("postgresql://127.0.0.1:1/hubs", lambda _: None)
    assert "refused" in str(caught.value)
    assert "\n" not in str(caught.value)
