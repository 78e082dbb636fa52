"""What the buses of the demo have in common: a socket, a listener to wait for, and a rhythm."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from twisted.application.service import Service
from twisted.internet.interfaces import IReactorFDSet, IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from hubs.demo.fedmsg_socket import FedmsgSocket


class Publisher(Service):
    """Publishes on a ZeroMQ socket, in a rhythm, from when the first listener has subscribed."""

    _log = Logger()

    def __init__(
        self,
        endpoint: str,
        reactor: IReactorFDSet,
        clock: IReactorTime,
        *,
        interval: float,
        say: Callable[[str], None],
    ) -> None:
        """Publish nothing yet.

        Args:
            endpoint: Where to bind the socket, as in ``tcp://127.0.0.1:9940``.
            reactor: Watches the socket.
            clock: The time.
            interval: The pause between two messages, seconds.
            say: Tells a person what it does, a line at a time.
        """
        self._endpoint = endpoint
        self._reactor = reactor
        self._clock = clock
        self._interval = interval
        self._say = say
        self._rhythm = LoopingCall.withCount(self._publish)
        self._rhythm.clock = clock
        self._begun = False

    @property
    def address(self) -> str:
        """Where the socket is bound, while it runs."""
        return self._socket.address

    def startService(self) -> None:
        """Bind the socket and wait for a listener.

        Raises:
            SocketError: The socket cannot be bound.
        """
        self._socket = FedmsgSocket(self._endpoint, self._reactor, self._listener_came)
        super().startService()

    def stopService(self) -> None:
        """Publish no more."""
        if self._rhythm.running:
            self._rhythm.stop()
        self._socket.close()
        super().stopService()

    def _listener_came(self) -> None:
        if self._begun:
            return
        self._begun = True
        self._begin()
        self._rhythm.start(self._interval, now=False).addErrback(self._fell_silent)

    def _fell_silent(self, failure: Failure) -> None:
        self._log.failure("The bus fell silent", failure)

    @abstractmethod
    def _begin(self) -> None:
        """Do what comes before the first message of the rhythm."""

    @abstractmethod
    def _publish(self, count: int) -> None:
        """Publish what is due.

        Args:
            count: How many intervals have passed; more than one if we were held up.
        """
