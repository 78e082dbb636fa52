"""Connections to a Redis, by URL."""

from __future__ import annotations

from typing import Any

import attrs
import txredisapi
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, UNIXClientEndpoint, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.python.failure import Failure

from hubs.redis.address import RedisAddress
from hubs.redis.factory import Connections
from hubs.redis.sentinel import SentinelEndpoint, Server
from hubs.redis.tls import Identity

#: How long a command may take, a wait for a lost connection to come back and the longest
#: block that any command asks for included; seconds.
COMMAND_TIMEOUT = 15.0
CONNECT_TIMEOUT = 5.0
#: How long a Sentinel may take to be reached and to answer, seconds.
_SENTINEL_TIMEOUT = 3.0
#: The part of its time after which a command gives up its connection too.
_REPLY = 0.9
#: How long connections may take to close, seconds.
_CLOSE_TIMEOUT = 2.0


class Redis:
    """Some connections to one Redis, each opened again whenever it is lost."""

    def __init__(self, connections: Connections, clock: Any, timeout: float) -> None:
        """Take over connections.

        Args:
            connections: They.
            clock: What time is.
            timeout: How long a command may take, seconds.
        """
        self._connections = connections
        self._clock = clock
        self._timeout = timeout

    def execute_command(self, *command: str | int | float) -> Deferred[Any]:
        """Run a command on a connection that is free.

        Args:
            command: Its name and arguments, as https://redis.io/commands has them.

        Returns:
            Fires with the reply: text, None, or lists of them. Fails with
            `txredisapi.RedisError` if Redis refuses it, takes too long or the connection is lost.
        """
        # txredisapi itself would wait for ever for a connection to come back.
        running = self._connections.handler.execute_command(*command)
        return running.addTimeout(self._timeout, self._clock, _too_late).addErrback(self._away)

    def disconnect(self) -> Deferred[None]:
        """Close the connections, those too whose peer is gone without a word.

        Returns:
            Fires when they are closed.
        """
        late = self._clock.callLater(_CLOSE_TIMEOUT, self._connections.abort)
        closing = self._connections.disconnect()
        return closing.addBoth(lambda _: late.cancel() if late.active() else None)

    def _away(self, failure: Failure) -> Failure:
        error, reason = failure.value, self._connections.reason
        if isinstance(error, txredisapi.ConnectionError) and reason:
            error.args = (f"{error}: {reason}",)
        return failure


def _too_late(_: object, timeout: float) -> None:
    raise txredisapi.TimeoutError(f"Redis gave no answer within {timeout:g} seconds")


def connect(
    url: str,
    reactor: Any,
    *,
    poolsize: int = 1,
    timeout: float = COMMAND_TIMEOUT,
    identity: Identity | None = None,
    sentinel_password: str | None = None,
) -> Redis:
    """Make connections that are opened when possible and opened again whenever they are lost.

    Replies are text, bulk ones that look like numbers too. A blocking command holds one
    connection, so whoever blocks needs a pool of their own.

    Args:
        url: See `RedisAddress.parse`.
        reactor: What they run on.
        poolsize: How many connections.
        timeout: How long a command may take, seconds.
        identity: Certificates, for TLS only.
        sentinel_password: What the Sentinels want to hear; nothing if None.

    Returns:
        They; whoever asked for them closes them.

    Raises:
        RedisUrlError: The address is of another form.
        CertificateError: A certificate cannot be used.
    """
    opener = _Opener(reactor, identity or Identity(), sentinel_password)
    return opener.open(RedisAddress.parse(url), poolsize, timeout)


@attrs.frozen
class _Opener:
    """Opens connections, to Sentinels too when they know where Redis is."""

    reactor: Any
    identity: Identity
    sentinel_password: str | None = attrs.field(repr=False)

    def open(self, address: RedisAddress, poolsize: int, timeout: float) -> Redis:
        connections = Connections(address, poolsize, timeout * _REPLY)
        connections.open(self._endpoint(address, connections))
        return Redis(connections, self.reactor, timeout)

    def _endpoint(self, address: RedisAddress, connections: Connections) -> IStreamClientEndpoint:
        if address.path:
            return UNIXClientEndpoint(self.reactor, address.path, timeout=CONNECT_TIMEOUT)
        # What is wrong with a certificate shows now, and not at the first attempt.
        to_server = [self._to(server, address.tls) for server in address.servers]
        if not address.service:
            return to_server[0]
        return SentinelEndpoint(
            address.servers,
            lambda sentinel: Deferred.fromCoroutine(self._ask(sentinel, address)),
            lambda primary: self._to(primary, address.tls),
            connections.abort,
        )

    def _to(self, server: Server, tls: bool) -> IStreamClientEndpoint:
        host, port = server
        endpoint = HostnameEndpoint(self.reactor, host, port, timeout=CONNECT_TIMEOUT)
        return wrapClientTLS(self.identity.client(host), endpoint) if tls else endpoint

    async def _ask(self, sentinel: Server, address: RedisAddress) -> Any:
        whom = RedisAddress((sentinel,), password=self.sentinel_password, tls=address.tls)
        redis = self.open(whom, 1, _SENTINEL_TIMEOUT)
        try:
            return await redis.execute_command(
                "SENTINEL", "GET-MASTER-ADDR-BY-NAME", address.service
            )
        finally:
            await redis.disconnect()
