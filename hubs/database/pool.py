"""A pool of connections to PostgreSQL that comes back by itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import psycopg2
from twisted.application.service import Service
from twisted.internet.defer import CancelledError, Deferred, DeferredList, succeed
from twisted.internet.interfaces import IReactorCore
from twisted.logger import Logger
from twisted.python.failure import Failure
from txpostgres.reconnection import ConnectionDead, DeadConnectionDetector
from txpostgres.retrying import RetryingCall
from txpostgres.txpostgres import (
    Connection,
    ConnectionPool,
    Cursor,
    RollbackFailed,
    _PollingMixin,
)

T = TypeVar("T")
#: The values of a statement, by place or by name.
Parameters = Sequence[Any] | Mapping[str, Any]

#: What the server and the network may take before a statement fails, milliseconds.
STATEMENT_TIMEOUT = 30_000
NETWORK_TIMEOUT = 30_000
#: How long we wait for any answer, seconds: longer than the server lets a statement run.
ANSWER_TIMEOUT = 40.0


class DatabaseAwayError(ConnectionDead):
    """PostgreSQL cannot be reached now; the sentence says why. It holds no password."""


class _Detector(DeadConnectionDetector):
    """Reconnects as the library's does, and can be told to stop."""

    _log = Logger()
    _attempts: Deferred[object] | None = None
    #: Why the connection was lost.
    reason = ""

    def __init__(self, dead: set[_Detector], reactor: IReactorCore) -> None:
        """Make one for a connection of a pool.

        Args:
            dead: Those of the pool whose connection is dead; the first and the last say so.
            reactor: What attempts run on.
        """
        super().__init__(reactor=reactor)
        self._dead = dead

    def startReconnecting(self, f: Failure) -> None:
        """Try to connect until it works."""
        lost = f.value.originalFailure if isinstance(f.value, RollbackFailed) else f
        self.reason = " ".join(lost.getErrorMessage().split())
        if not self._dead:
            self._log.warn(
                "PostgreSQL cannot be reached, trying again: {reason}", reason=self.reason
            )
        self._dead.add(self)
        call = RetryingCall(self.reconnect)
        call.reactor = self.reactor
        self._attempts = call.start(self.reconnectionIterator())
        self._attempts.addCallbacks(lambda _: self.connectionRecovered(), self._given_up)

    def connectionRecovered(self) -> Deferred[Any]:
        """Let the connection be used again."""
        self._dead.discard(self)
        if not self._dead:
            self._log.info("All connections to PostgreSQL are back")
        return super().connectionRecovered()

    def _given_up(self, failure: Failure) -> None:
        # What is stopped while it connects fails as libpq likes.
        failure.trap(CancelledError, psycopg2.Error)

    def stop(self) -> None:
        """Stop trying."""
        if self._attempts is not None:
            # psycopg2 cannot cancel a connection that is just being made; it is closed instead.
            with suppress(psycopg2.OperationalError):
                self._attempts.cancel()


class _Impatient(_PollingMixin):
    """Gives up a connection whose server does not answer, which the network may never tell of."""

    def poll(self) -> Deferred[Any]:
        """Wait for an answer."""
        late = self.reactor.callLater(self.holder().patience, self._give_up)

        def answered(result: Any) -> Any:
            if late.active():
                late.cancel()
            return result

        return super().poll().addBoth(answered)

    def continuePolling(self, swallowErrors: bool = False) -> None:  # noqa: N802, N803
        """Let libpq go on, which may close its socket or open another by the same number."""
        self.forget_socket()
        super().continuePolling(swallowErrors)

    def forget_socket(self) -> None:
        """Let the reactor forget the socket, as it must before its number is that of another."""
        self.reactor.removeReader(self)
        self.reactor.removeWriter(self)

    def _give_up(self) -> None:
        polling, self._pollingD = self._pollingD, None
        if polling is None:
            # It was answered just now; who waits is told in a moment.
            return
        self.forget_socket()
        self.holder().close()
        seconds = self.holder().patience
        polling.errback(psycopg2.OperationalError(f"no answer within {seconds:g} seconds"))

    def holder(self) -> _Connection:
        """Give the connection that waits."""
        raise NotImplementedError


