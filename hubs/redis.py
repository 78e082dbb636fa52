"""Connections to Redis, by URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import txredisapi
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

#: How long a command may take, a wait for a lost connection to come back and the longest
#: block that any command asks for included; seconds.
COMMAND_TIMEOUT = 15.0
CONNECT_TIMEOUT = 10.0


class RedisUrlError(ValueError):
    """An address is none that Redis could have."""


class Redis:
    """Some connections to one Redis, each opened again whenever it is lost."""

    def __init__(
        self, handler: txredisapi.ConnectionHandler, clock: IReactorTime, timeout: float
    ) -> None:
        """Take over connections.

        Args:
            handler: They.
            clock: What time is.
            timeout: How long a command may take, seconds.
        """
        self._handler = handler
        self._clock = clock
        self._timeout = timeout

    def execute_command(self, *command: str | int | float) -> Deferred[Any]:
        """Run a command on a connection that is free.

        Args:
            command: Its name and arguments, as https://redis.io/commands has them.

        Returns:
            Fires with the reply: text, None, or lists of them. Fails with
            `txredisapi.RedisError` if Redis refuses it or the connection is lost, and with
            `twisted.internet.defer.TimeoutError` when it takes too long.
        """
        # txredisapi itself would wait for ever for a connection to come back.
        return self._handler.execute_command(*command).addTimeout(self._timeout, self._clock)

    def disconnect(self) -> Deferred[None]:
        """Close the connections.

        Returns:
            Fires when they are closed.
        """
        return self._handler.disconnect()


def connect(
    url: str, clock: IReactorTime, *, poolsize: int = 1, timeout: float = COMMAND_TIMEOUT
) -> Redis:
    """Make connections that are opened when possible and opened again whenever they are lost.

    Replies are text, numbers in them too. A blocking command holds one connection, so whoever
    blocks needs a pool of their own.

    Args:
        url: ``redis://[[user]:password@]host[:port][/database]``, ``rediss://…`` for TLS, or
            ``unix:///path/to/socket[?db=N]``.
        clock: What time is.
        poolsize: How many connections.
        timeout: How long a command may take, seconds.

    Returns:
        They; whoever asked for them closes them.

    Raises:
        RedisUrlError: The address is of another form.
    """
    return Redis(_handler(url, poolsize), clock, timeout)


def _handler(url: str, poolsize: int) -> txredisapi.ConnectionHandler:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return txredisapi.lazyUnixConnectionPool(
            unquote(parts.path),
            dbid=_database(parts.query.removeprefix("db=")),
            poolsize=poolsize,
            connectTimeout=CONNECT_TIMEOUT,
            convertNumbers=False,
        )
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise RedisUrlError("expected redis://host, rediss://host or unix:///path")
    return txredisapi.lazyConnectionPool(
        parts.hostname,
        parts.port or 6379,
        dbid=_database(parts.path.strip("/")),
        poolsize=poolsize,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        ssl_context_factory=parts.scheme == "rediss",
        connectTimeout=CONNECT_TIMEOUT,
        convertNumbers=False,
    )


def _database(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise RedisUrlError(f"expected a database number at the end, got {text!r}")
    return int(text)
