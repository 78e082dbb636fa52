"""The private PostgreSQL and Redis of the demo, with the real servers."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from hubs.demo.account import Account
from hubs.demo.private_postgres import PrivatePostgres
from hubs.demo.private_redis import PrivateRedis
from hubs.demo.private_server import PrivateServer
from hubs.demo.server_program import ServerError, find_program
from tests.processes import freeze
from tests.until import wait_until

BOTH = pytest.mark.parametrize("server", [PrivatePostgres, PrivateRedis])
AS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root's servers run under another account"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every account can reach, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as path:
        Path(path).chmod(0o711)
        yield Path(path)
        for process in living_in(Path(path)):  # Only a test that failed leaves any.
            os.kill(process, signal.SIGKILL)


def sql(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def redis(url: str, command: str) -> str:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(url.removeprefix("unix://"))
        client.sendall(command.encode() + b"\r\n")
        return client.recv(65536).decode()


def living_in(folder: Path) -> list[int]:
    """Give the processes that run in a folder: servers and what watches over them."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place = (process / "cwd").readlink()
        except OSError:
            continue
        if place.is_relative_to(folder.resolve()):
            found.append(int(process.name))
    return found


def owner_of_both(folder: Path) -> subprocess.Popen[str]:
    """Start a process that owns both servers, and wait until they run."""
    owner = start_owner(folder)
    assert owner.stdout
    assert "unix:" in owner.stdout.readline()
    return owner


