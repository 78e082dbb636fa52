"""A publisher on the bus, as fedmsg has them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import zmq

from tests.until import PATIENCE


class BusPublisher:
    """A bound XPUB socket: a PUB that hears of its subscribers."""

    def __init__(self) -> None:
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.XPUB)
        self._socket.set(zmq.SNDHWM, 0)
        port = self._socket.bind_to_random_port("tcp://127.0.0.1")
        self.endpoint = f"tcp://127.0.0.1:{port}"

    def listener_came(self) -> bool:
        """Wait until somebody has subscribed; before, what is published is lost."""
        return bool(self._socket.poll(int(PATIENCE * 1000))) and self._socket.recv().startswith(
            b"\x01"
        )

    def publish(self, envelope: Mapping[str, Any]) -> None:
        """Publish a message in its envelope."""
        self.publish_raw(str(envelope["topic"]).encode(), json.dumps(envelope).encode())

    def publish_raw(self, *parts: bytes) -> None:
        """Publish what may be no message."""
        self._socket.send_multipart(parts)

    def close(self) -> None:
        """Publish no more."""
        self._socket.close(linger=0)
        self._context.term()
