"""Publishes the bus messages of a file over the same kind of socket as the simulated bus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from twisted.internet.interfaces import IReactorFDSet, IReactorTime

from hubs.demo.envelope import LONGEST_LINE, EnvelopeError, read_envelope
from hubs.demo.fedmsg_socket import SocketError
from hubs.demo.publisher import Publisher

#: How often the progress is told, seconds.
TELL_EVERY = 10.0


class ReplayBus(Publisher):
    """Publishes the messages of a JSON-lines file, in order.

    A line is an envelope of fedmsg or a message as datagrepper lists them. One that is neither, or
    is too long, is told of and left out. Never more than one line is in memory.
    """

    def __init__(
        self,
        path: Path,
        endpoint: str,
        reactor: IReactorFDSet,
        clock: IReactorTime,
        *,
        rate: float = 10.0,
        say: Callable[[str], None],
    ) -> None:
        """Publish nothing yet.

        Args:
            path: The file.
            endpoint: Where to bind the socket, as in ``tcp://127.0.0.1:9940``.
            reactor: Watches the socket.
            clock: The time.
            rate: How many messages a second.
            say: Tells a person what it does, a line at a time.
        """
        super().__init__(endpoint, reactor, clock, interval=1 / rate, say=say)
        self._path = path
        self._rate = rate
        self._sent = 0
        self._bad = 0
        self._slots = self._replay()

    def startService(self) -> None:
        """Open the file, bind the socket and wait for a listener.

        Raises:
            SocketError: The file cannot be read or the socket cannot be bound.
        """
        try:
            self._file = self._path.open("rb")
        except OSError as error:
            raise SocketError(f"Cannot replay {self._path}: {error.strerror}") from error
        super().startService()

    def stopService(self) -> None:
        """Publish no more, and close the file."""
        super().stopService()
        self._file.close()

    def _begin(self) -> None:
        self._say(f"Replaying {self._path} at {self._rate:g} messages a second.")
        self._told = self._clock.seconds()

    def _publish(self, count: int) -> None:
        for _ in range(count):
            if not next(self._slots, False):
                break
        if self._clock.seconds() - self._told >= TELL_EVERY:
            self._told = self._clock.seconds()
            self._say(f"Replayed {self._sent} messages of {self._path} so far.")

    def _replay(self) -> Iterator[bool]:
        """Go through the file; each step takes the time of one message.

        Yields:
            Whether the next step may follow at once.
        """
        for number, line in enumerate(self._lines(), 1):
            if not line.strip():
                continue
            try:
                topic, sealed = read_envelope(line)
            except EnvelopeError as error:
                self._bad += 1
                self._say(f"{self._path}:{number}: {error}")
            else:
                while not self._socket.publish(topic, sealed):
                    yield False  # A listener is far behind, and must not miss it.
                self._sent += 1
            yield True
        self._rhythm.stop()
        self._say(
            f"Replayed all of {self._path}: {self._sent} messages; {self._bad} bad lines left out."
        )

    def _lines(self) -> Iterator[bytes]:
        while line := self._file.readline(LONGEST_LINE):
            yield line
            while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                line = self._file.readline(LONGEST_LINE)
