"""Telling a store that is away from an item that is bad: only the second is the item's fault."""

from __future__ import annotations

import re

import psycopg2
import psycopg2.errors
import txredisapi
from txpostgres.reconnection import ConnectionDead
from txpostgres.txpostgres import AlreadyPolling

from hubs.cache.interfaces import CacheAwayError
from hubs.feeds.mongo import MongoAwayError

_AWAY = (
    MongoAwayError,
    psycopg2.InterfaceError,
    psycopg2.OperationalError,
    # It is a replica, as after a failover.
    psycopg2.errors.ReadOnlySqlTransaction,
    AlreadyPolling,
    CacheAwayError,
    ConnectionDead,
    txredisapi.ConnectionError,
)
#: What Redis says when it cannot do now what it is asked, in a script too: it starts, is a replica,
#: hears of no replica, cannot write to its disk, is full, or is at something that takes long.
_NOT_NOW = re.compile("(?:^|-)(?:LOADING|READONLY|MASTERDOWN|NOREPLICAS|MISCONF|OOM|BUSY) ")


def is_away(error: Exception) -> bool:
    """Say whether an error tells of a store that cannot be reached now, or is starting.

    Args:
        error: What was raised.

    Returns:
        True if the same call may succeed when the store is back.
    """
    if isinstance(error, psycopg2.errors.QueryCanceled):
        # Its statement takes too long, and would again.
        return False
    if isinstance(error, psycopg2.DatabaseError) and error.pgcode is None:
        # Not the server's answer: libpq lost it.
        return True
    if isinstance(error, txredisapi.ResponseError):
        return _NOT_NOW.search(str(error)) is not None
    return isinstance(error, _AWAY)
