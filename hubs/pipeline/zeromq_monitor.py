"""What ZeroMQ tells of the connection of a socket, which it makes and mends by itself."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import zmq
from twisted.internet.interfaces import IReadDescriptor
from twisted.python.failure import Failure
from zope.interface import implementer

_UP = zmq.Event.HANDSHAKE_SUCCEEDED
#: The second comes for each attempt that failed.
_DOWN = zmq.Event.DISCONNECTED | zmq.Event.CONNECT_RETRIED
#: An event's number and value: https://libzmq.readthedocs.io/en/latest/zmq_socket_monitor.html
_EVENT = struct.Struct("=Hi")


@implementer(IReadDescriptor)
class ConnectionMonitor:
    """Follows the connection of a socket that has one endpoint."""

    def __init__(
        self,
        socket: zmq.Socket[bytes],
        up: Callable[[], None],
        down: Callable[[], None],
        reactor: Any,
    ) -> None:
        """Begin to follow; before the socket connects, so that nothing is missed.

        Args:
            socket: The socket.
            up: Called when the other end has shown that it speaks ZeroMQ.
            down: Called when the connection is lost, and for each attempt that failed.
            reactor: What reads.
        """
        self._watched = socket
        self._events = socket.get_monitor_socket(_UP | _DOWN)
        self._up = up
        self._down = down
        self._reactor = reactor
        reactor.addReader(self)
        # ZeroMQ says only once that there is something.
        self.doRead()

    def fileno(self) -> int:
        """See `IReadDescriptor`."""
        return int(self._events.get(zmq.FD))

    def doRead(self) -> None:
        """Take all that ZeroMQ tells."""
        while not self._events.closed:
            try:
                what, _ = self._events.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            event, _ = _EVENT.unpack(what)
            (self._up if event == _UP else self._down)()

    def logPrefix(self) -> str:  # noqa: N802
        """See `IReadDescriptor`."""
        return "ZeroMQ"

    def connectionLost(self, reason: Failure) -> None:
        """Follow no more; before the socket is closed."""
        del reason
        self.close()

    def close(self) -> None:
        """Follow no more; before the socket is closed."""
        self._reactor.removeReader(self)
        self._watched.disable_monitor()
        self._events.close(0)
