"""A process that, asked by SIGHUP, starts the next one, and leaves when that is ready.

The next one is started by the same command line, so that it has new code and new settings, and
listens at the same sockets. Both take whoever comes, until the first takes nobody any more.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred, succeed
from twisted.internet.protocol import ProcessProtocol
from twisted.logger import Logger
from twisted.python.failure import Failure

from hubs.twistd_plugins.listening import Listening
from hubs.watch.systemd import READY_FILE, Notifying

#: How long the next process may take until it is ready, seconds; less than ``TimeoutStartSec`` of
#: the units.
START_SECONDS = 75.0

# The next process is no child of ours but of whom orphans are given to, systemd: it does not wait
# for the end of a main process that is another's child, and kills it with what it has in hand.
_ORPHAN = '/bin/sh -c "$0" "$@" &'
# Who is given sockets is told its own number with them, which a shell knows that becomes it.
# https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html
_BECOME = f'echo $$ >&"${READY_FILE}"; export LISTEN_PID=$$ WATCHDOG_PID=$$; exec "$@"'
_FIRST_SOCKET = 3


class _NotReadyError(Exception):
    """The next process does not become ready."""


class Handover(Service):
    """Hands over to a new process at SIGHUP, or says why it does not, and serves on."""

    _log = Logger()

    def __init__(self, services: Iterable[IService], notifying: Notifying, reactor: Any) -> None:
        """Prepare to hand over.

        Args:
            services: What runs; those of it that listen at sockets of systemd's hand these over.
            notifying: Tells systemd.
            reactor: What everything runs on.
        """
        self._services = services
        self._notifying = notifying
        self._reactor = reactor
        self._successor: _Successor | None = None

    def startService(self) -> None:
        """Wait for the signal."""
        super().startService()
        # A terminal that is closed ends what runs in it, as ever.
        if self._sockets() or not os.isatty(0):
            signal.signal(
                signal.SIGHUP, lambda *_: self._reactor.callFromThread(self._hand_over_once)
            )

    def stopService(self) -> Deferred[None]:
        """Hand over no more; a process that is not ready by now is ended."""
        super().stopService()
        if self._successor is None or self._successor.ready.called:
            return succeed(None)
        return self._successor.end(signal.SIGTERM)

    def _sockets(self) -> dict[int, int]:
        sockets: dict[int, int] = {}
        for service in self._services:
            if isinstance(service, Listening):
                sockets |= service.inherited
        return sockets

    def _hand_over_once(self) -> None:
        if self._successor is not None:
            self._log.warn("Another process takes over already: SIGHUP is ignored")
        elif not self._sockets():
            self._log.warn(
                "There is no socket of systemd's to hand over: SIGHUP is ignored, and only a "
                "restart brings new code and new settings"
            )
        elif self.running:
            self._successor = _Successor()
            handing_over = Deferred.fromCoroutine(self._hand_over(self._successor))
            handing_over.addErrback(lambda failure: self._log.failure("Handing over", failure))

    async def _hand_over(self, successor: _Successor) -> None:
        self._log.info("Starting the next process")
        self._notifying.tell("RELOADING=1\nSTATUS=Starting the next process")
        late = self._reactor.callLater(START_SECONDS, successor.fail, "it takes too long")
        try:
            self._start(successor)
            await successor.ready
            if self.running:
                self._notifying.give_way(successor.pid)
        except (OSError, _NotReadyError) as error:
            await successor.end(signal.SIGKILL)
            if self.running:
                self._serve_on(error)
            return
        finally:
            if late.active():
                late.cancel()
        if self.running:
            self._log.info("Process {pid} has taken over; this one ends", pid=successor.pid)
            self._reactor.stop()

    def _start(self, successor: _Successor) -> None:
        count = len(os.environ["LISTEN_FDNAMES"].split(":"))
        ready_file = _FIRST_SOCKET + count
        self._reactor.spawnProcess(
            successor,
            "/bin/sh",
            ["sh", "-c", _ORPHAN, _BECOME, "sh", *sys.orig_argv],
            env={**os.environ, "LISTEN_FDS": str(count), READY_FILE: str(ready_file)},
            childFDs={0: 0, 1: 1, 2: 2, **self._sockets(), ready_file: "r"},
        )

    def _serve_on(self, error: Exception) -> None:
        self._successor = None
        self._log.error(
            "The next process could not take over, and its lines before this one say why; "
            "this one serves on: {error}",
            error=error,
        )
        self._notifying.tell("READY=1\nSTATUS=The next process could not take over; see the log")


class _Successor(ProcessProtocol):
    """The next process, as far as the pipe tells in which it says that it is ready.

    Attributes:
        pid: Its number, once it is known, until it is gone or has told all; else 0.
        ready: Fires when it is ready, or fails.
        gone: Fires when it is gone or has told all.
    """

    def __init__(self) -> None:
        self.pid = 0
        self.ready: Deferred[None] = Deferred()
        self.gone: Deferred[None] = Deferred()
        self._said = b""
        self._unwanted = 0

    def childDataReceived(self, childFD: int, data: bytes) -> None:  # noqa: N802, N803
        del childFD
        self._said += data
        lines = self._said.splitlines(keepends=True)
        if lines[0].endswith(b"\n"):
            self.pid = int(lines[0])
            self._kill_unwanted()
        if len(lines) > 1 and not self.ready.called:
            self.ready.callback(None)

    def processEnded(self, reason: Failure) -> None:
        # That of the shell, which is no reason.
        del reason
        self.fail("it has ended")
        self.pid = 0
        self.gone.callback(None)

    def fail(self, why: str) -> None:
        """Expect no more that it becomes ready."""
        if not self.ready.called:
            self.ready.errback(_NotReadyError(why))

    def end(self, number: int) -> Deferred[None]:
        """Send it a signal that ends it.

        Args:
            number: That of the signal.

        Returns:
            Fires when it is gone.
        """
        if self.transport is None:
            # It could not even be started.
            return succeed(None)
        self._unwanted = number
        self._kill_unwanted()
        return self.gone

    def _kill_unwanted(self) -> None:
        if self.pid and self._unwanted:
            with suppress(ProcessLookupError):
                os.kill(self.pid, self._unwanted)
