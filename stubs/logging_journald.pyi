import socket
from collections.abc import Iterable
from pathlib import Path
from typing import Any

class JournaldTransport:
    socket: socket.socket
    def __init__(
        self, socket_path: str | Path | None = None, connected: bool | None = None
    ) -> None: ...
    def send(self, pairs: Iterable[tuple[str, Any]]) -> None: ...
