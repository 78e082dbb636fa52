"""Connections that end when a host says too much, and that end at once when they are not needed.

The library reads the headers of an answer without a limit, and closes a TLS connection only
when the other side agrees; a hostile host could use both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from twisted.protocols.policies import ProtocolWrapper, WrappingFactory
from twisted.web.client import URI
from twisted.web.iweb import IAgentEndpointFactory, IPolicyForHTTPS
from zope.interface import implementer

from hubs.sources.address import PublicEndpoint

#: What headers and framing may add to a body, bytes.
HEADROOM = 256 * 1024


class _BoundedConnection(ProtocolWrapper):
    """Counts what comes since the last request was sent."""

    factory: _BoundedFactory
    _received = 0

    def write(self, data: bytes) -> None:
        self._received = 0
        super().write(data)

    def writeSequence(self, data: Iterable[bytes]) -> None:
        self._received = 0
        super().writeSequence(data)

    def dataReceived(self, data: bytes) -> None:
        self._received += len(data)
        if self._received > self.factory.limit:
            self.transport.abortConnection()  # type: ignore[union-attr]
        else:
            super().dataReceived(data)

    def loseConnection(self) -> None:
        self.disconnecting = True
        self.transport.abortConnection()  # type: ignore[union-attr]


class _BoundedFactory(WrappingFactory):
    protocol = _BoundedConnection
    noisy = False

    def __init__(self, wrapped: IProtocolFactory, limit: int) -> None:
        super().__init__(wrapped)
        self.limit = limit
        # It would log each connection.
        wrapped.noisy = False  # type: ignore[attr-defined]


@implementer(IStreamClientEndpoint)
@attrs.frozen
class _BoundedEndpoint:
    endpoint: IStreamClientEndpoint
    limit: int

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        connecting: Deferred[Any] = self.endpoint.connect(_BoundedFactory(factory, self.limit))
        connecting.addCallback(lambda connection: connection.wrappedProtocol)
        return connecting


@implementer(IAgentEndpointFactory)
@attrs.frozen
class Endpoints:
    """Gives the endpoints of addresses.

    Attributes:
        reactor: What connects.
        policy: Whose certificates are believed.
        timeout: How long an attempt to connect may take, seconds.
        limit: The largest body of an answer, bytes.
        public: Whether only addresses of the open Internet are connected to.
    """

    reactor: Any
    policy: IPolicyForHTTPS
    timeout: float
    limit: int
    public: bool

    def endpointForURI(self, uri: URI) -> IStreamClientEndpoint:
        """See `IAgentEndpointFactory`."""
        host = uri.host.decode("ascii")
        endpoint: IStreamClientEndpoint
        if self.public:
            endpoint = PublicEndpoint(self.reactor, host, uri.port, self.timeout)
        else:
            endpoint = HostnameEndpoint(self.reactor, host, uri.port, self.timeout)
        if uri.scheme == b"https":
            endpoint = wrapClientTLS(self.policy.creatorForNetloc(uri.host, uri.port), endpoint)
        return _BoundedEndpoint(endpoint, self.limit + HEADROOM)
