"""The simulated bus: what happens to invented people, published on a real ZeroMQ socket."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

from twisted.internet.interfaces import IReactorFDSet, IReactorTime

from hubs.demo.envelope import envelope
from hubs.demo.publisher import Publisher
from hubs.demo.scenes import messages
from hubs.demo.stage import Stage

#: How long ago the oldest message of the history happened, seconds.
PAST = 6 * 24 * 3600.0


class SimulatedBus(Publisher):
    """Publishes first what happened in the last days, and then one thing after another."""

    def __init__(
        self,
        endpoint: str,
        reactor: IReactorFDSet,
        clock: IReactorTime,
        *,
        chance: random.Random,
        history: int,
        interval: float = 4.0,
        say: Callable[[str], None],
    ) -> None:
        """Publish nothing yet.

        Args:
            endpoint: Where to bind the socket, as in ``tcp://127.0.0.1:9940``.
            reactor: Watches the socket.
            clock: The time.
            chance: Decides what happens.
            history: How many messages of the last days are published at once at the beginning.
            interval: The pause between two messages, seconds.
            say: Tells a person what it does, a line at a time.
        """
        super().__init__(endpoint, reactor, clock, interval=interval, say=say)
        self._chance = chance
        self._history = history
        self._stage = Stage(chance, clock.seconds())
        self._messages = messages(self._stage)
        self._sent = 0

    def _begin(self) -> None:
        now = self._clock.seconds()
        # More of it lies in the last hours than in the first days, as with real memories.
        for time in sorted(now - PAST * self._chance.random() ** 2 for _ in range(self._history)):
            self._publish_at(time)
        past = f"told of {self._history} past events, and " if self._history else ""
        self._say(f"The simulated bus {past}tells of a new event every {self._interval:g} seconds.")

    def _publish(self, count: int) -> None:
        del count  # What we slept through did not happen.
        self._publish_at(self._clock.seconds())

    def _publish_at(self, time: float) -> None:
        self._stage.time = time
        message = next(self._messages)
        self._sent += 1
        sealed = envelope(message, self._sent, time, self._stage.digits(32))
        self._socket.publish(message[0], json.dumps(sealed).encode())
