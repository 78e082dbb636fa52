"""A pool of connections to PostgreSQL that comes back by itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred, DeferredList
from twisted.internet.interfaces import IReactorCore
from twisted.logger import Logger
from twisted.python.failure import Failure
from txpostgres.reconnection import DeadConnectionDetector
from txpostgres.retrying import RetryingCall
from txpostgres.txpostgres import Connection, ConnectionPool, Cursor

T = TypeVar("T")
#: The values of a statement, by place or by name.
Parameters = Sequence[Any] | Mapping[str, Any]

#: What the server and the network may take before a statement fails, milliseconds.
STATEMENT_TIMEOUT = 30_000
NETWORK_TIMEOUT = 30_000


class _Detector(DeadConnectionDetector):
    """Reconnects as the library's does, and can be told to stop."""

    _log = Logger()
    _attempts: Deferred[object] | None = None

    def startReconnecting(self, f: Failure) -> None:
        """Try to connect until it works, and say so once."""
        self._log.warn(
            "PostgreSQL cannot be reached, trying again: {reason}",
            reason=" ".join(f.getErrorMessage().split()),
        )
        call = RetryingCall(self.reconnect)
        call.reactor = self.reactor
        self._attempts = call.start(self.reconnectionIterator())
        self._attempts.addCallbacks(lambda _: self.connectionRecovered(), self._given_up)

    def _given_up(self, failure: Failure) -> None:
        failure.trap(CancelledError)

    def stop(self) -> None:
        """Stop trying."""
        if self._attempts is not None:
            self._attempts.cancel()


class _Connections(ConnectionPool):
    """Connections that reconnect."""

    def __init__(self, size: int, reactor: IReactorCore) -> None:
        self.reactor = reactor
        super().__init__(None, min=size)

    @staticmethod
    def connectionFactory(reactor: IReactorCore, cooperator: object) -> Connection:
        return Connection(reactor, cooperator, _Detector(reactor=reactor))


class Pool(Service):
    """Runs SQL on one of a few connections, each of which reconnects with growing pauses."""

    def __init__(self, url: str, size: int, reactor: IReactorCore) -> None:
        """Make a pool that is opened when the service starts.

        Args:
            url: Where the database is, as libpq knows it; it may hold a password.
            size: How many connections.
            reactor: What they run on.
        """
        self._url = url
        self._pool = _Connections(size, reactor)
        self._connections = set(self._pool.connections)
        self._opened: Deferred[None] | None = None

    def startService(self) -> None:
        """Open the connections; what is asked before they are open waits for them."""
        super().startService()
        attempts = [
            connection.connect(
                self._url,
                options=f"-c statement_timeout={STATEMENT_TIMEOUT}",
                tcp_user_timeout=NETWORK_TIMEOUT,
                application_name="fedora-hubs",
            ).addErrback(connection.detector.checkForDeadConnection)
            for connection in self._connections
        ]
        opened: Deferred[None] = Deferred()
        DeferredList(attempts, consumeErrors=True).addCallback(lambda _: opened.callback(None))
        self._opened = opened

    def stopService(self) -> None:
        """Close the connections."""
        super().stopService()
        for connection in self._connections:
            # A connection that closes tells its detector, which would open it again.
            connection.detector.connectionIsDead = True
            connection.detector.stop()
            if connection.pollable() is not None:
                connection.close()

    async def _ready(self) -> None:
        if self._opened is None:
            raise RuntimeError("The pool is not started.")
        waiting: Deferred[None] = Deferred()
        self._opened.chainDeferred(waiting)
        await waiting

    async def query(self, sql: str, parameters: Parameters = ()) -> list[tuple[Any, ...]]:
        """Run one statement in a transaction of its own.

        Args:
            sql: The statement, with ``%s`` or ``%(name)s`` for each parameter.
            parameters: The values.

        Returns:
            Its rows.

        Raises:
            psycopg2.Error: The statement failed.
            txpostgres.ConnectionDead: There is no connection; one is being opened.
        """
        await self._ready()
        return await self._pool.runQuery(sql, parameters)

    async def run(self, sql: str, parameters: Parameters = ()) -> None:
        """Run one statement that has no rows.

        Args:
            sql: See `query`.
            parameters: See `query`.
        """
        await self._ready()
        await self._pool.runOperation(sql, parameters)

    async def transaction(self, body: Callable[[Cursor], Coroutine[Deferred[Any], Any, T]]) -> T:
        """Run several statements in one transaction.

        Args:
            body: Awaits `execute` on the cursor it is given; if it raises, nothing is kept.

        Returns:
            What the body returned.
        """
        await self._ready()
        return await self._pool.runInteraction(lambda cursor: Deferred.fromCoroutine(body(cursor)))
