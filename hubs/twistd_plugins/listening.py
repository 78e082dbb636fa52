"""A port that is listened to, or one line that says why not."""

from __future__ import annotations

import errno
from typing import Any

from twisted.application.service import Service
from twisted.internet.base import DelayedCall
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.endpoints import AdoptedStreamServerEndpoint, serverFromString
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort, IProtocolFactory
from twisted.logger import Logger

#: How often a port is tried that the process before this one has not left yet, seconds.
_BETWEEN_TRIES = 0.5


class Listening(Service):
    """Listens at an endpoint from before the process gives up its privileges."""

    _log = Logger()

    def __init__(
        self,
        setting: str,
        endpoint: str,
        factory: IProtocolFactory,
        reactor: Any,
        *,
        waits: bool = False,
    ) -> None:
        """Prepare to listen.

        Args:
            setting: The name of the setting that says where, as in ``web.listen``.
            endpoint: Where: a Twisted endpoint, as in ``tcp:8080:interface=127.0.0.1``.
            factory: What is spoken.
            reactor: What listens.
            waits: Whether somebody else may listen there still, and is waited for.

        Raises:
            SystemExit: The endpoint is none; it carries one line that says so.
        """
        self._setting = setting
        self._where = endpoint
        self._factory = factory
        self._reactor = reactor
        self._waits = waits
        self._next_try: DelayedCall | None = None
        self._port: IListeningPort | None = None
        try:
            self._endpoint = serverFromString(reactor, endpoint)
        except (ValueError, TypeError, LookupError) as error:
            # The last if systemd hands over no such socket.
            raise SystemExit(
                f"{setting}: got {endpoint!r}, expected a Twisted endpoint such as "
                f"tcp:8080:interface=127.0.0.1 ({error})"
            ) from None

    @property
    def address(self) -> Any:
        """The address that is listened to."""
        return self._port.getHost() if self._port is not None else None

    @property
    def inherited(self) -> dict[int, int]:
        """By the number under which systemd gave us the socket, the one that it has now.

        Empty if it is not systemd's, or not listened to.
        """
        if self._port is None or not isinstance(self._endpoint, AdoptedStreamServerEndpoint):
            return {}
        # Both are ports of Twisted's, and files.
        return {self._endpoint.fileno: self._port.fileno()}  # type: ignore[attr-defined]

    def privilegedStartService(self) -> None:
        """Listen.

        Raises:
            SystemExit: It cannot; it carries one line that says why.
        """
        super().privilegedStartService()
        self._listen()

    def _listen(self) -> None:
        failures: list[Exception] = []
        self._endpoint.listen(self._factory).addCallbacks(
            self._listens, lambda failure: failures.append(failure.value)
        )
        for error in failures:
            reason = error.socketError if isinstance(error, CannotListenError) else error
            if self._waits and getattr(reason, "errno", 0) == errno.EADDRINUSE:
                self._next_try = self._reactor.callLater(_BETWEEN_TRIES, self._listen)
            else:
                raise SystemExit(f"{self._setting}: cannot listen at {self._where}: {reason}")

    def _listens(self, port: IListeningPort) -> None:
        self._port = port
        self._log.info("Listening at {where}", where=self._where)

    def stopService(self) -> Deferred[object]:
        """Listen no more."""
        super().stopService()
        if self._next_try is not None and self._next_try.active():
            self._next_try.cancel()
        if self._port is None:
            return maybeDeferred(lambda: None)
        return maybeDeferred(self._port.stopListening)
