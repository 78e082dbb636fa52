"""Services as systemd starts them: they are given an open socket, and tell how they are."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
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
        self._log = (folder / "log").open("ab")

    def start(self, command: str, setting: str) -> subprocess.Popen[bytes]:
        """Start a process without memory that may be both written and run, as the units say."""
        environment = {
            **os.environ,
            "NOTIFY_SOCKET": str(self._address),
            "WATCHDOG_USEC": "60000000",
            "LISTEN_FDS": "1",
            "LISTEN_FDNAMES": "hubs",
            setting: "systemd:domain=INET:index=0",
        }
        twistd: list[str | Path] = [
            BIN / "twistd",
            "--nodaemon",
            "--pidfile=",
            command,
            "-c",
            self.config,
        ]
        return subprocess.Popen(
            [sys.executable, "-c", _LAUNCHER, str(self.socket.fileno()), *twistd],
            cwd="/",
            env=environment,
            stdout=self._log,
            stderr=self._log,
            pass_fds=[self.socket.fileno()],
        )

    def hears(self) -> str:
        """Give the next thing that systemd is told."""
        return self.told.recv(1024).decode()

    def close(self) -> None:
        """Close the socket, and hear nothing more."""
        self.socket.close()
        self.told.close()
        self._log.close()
