"""Copies of the database in a file, made by PostgreSQL's own programs.

It blocks: it is for commands.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn, parse_dsn

#: The longest that a copy may take, seconds.
TIMEOUT = 6 * 3600


class BackupError(Exception):
    """There is no copy; the sentence says why."""


def dump(url: str, file: Path) -> None:
    """Copy a database into a file, which appears when it is whole; only we may read it.

    Args:
        url: Where the database is, as libpq knows it.
        file: The file; one that is there is replaced.

    Raises:
        BackupError: It cannot be written, or ``pg_dump`` is missing, too old or refused.
    """
    part = file.with_name(f".{file.name}.part")
    try:
        part.touch(mode=0o600)
        _run(url, ["pg_dump", "--format=custom", "--no-owner", f"--file={part}"])
        part.replace(file)
    except OSError as error:
        raise BackupError(f"{file}: cannot be written: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, file: Path) -> None:
    """Put back what `dump` copied, all or nothing.

    Args:
        url: Where the database is, as libpq knows it. All that it holds is replaced.
        file: The file.

    Raises:
        BackupError: It is no copy, or ``pg_restore`` or ``psql`` is missing, too old or refused.
    """
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "hubs.sql"
        # Whole before it is run: a broken copy must not replace anything.
        _run("", ["pg_restore", "--no-owner", f"--file={script}", str(file)])
        _run(
            url,
            [
                *("psql", "--no-psqlrc", "--quiet", "--single-transaction"),
                "--set=ON_ERROR_STOP=1",
                # What is there may be newer, with tables that the copy does not know.
                *("--command=DROP SCHEMA public CASCADE", "--command=CREATE SCHEMA public"),
                f"--file={script}",
            ],
        )


def _run(url: str, command: Sequence[str]) -> None:
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
    try:
        done = subprocess.run(
            [*command, f"--dbname={make_dsn(**address)}"] if url else command,
            env={**os.environ, "PGCONNECT_TIMEOUT": "10", "LC_ALL": "C.UTF-8", **password},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BackupError(f"{program} took longer than {TIMEOUT} seconds") from None
    if done.returncode:
        raise BackupError(_one_line(done.stderr) or f"{program} ended with {done.returncode}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
