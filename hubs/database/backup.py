"""Copies of the database in a file, made by PostgreSQL's own programs.

It blocks: it is for commands.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

#: The longest that a copy may take, seconds.
TIMEOUT = 6 * 3600
#: Seconds between looks at how far a program is.
_LOOK = 0.2
#: The part of a restoration that is to unpack the copy.
_UNPACKING = 0.2

#: Is told which part of the work is done, from 0 to 1.
Tell = Callable[[float], object]


class BackupError(Exception):
    """There is no copy; the sentence says why."""


def dump(url: str, file: Path, tell: Tell) -> None:
    """Copy a database into a file, which appears when it is whole; only we may read it.

    Args:
        url: Where the database is, as libpq knows it.
        file: The file; one that is there is replaced.
        tell: Is told how far it is.

    Raises:
        BackupError: It cannot be written, or ``pg_dump`` is missing, too old or refused.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        part.touch(mode=0o600)
        sizes = _sizes(url)

        def share(said: str) -> float:
            # It says so of each table when it begins with it.
            *done, _ = re.findall(r'contents of table "public\.(\w+)"', said) or [""]
            return sum(sizes.get(name, 0) for name in done) / (sum(sizes.values()) or 1)

        _run(
            url,
            ["pg_dump", "--format=custom", "--no-owner", "--verbose", f"--file={part}"],
            lambda said: tell(share(said)),
        )
        part.replace(file)
        tell(1.0)
    except OSError as error:
        raise BackupError(f"{file}: cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def _sizes(url: str) -> Mapping[str, int]:
    """Give the bytes of each table; none if the database cannot be asked, which others say."""
    try:
        connection = psycopg2.connect(url, connect_timeout=10)
    except psycopg2.Error:
        return {}
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, pg_table_size(oid) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            return dict(cursor.fetchall())
    finally:
        connection.close()


def restore(url: str, file: Path, tell: Tell) -> None:
    """Put back what `dump` copied, all or nothing.

    Args:
        url: Where the database is, as libpq knows it. All that it holds is replaced.
        file: The file.
        tell: Is told how far it is.

    Raises:
        BackupError: It is no copy, or ``pg_restore`` or ``psql`` is missing, too old or refused.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "hubs.sql"
        # Whole before it is run: a broken copy must not replace anything.
        with file.open("rb") as copy:
            _run(
                "",
                ["pg_restore", "--no-owner", f"--file={script}"],
                lambda _: tell(_UNPACKING * _read(copy)),
                copy,
            )
        with script.open("rb") as statements:
            _run(
                url,
                [
                    *("psql", "--no-psqlrc", "--quiet", "--single-transaction"),
                    "--set=ON_ERROR_STOP=1",
                    # What is there may be newer, with tables that the copy does not know.
                    *("--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public"),
                    "--file=-",
                ],
                lambda _: tell(_UNPACKING + (1 - _UNPACKING) * _read(statements)),
                statements,
            )


def _read(file: IO[bytes]) -> float:
    """Say which part of a file a program has read, which shares its place in it with us."""
    number = file.fileno()
    return os.lseek(number, 0, os.SEEK_CUR) / (os.fstat(number).st_size or 1)


def _run(
    url: str, command: Sequence[str], look: Callable[[str], object], given: IO[bytes] | None = None
) -> None:
    """Run a program to its end.

    Args:
        url: The database that it needs; empty for none.
        command: Its words.
        look: Is called now and then, with what it has said until then.
        given: What it reads.

    Raises:
        BackupError: It is missing, took too long or failed.
    """
    program = command[0]
    if shutil.which(program) is None:
        raise BackupError(
            f"{program} is not installed; it comes with PostgreSQL's client programs, in Debian "
            "postgresql-client, in Fedora postgresql"
        )
    try:
        address = parse_dsn(url)
    except psycopg2.ProgrammingError as error:
        raise BackupError(f"database.url: {_one_line(str(error))}") from None
    # Everybody on the machine sees the words of a command, but only we its environment.
    password = {"PGPASSWORD": address.pop("password")} if "password" in address else {}
    with tempfile.TemporaryFile() as output:

        def said() -> str:
            # Without moving the place where it goes on to write.
            number = output.fileno()
            return os.pread(number, os.fstat(number).st_size, 0).decode(errors="replace")

        with subprocess.Popen(
            [*command, f"--dbname={make_dsn(**address)}"] if url else command,
            env={**os.environ, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C.UTF-8", **password},
            stdin=given or subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
        ) as process:
            try:
                _wait(process, lambda: look(said()))
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            reason = _reason(said()) or f"{program} ended with {process.returncode}"
            raise BackupError(reason)


def _wait(process: subprocess.Popen[bytes], look: Callable[[], object]) -> None:
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        try:
            process.wait(_LOOK)
        except subprocess.TimeoutExpired:
            look()
        else:
            look()
            return
    raise BackupError(f"it took longer than {TIMEOUT} seconds")


def _reason(said: str) -> str:
    """Give what a program said of its end, without how far it came before."""
    lines = said.splitlines()
    wrong = [number for number, line in enumerate(lines) if re.search("error:|ERROR:", line)]
    return _one_line("\n".join(lines[wrong[0] :] if wrong else lines[-1:]))


def _one_line(text: str) -> str:
    return " ".join(text.split())
