"""Services as systemd starts them: they are given an open socket, and tell how they are."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from tests.processes import BIN
from tests.until import PATIENCE

#: Hands over the socket as number 3, and refuses memory that may be written and run (prctl 65).
_LAUNCHER = """
import ctypes, os, sys
os.dup2(int(sys.argv[1]), 3)
ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)
os.environ["LISTEN_PID"] = str(os.getpid())
os.execv(sys.argv[2], sys.argv[2:])
"""


class Started:
    """A service as systemd starts it: with an open socket, and somebody who wants to know."""

    def __init__(self, folder: Path, config: Path) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._address = folder / "notify"
        self.told.bind(str(self._address))
        self.told.settimeout(PATIENCE)
        self.config = config
        self._log_file = folder / "log"
        self._log = self._log_file.open("ab")
        self._sessions: list[int] = []

    def start(
        self, command: str, setting: str, where: str = "systemd:domain=INET:index=0", **more: str
    ) -> subprocess.Popen[bytes]:
        """Start a process without memory that may be both written and run, as the units say.

        Args:
            command: Its twistd command.
            setting: What in its environment says where it listens.
            where: There.
            more: What else is in its environment.
        """
        environment = {
            **os.environ,
            "NOTIFY_SOCKET": str(self._address),
            "WATCHDOG_USEC": "60000000",
            "LISTEN_FDS": "1",
            "LISTEN_FDNAMES": "hubs",
            setting: where,
            **more,
        }
        twistd: list[str | Path] = [
            BIN / "twistd",
            "--nodaemon",
            "--pidfile=",
            command,
            "-c",
            self.config,
        ]
        process = subprocess.Popen(
            [sys.executable, "-c", _LAUNCHER, str(self.socket.fileno()), *twistd],
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            pass_fds=[self.socket.fileno()],
            start_new_session=True,
        )
        self._sessions.append(process.pid)
        return process

    def hears(self) -> str:
        """Give the next thing that systemd is told."""
        return self.told.recv(1024).decode()

    @property
    def has_more_to_hear(self) -> bool:
        """Whether systemd is told something that was not heard yet."""
        return bool(select.select([self.told], [], [], 0)[0])

    @property
    def log(self) -> str:
        """What the processes have logged."""
        return self._log_file.read_text()

    def close(self) -> None:
        """Close the socket, hear nothing more, and leave no process."""
        for session in self._sessions:
            with suppress(ProcessLookupError):
                os.killpg(session, signal.SIGKILL)
        self.socket.close()
        self.told.close()
        self._log.close()


class Orphan:
    """A process that is no child of ours."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._file = os.pidfd_open(pid)

    @property
    def parent(self) -> int:
        """The process that it is a child of now."""
        status = Path(f"/proc/{self._pid}/status").read_text()
        return int(re.findall(r"^PPid:\s*(\d+)$", status, re.MULTILINE)[0])

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        signal.pidfd_send_signal(self._file, number)

    def wait(self, seconds: float) -> None:
        """Wait until it is gone."""
        gone, _, _ = select.select([self._file], [], [], seconds)
        os.close(self._file)
        assert gone