def start_owner(folder: Path) -> subprocess.Popen[str]:
    code = """
import sys
from pathlib import Path
from hubs.demo.private_postgres import PrivatePostgres
from hubs.demo.private_redis import PrivateRedis
folder = Path(sys.argv[1])
with PrivatePostgres(folder / "sql", fsync=False) as sql, PrivateRedis(folder / "redis") as redis:
    print(sql, redis, flush=True)
    sys.stdin.read()
"""
    return subprocess.Popen(
        [sys.executable, "-c", code, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def lifelines(folder: Path) -> list[int]:
    return [pid for pid in living_in(folder) if b"lifeline" in command_of(pid)]


def command_of(process: int) -> bytes:
    """Give the command of a process; nothing for one that has ended, as PostgreSQL's often do."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def session_of(process: int) -> int | None:
    """Give the session of a process; None for one that has ended."""
    with contextlib.suppress(ProcessLookupError):
        return os.getsid(process)
    return None


def waits_for_a_lock(process: subprocess.Popen[str]) -> bool:
    blocked = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return any("->" in words and str(process.pid) in words for words in blocked)


def killed(owner: subprocess.Popen[str]) -> None:
    owner.kill()
    owner.communicate()


def test_postgres_has_an_empty_utf8_database_and_listens_on_no_port(folder: Path) -> None:
    with PrivatePostgres(folder / "sql", fsync=False) as url:
        settings = "server_encoding", "listen_addresses", "lc_messages", "fsync"
        found = [sql(url, f"SHOW {name}")[0][0] for name in settings]
        assert found == ["UTF8", "", "C", "off"]
        assert sql(url, "SELECT current_database()") == [("hubs",)]
        assert sql(url, "SELECT datcollate FROM pg_database WHERE datname = 'hubs'") == [("C",)]


def test_postgres_writes_through_to_the_disk_unless_told_otherwise(folder: Path) -> None:
    with PrivatePostgres(folder / "sql") as url:
        assert sql(url, "SHOW fsync") == [("on",)]


def test_redis_listens_on_no_port_and_keeps_what_it_is_given(folder: Path) -> None:
    with PrivateRedis(folder / "redis") as url:
        assert "port\r\n$1\r\n0\r\n" in redis(url, "CONFIG GET port")
        assert redis(url, "SET colour blue") == "+OK\r\n"
    with PrivateRedis(folder / "redis") as url:
        assert redis(url, "GET colour") == "$4\r\nblue\r\n"


def test_postgres_keeps_what_it_is_given_and_says_what_it_does(folder: Path) -> None:
    said: list[str] = []
    with PrivatePostgres(folder / "sql", said.append, fsync=False) as url:
        sql(url, "CREATE TABLE colours AS SELECT 'blue' AS name")
    with PrivatePostgres(folder / "sql", said.append, fsync=False) as url:
        assert sql(url, "SELECT name FROM colours") == [("blue",)]
    assert said == [
        f"Creating a database in {folder.resolve()}/sql/data (only the first time) …",
        "Starting PostgreSQL …",
        "Starting PostgreSQL …",
    ]


@BOTH
def test_only_its_own_account_can_enter_the_folder_of_the_socket(
    folder: Path, server: type[PrivateServer]
) -> None:
    with server(folder / "server", fsync=False):
        data = folder / "server" / "data"
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        assert data.stat().st_uid != 0
        assert (data / server.socket).is_socket()


@BOTH
def test_it_runs_in_a_session_that_no_ctrl_c_reaches(
    folder: Path, server: type[PrivateServer]
) -> None:
    with server(folder / "server", fsync=False):
        sessions = set(map(session_of, living_in(folder))) - {None}
        assert len(sessions) >= 2
        assert os.getsid(0) not in sessions


@BOTH
def test_stopped_it_leaves_no_process(folder: Path, server: type[PrivateServer]) -> None:
    private = server(folder / "server", fsync=False)
    private.start()
    assert living_in(folder)
    private.stop()
    assert living_in(folder) == []
    private.stop()


@BOTH
def test_a_folder_in_use_is_refused_in_one_line(folder: Path, server: type[PrivateServer]) -> None:
    with server(folder / "server", fsync=False):
        with pytest.raises(ServerError, match=r"/server is in use: another demo runs on it\.$"):
            server(folder / "server").start()
        assert living_in(folder)


def test_the_servers_of_a_killed_owner_stop_and_the_next_one_finds_their_data(
    folder: Path,
) -> None:
    owner = owner_of_both(folder)
    sql(f"postgresql://postgres@/hubs?host={folder}/sql/data", "CREATE TABLE kept ()")
    redis(f"unix://{folder}/redis/data/redis.sock", "SET kept yes")
    killed(owner)
    said: list[str] = []
    with PrivatePostgres(folder / "sql", said.append, fsync=False) as url:
        assert sql(url, "SELECT count(*) FROM kept") == [(0,)]
    with PrivateRedis(folder / "redis", said.append) as url:
        assert "yes" in redis(url, "GET kept")
    assert said == ["Starting PostgreSQL …", "Starting Redis …"]
    assert living_in(folder) == []


def test_the_next_owner_waits_until_the_lifeline_of_a_killed_one_has_ended(folder: Path) -> None:
    owner = owner_of_both(folder)
    slow = lifelines(folder)
    freeze(slow)
    killed(owner)
    heir = start_owner(folder)
    wait_until(lambda: waits_for_a_lock(heir))
    for process in slow:
        os.kill(process, signal.SIGCONT)
    heir.communicate()
    assert heir.returncode == 0
    assert living_in(folder) == []


def test_servers_that_outlived_everybody_are_stopped_at_the_next_start(folder: Path) -> None:
    owner = owner_of_both(folder)
    for process in lifelines(folder):
        os.kill(process, signal.SIGKILL)
    killed(owner)
    left = set(living_in(folder))
    assert len(left) > 2
    said: list[str] = []
    with PrivatePostgres(folder / "sql", said.append), PrivateRedis(folder / "redis", said.append):
        assert not left & set(living_in(folder))
    assert said == [
        "Stopping the PostgreSQL that a killed demo left …",
        "Starting PostgreSQL …",
        "Stopping the Redis that a killed demo left …",
        "Starting Redis …",
    ]
    assert living_in(folder) == []


def test_a_process_number_that_is_somebody_elses_by_now_is_let_live(folder: Path) -> None:
    with PrivatePostgres(folder / "sql", fsync=False):
        state = (folder / "sql" / "data" / "postmaster.pid").read_text().splitlines()
    options = Account.for_servers().process_options
    with subprocess.Popen(["sleep", "3600"], **options) as stranger:
        state[0] = str(stranger.pid)
        (folder / "sql" / "data" / "postmaster.pid").write_text("\n".join(state) + "\n")
        with PrivatePostgres(folder / "sql", fsync=False) as url:
            assert sql(url, "SELECT 1") == [(1,)]
        assert stranger.poll() is None
        stranger.kill()


def test_a_database_whose_making_was_cut_short_is_made_anew(folder: Path) -> None:
    with PrivatePostgres(folder / "sql", fsync=False):
        pass
    (folder / "sql" / "data").rename(folder / "sql" / "data.new")
    with PrivatePostgres(folder / "sql", fsync=False) as url:
        assert sql(url, "SELECT current_database()") == [("hubs",)]


@BOTH
def test_a_folder_too_deep_for_a_socket_works(folder: Path, server: type[PrivateServer]) -> None:
    deep = folder / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    private = server(deep / "server", fsync=False)
    url = private.start()
    address = url.partition("host=")[2] or url.removeprefix("unix://")
    assert Path(address).exists()
    assert "hubs-" in address
    private.stop()
    assert not Path(address).parent.exists()


@BOTH
def test_a_folder_with_other_things_is_refused_and_left_alone(
    folder: Path, server: type[PrivateServer]
) -> None:
    (folder / "letters").write_text("dear")
    with pytest.raises(ServerError, match="holds things that are not the demo's"):
        server(folder).start()
    assert [path.name for path in folder.iterdir()] == ["letters"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o711


@BOTH
def test_a_folder_that_cannot_be_made_is_named_in_one_line(
    folder: Path, server: type[PrivateServer]
) -> None:
    (folder / "file").touch()
    with pytest.raises(ServerError, match=r"cannot use .*/file/server: Not a directory$"):
        server(folder / "file" / "server").start()


def test_data_of_another_postgres_is_refused_with_what_it_says(folder: Path) -> None:
    with PrivatePostgres(folder / "sql", fsync=False):
        pass
    (folder / "sql" / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerError, match=r"PostgreSQL did not start: .*version 9") as refused:
        PrivatePostgres(folder / "sql").start()
    assert "\n" not in str(refused.value)
    assert living_in(folder) == []


def test_data_that_redis_cannot_read_is_refused_with_what_it_says(folder: Path) -> None:
    with PrivateRedis(folder / "redis"):
        pass
    (folder / "redis" / "data" / "appendonly.aof").write_text("this is no command\n")
    with pytest.raises(ServerError, match=r"Redis did not start: .*server\.log"):
        PrivateRedis(folder / "redis").start()
    assert living_in(folder) == []


def test_a_wheel_that_is_not_installed_is_named_with_what_installs_it() -> None:
    with pytest.raises(ServerError, match=r"needs no_such_wheel: pip install 'fedora-hubs\[emb"):
        find_program("no_such_wheel", "bin/server")


@AS_ROOT
@BOTH
def test_a_shut_parent_stays_shut_and_the_server_runs_elsewhere(
    folder: Path, server: type[PrivateServer]
) -> None:
    shut = folder / "home"
    shut.mkdir(mode=0o700)
    said: list[str] = []
    with server(shut / "server", said.append, fsync=False, elsewhere=folder / "elsewhere"):
        assert "is shut to accounts other than root: its data lives in" in said[0]
        assert str(folder.resolve() / "elsewhere" / "fedora-hubs-demo-") in said[0]
        assert living_in(folder / "elsewhere")
    assert stat.S_IMODE(shut.stat().st_mode) == 0o700
    assert living_in(folder) == []


@AS_ROOT
def test_data_elsewhere_stays_until_the_wanted_folder_is_deleted(folder: Path) -> None:
    shut = folder / "home"
    shut.mkdir(mode=0o700)
    private = PrivateRedis(shut / "redis", elsewhere=folder)
    with private as url:
        redis(url, "SET colour blue")
    with private as url:
        assert "blue" in redis(url, "GET colour")
    shutil.rmtree(shut / "redis")
    with private as url:
        assert redis(url, "GET colour") == "$-1\r\n"


@AS_ROOT
@BOTH
def test_a_wheel_in_a_shut_folder_is_copied_and_its_folder_stays_shut(
    folder: Path, server: type[PrivateServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = find_program(server.wheel, server.program)
    shut = folder / "site-packages"
    shut.mkdir(mode=0o700)
    site = next(path.parent for path in program.parents if path.name == server.wheel)
    for part in (site / server.wheel, site / f"{server.wheel}.libs"):
        if part.exists():
            (shut / part.name).symlink_to(part)
    monkeypatch.syspath_prepend(str(shut))
    with server(folder / "server", fsync=False):
        # Some of the processes call themselves otherwise.
        commands = b" ".join(map(command_of, living_in(folder)))
        assert bytes(folder / "server" / "program" / server.wheel) in commands
    assert stat.S_IMODE(shut.stat().st_mode) == 0o700
