"""What txredisapi needs to keep connections to one Redis, and to say why there are none."""

from __future__ import annotations

import txredisapi
from OpenSSL import SSL
from service_identity import VerificationError
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from zope.interface import implementer

from hubs.redis.address import RedisAddress


class _Protocol(txredisapi.RedisProtocol):
    """A connection that nobody is given before Redis has answered on it."""

    def connectionMade(self) -> None:
        # The library's own way of showing a password gives up for ever when it is refused.
        Deferred.fromCoroutine(self._introduce()).addErrback(self._refused)

    async def _introduce(self) -> None:
        address: RedisAddress = self.factory.address
        if address.password is not None:
            await self.auth(address.password, address.username)
        if address.database is not None:
            await self.select(address.database)
        if address.service:
            role, *_ = await self.execute_command("ROLE")
            if role != "master":
                raise txredisapi.ConnectionError(f"it is no primary, but {role}")
        else:
            await self.execute_command("PING")
        self.factory.reason = ""
        super().connectionMade()

    def _refused(self, failure: Failure) -> None:
        self.factory.note(failure)
        self.transport.loseConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.factory.note(reason)
        super().connectionLost(reason)


@implementer(IStreamClientEndpoint)
class _Noted:
    """Tells why a connection could not be opened."""

    def __init__(self, endpoint: IStreamClientEndpoint, connections: Connections) -> None:
        self._endpoint = endpoint
        self._connections = connections

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        return self._endpoint.connect(factory).addErrback(self._failed)

    def _failed(self, failure: Failure) -> Failure:
        self._connections.note(failure)
        return failure


class Connections(txredisapi.RedisFactory):
    """Connections to one Redis that are tried again for as long as it takes.

    Attributes:
        address: Where it is.
        reason: Why there is none; empty while there are some.
    """

    protocol = _Protocol

    def __init__(self, address: RedisAddress, poolsize: int, reply_timeout: float) -> None:
        """Open none yet.

        Args:
            address: Where Redis is.
            poolsize: How many connections.
            reply_timeout: How long one may be silent when it is asked before it is given up: its
                peer may be gone without a word; seconds.
        """
        super().__init__(None, None, poolsize, replyTimeout=reply_timeout, convertNumbers=False)
        self.address = address
        self.reason = ""

    def open(self, endpoint: IStreamClientEndpoint) -> None:
        """Open them, and again whenever one is lost.

        Args:
            endpoint: Where.
        """
        self.startConnecting(_Noted(endpoint, self))

    def note(self, failure: Failure) -> None:
        """Keep why there is no connection.

        Args:
            failure: Why one could not be opened, or was lost.
        """
        if failure.check(CancelledError):
            return
        # The first to say why knows best: that a connection ended is what all of them come to.
        if not (self.reason and failure.check(ConnectionDone, txredisapi.ConnectionError)):
            self.reason = _sentence(failure)

    def abort(self) -> None:
        """Drop them at once; they are opened again."""
        for slot in self.slots:
            if slot.protocol is not None:
                slot.protocol.transport.abortConnection()


def _sentence(failure: Failure) -> str:
    error = failure.value
    if isinstance(error, VerificationError):
        return "its certificate is for another name"
    if isinstance(error, SSL.Error):
        # One tuple for each entry of OpenSSL's queue of errors, the words last.
        return "; ".join(str(one[-1]) for one in error.args[0]) if error.args else "TLS failed"
    return failure.getErrorMessage().rstrip(".")
