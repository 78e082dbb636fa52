"""Connections to Redis, by URL."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import txredisapi

#: Longer than the longest wait that any blocking command asks for, seconds.
REPLY_TIMEOUT = 30.0
CONNECT_TIMEOUT = 10.0


class RedisUrlError(ValueError):
    """An address is none that Redis could have."""


def connect(url: str, *, poolsize: int = 1) -> txredisapi.ConnectionHandler:
    """Make connections that are opened when possible and opened again whenever they are lost.

    Replies are text, numbers in them too. A blocking command holds one connection, so whoever
    blocks needs a pool of their own.

    Args:
        url: ``redis://[[user]:password@]host[:port][/database]``, ``rediss://…`` for TLS, or
            ``unix:///path/to/socket[?db=N]``.
        poolsize: How many connections.

    Returns:
        A handler whose `disconnect` closes them all.

    Raises:
        RedisUrlError: The address is of another form.
    """
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return txredisapi.lazyUnixConnectionPool(
            parts.path,
            dbid=_database(parts.query.removeprefix("db=")),
            poolsize=poolsize,
            connectTimeout=CONNECT_TIMEOUT,
            replyTimeout=REPLY_TIMEOUT,
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
        replyTimeout=REPLY_TIMEOUT,
        convertNumbers=False,
    )


def _database(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise RedisUrlError(f"expected a database number at the end, got {text!r}")
    return int(text)
