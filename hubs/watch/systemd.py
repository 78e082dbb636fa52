"""What systemd wants to know of a service: when it is ready, that it lives, when it stops.

https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from twisted.application.service import Service
from twisted.internet.interfaces import IReactorCore, IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

#: In the environment of a process that is to take over from another: the number of the open file
#: in which it says that it is ready.
READY_FILE = "HUBS_READY_FILE"
#: What a process must not hand on to those it starts.
VARIABLES = ("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", READY_FILE)
_MICROSECONDS = 1_000_000


class Notifier:
    """Sends a datagram to systemd, which never blocks: one that does not fit is dropped."""

    def __init__(self, address: str) -> None:
        """Prepare to send.

        Args:
            address: The path of a socket, or with ``@`` the name of an abstract one; empty if
                nobody listens.
        """
        self._address = f"\0{address[1:]}" if address.startswith("@") else address

    def send(self, state: str) -> None:
        """Tell something.

        Args:
            state: As in ``READY=1``.

        Raises:
            OSError: Nobody listens there, or there is no room now.
        """
        if not self._address:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sender:
            sender.sendto(state.encode(), self._address)


class Notifying(Service):
    """Tells systemd when the services beside it are started, and that they live, until they stop.

    A reactor that something blocks does not tell that it lives, and systemd starts it anew.

    systemd listens to its main process alone. One that is to take over from that tells it that it
    is ready, and is then made known to systemd by it, as the main process.
    """

    _log = Logger()

    def __init__(
        self, environment: Mapping[str, str], pid: int, reactor: IReactorCore, clock: IReactorTime
    ) -> None:
        """Prepare to tell.

        Args:
            environment: Where systemd says what it wants to know.
            pid: The number of this process.
            reactor: Is running once everything is started.
            clock: What time is.
        """
        self._notifier = Notifier(environment.get("NOTIFY_SOCKET", ""))
        self._interval = _watchdog_interval(environment, pid)
        self._ready_file = environment.get(READY_FILE, "")
        self._reactor = reactor
        self._living = LoopingCall(self.tell, "WATCHDOG=1")
        self._living.clock = clock

    def startService(self) -> None:
        """Tell that we are ready, once the reactor runs, and from then on that we live."""
        super().startService()
        self._reactor.callWhenRunning(self._ready)

    def stopService(self) -> None:
        """Tell that we stop."""
        super().stopService()
        if self._living.running:
            self._living.stop()
        self.tell("STOPPING=1")

    def give_way(self, pid: int) -> None:
        """Tell that another process is the main one from now on, and nothing more after that.

        Args:
            pid: Its number; it is ready.

        Raises:
            OSError: systemd cannot be told, so that this one is still the main process.
        """
        status = f"Process {pid} has taken over from process {os.getpid()}"
        # systemd has not listened to the other until now: that it lives is told for it.
        self._notifier.send(f"MAINPID={pid}\nREADY=1\nWATCHDOG=1\nSTATUS={status}")
        self._notifier = Notifier("")

    def tell(self, state: str) -> None:
        """Tell something; it is logged if that cannot be.

        Args:
            state: As in ``READY=1``.
        """
        try:
            self._notifier.send(state)
        except OSError as error:
            self._log.warn("systemd cannot be told {state}: {error}", state=state, error=error)

    def _ready(self) -> None:
        if not self.running:
            return
        if self._ready_file:
            with os.fdopen(int(self._ready_file), "w") as file:
                file.write("ready\n")
        else:
            self.tell("READY=1")
        if self._interval:
            self._living.start(self._interval / 2, now=not self._ready_file)


def _watchdog_interval(environment: Mapping[str, str], pid: int) -> float:
    """Give the seconds within which systemd wants to hear that we live, or 0."""
    meant_for = environment.get("WATCHDOG_PID", "")
    microseconds = environment.get("WATCHDOG_USEC", "")
    if not microseconds.isdecimal() or meant_for not in {"", str(pid)}:
        return 0.0
    return int(microseconds) / _MICROSECONDS


def environment_of_children() -> dict[str, str]:
    """Give our environment without what systemd wants to know of us alone."""
    return {name: value for name, value in os.environ.items() if name not in VARIABLES}
