"""A ZeroMQ socket that publishes as fedmsg does, and knows when somebody listens."""

from __future__ import annotations

from collections.abc import Callable

import zmq
from twisted.internet.interfaces import IReactorFDSet
from txzmq import ZmqConnection, ZmqEndpoint, ZmqEndpointType, ZmqFactory


class SocketError(Exception):
    """The socket cannot be had; the message is one line for a person."""


class FedmsgSocket:
    """Publishes messages of two frames, the topic and the envelope.

    What is published before somebody subscribed is lost, so it says when that happens.
    """

    def __init__(
        self, endpoint: str, reactor: IReactorFDSet, subscribed: Callable[[], None]
    ) -> None:
        """Bind the socket.

        Args:
            endpoint: Where, as in ``tcp://127.0.0.1:9940`` or ``ipc:///path``.
            reactor: Watches the socket.
            subscribed: Called for each new topic that somebody subscribes to.

        Raises:
            SocketError: The endpoint is taken or none.
        """
        self._factory = ZmqFactory()
        self._factory.reactor = reactor
        # Nothing that a demo still has to say is worth a wait at the end.
        self._factory.lingerPeriod = 0
        self._connection = _Publisher(self._factory, subscribed)
        try:
            self._connection.addEndpoints([ZmqEndpoint(ZmqEndpointType.bind, endpoint)])
        except zmq.ZMQError as error:
            self.close()
            raise SocketError(f"Cannot publish on ZeroMQ: {error}") from error

    @property
    def address(self) -> str:
        """Where it is bound, with the port that the system chose for ``tcp://127.0.0.1:*``."""
        return self._connection.socket.get_string(zmq.LAST_ENDPOINT)

    def publish(self, topic: str, envelope: bytes) -> bool:
        """Send a message to all who subscribed to its topic.

        Args:
            topic: The topic.
            envelope: The envelope as JSON.

        Returns:
            False if somebody is so far behind that it was sent to nobody.
        """
        try:
            self._connection.send([topic.encode(errors="replace"), envelope])
        except zmq.Again:
            return False
        return True

    def close(self) -> None:
        """Close the socket."""
        self._factory.shutdown()


class _Publisher(ZmqConnection):
    # Unlike PUB, it reads the subscriptions, and can refuse a message instead of dropping it.
    socketType = zmq.XPUB  # noqa: N815, it is txzmq's name
    highWaterMark = 1000  # noqa: N815, it is txzmq's name

    def __init__(self, factory: ZmqFactory, subscribed: Callable[[], None]) -> None:
        self._subscribed = subscribed
        super().__init__(factory)
        self.socket.set(zmq.XPUB_NODROP, 1)

    def messageReceived(self, message: list[bytes]) -> None:
        if message[0].startswith(b"\1"):
            self._subscribed()
