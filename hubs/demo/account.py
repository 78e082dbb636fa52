"""The account that private servers run under."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs

from hubs.demo.server_program import ServerError


@attrs.frozen
class Account:
    """Runs programs under the current account, or under one without rights when that is root.

    Attributes:
        uid: The number of the account without rights, or None for the current one.
        gid: The number of its group, or None.
    """

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_servers(cls) -> Account:
        """Choose the account: PostgreSQL refuses root, and no server needs root's rights.

        Returns:
            The current account, or ``nobody`` when that is root.
        """
        if os.geteuid() != 0:
            return cls()
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def process_options(self) -> dict[str, Any]:
        """What `subprocess.Popen` is told, to start a program under the account.

        A session of its own keeps the program from the Ctrl-C that ends the demo, so that the
        services can still write their last things.
        """
        options: dict[str, Any] = {"start_new_session": True}
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def run(
        self, command: Sequence[str | Path], cwd: Path = Path("/"), text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end; it has a minute.

        Args:
            command: The program and its arguments.
            cwd: The folder it runs in.
            text: What it reads from standard input.

        Returns:
            Its return code and what it wrote.

        Raises:
            ServerError: It took too long.
        """
        try:
            return subprocess.run(
                command,
                cwd=cwd,
                input=text,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
                **self.process_options,
            )
        except subprocess.TimeoutExpired:
            raise ServerError(f"{command[0]} did not end within a minute.") from None

    def reaches(self, path: Path) -> bool:
        """Say whether the account may pass into a folder or run a program.

        Args:
            path: The folder or program.

        Returns:
            True if it is there, and all folders above it let the account through.
        """
        return self.run(["test", "-x", path]).returncode == 0

    def make_folder(self, path: Path) -> None:
        """Make a folder that nobody else may look into, if it is not there.

        Args:
            path: The folder; the one above it exists.
        """
        path.mkdir(mode=0o700, exist_ok=True)
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)