class _Cursor(_Impatient, Cursor):
    """A statement."""

    _connection: _Connection

    def execute(self, query: str, params: Parameters | None = None) -> Deferred[Cursor]:
        """Run it; nothing is rolled back over a connection that is lost: the server does that.

        The library would write a traceback of its attempt.
        """
        if query != "rollback":
            return self._send(query, params)
        if self.closed:
            return succeed(self)
        return self._send(query).addErrback(self._not_rolled_back)

    def _send(self, query: str, params: Parameters | None = None) -> Deferred[Cursor]:
        # Of a lost connection libpq closes the socket when it writes to it.
        self._connection.forget_socket()
        sent = super().execute(query, params)
        self._connection.watch_when_idle()
        return sent

    def _not_rolled_back(self, failure: Failure) -> Cursor:
        if not self.closed:
            failure.raiseException()
        self._connection.detector.checkForDeadConnection(failure)
        return self

    def holder(self) -> _Connection:
        return self._connection


class _Connection(_Impatient, Connection):
    """A connection that may be lost while nobody uses it."""

    cursorFactory = _Cursor  # noqa: N815
    patience = ANSWER_TIMEOUT

    def holder(self) -> _Connection:
        return self

    def watch_when_idle(self) -> None:
        """Listen to the server again, if there is one and it is asked nothing now."""
        if not self._cursors and self.fileno() != -1:
            self.reactor.addReader(self)

    def doRead(self) -> Exception | None:
        """See what the server says.

        Returns:
            Why the connection is lost, which is what the reactor asks for; raised, it would write
            a traceback.
        """
        try:
            super().doRead()
        except psycopg2.Error as error:
            return error
        return None


class _AliveFirst(set[Connection]):
    """Connections, of which one is taken that is alive, if there is any."""

    def pop(self) -> Connection:
        found = min(self, key=lambda connection: connection.detector.connectionIsDead)
        self.remove(found)
        return found


class _Connections(ConnectionPool):
    """Connections that reconnect."""

    def __init__(self, size: int, reactor: IReactorCore, patience: float) -> None:
        self.reactor = reactor
        self._patience = patience
        self._dead: set[_Detector] = set()
        super().__init__(None, min=size)
        self.connections = _AliveFirst(self.connections)

    def connectionFactory(self, reactor: IReactorCore, cooperator: object) -> Connection:
        connection = _Connection(reactor, cooperator, _Detector(self._dead, reactor))
        connection.patience = self._patience
        return connection


class Pool(Service):
    """Runs SQL on one of a few connections, each of which reconnects with growing pauses."""

    def __init__(
        self, url: str, size: int, reactor: IReactorCore, patience: float = ANSWER_TIMEOUT
    ) -> None:
        """Make a pool that is opened when the service starts.

        Args:
            url: Where the database is, as libpq knows it; it may hold a password.
            size: How many connections.
            reactor: What they run on.
            patience: How long an answer may take before its connection is given up, seconds.
        """
        self._url = url
        self._pool = _Connections(size, reactor, patience)
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
            DatabaseAwayError: There is no connection; one is being opened.
        """
        return await self._ask(self._pool.runQuery, sql, parameters)

    async def run(self, sql: str, parameters: Parameters = ()) -> None:
        """Run one statement that has no rows.

        Args:
            sql: See `query`.
            parameters: See `query`.
        """
        await self._ask(self._pool.runOperation, sql, parameters)

    async def transaction(self, body: Callable[[Cursor], Coroutine[Deferred[Any], Any, T]]) -> T:
        """Run several statements in one transaction.

        Args:
            body: Awaits `execute` on the cursor it is given; if it raises, nothing is kept.

        Returns:
            What the body returned.

        Raises:
            DatabaseAwayError: There is no connection, or it was lost.
        """
        cursors: list[Cursor] = []

        def interaction(cursor: Cursor) -> Deferred[T]:
            cursors.append(cursor)
            return Deferred.fromCoroutine(body(cursor))

        try:
            return await self._ask(self._pool.runInteraction, interaction)
        except (psycopg2.InterfaceError, psycopg2.OperationalError) as error:
            # What the server says has a code; without one, libpq lost it before it began.
            if error.pgcode is not None and not any(cursor.closed for cursor in cursors):
                raise
            reason = " ".join(str(error).split())
            raise DatabaseAwayError(f"PostgreSQL cannot be reached: {reason}") from error

    async def _ask(self, question: Callable[..., Deferred[T]], *values: object) -> T:
        await self._ready()
        try:
            return await _left_alone(question(*values))
        except (ConnectionDead, RollbackFailed) as error:
            reasons = (connection.detector.reason for connection in self._connections)
            reason = next(filter(None, reasons), "the connection was lost")
            raise DatabaseAwayError(f"PostgreSQL cannot be reached: {reason}") from error


def _left_alone(asked: Deferred[T]) -> Deferred[T]:
    """Let a statement end by itself when who asked is cancelled, as by a browser that leaves.

    The library would ask the server to cancel it, while nothing else runs, and raise an error of
    its own.
    """
    answer: Deferred[T] = Deferred()
    asked.chainDeferred(answer)
    return answer
