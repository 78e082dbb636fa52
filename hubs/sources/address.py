"""Connections to addresses that people typed: to public addresses only.

The name is looked up first, every address that it has is looked at, and then the connection
goes to one of these very addresses: a second look-up could give another.
"""

from __future__ import annotations

import ipaddress
from typing import Any

import attrs
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP6ClientEndpoint
from twisted.internet.error import ConnectError, DNSLookupError
from twisted.internet.interfaces import (
    IAddress,
    IHostResolution,
    IProtocol,
    IProtocolFactory,
    IResolutionReceiver,
    IStreamClientEndpoint,
)
from zope.interface import implementer

from hubs.sources.errors import AddressError

# Where an address of version 6 carries one of version 4 for a translator, RFC 6052.
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
# All that is given out to anybody so far, RFC 4291 and the registry of IANA.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


def is_public(address: str) -> bool:
    """Say whether an address is one of the open Internet.

    Args:
        address: Of IP version 4 or 6.

    Returns:
        False for private, loopback, link-local, shared, multicast, unspecified, reserved and
        documentation addresses, also where an address of version 6 stands for such a one.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if inner is not None:
            return is_public(str(inner))
        if found not in _GLOBAL_UNICAST:
            return False
    return found.is_global and not found.is_multicast


@implementer(IStreamClientEndpoint)
@attrs.frozen
class PublicEndpoint:
    """A TCP endpoint of the open Internet.

    Attributes:
        reactor: What connects and resolves.
        host: A name, or an address of IP version 4.
        port: A TCP port.
        timeout: How long each attempt to connect may take, seconds.
    """

    reactor: Any
    host: str
    port: int
    timeout: float

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """Connect.

        Args:
            factory: Makes the protocol.

        Returns:
            Fires with the protocol. Fails with `AddressError` if one of the host's addresses is
            none of the open Internet, or with what `IStreamClientEndpoint` says.
        """
        return Deferred.fromCoroutine(self._connect(factory))

    async def _connect(self, factory: IProtocolFactory) -> IProtocol:
        addresses = await self._resolve()
        for address in addresses:
            if not is_public(address.host):
                raise AddressError(self.host, "is in a private network, so it is not asked")
        for address in addresses[:-1]:
            try:
                return await self._endpoint(address).connect(factory)
            except ConnectError:
                continue
        return await self._endpoint(addresses[-1]).connect(factory)

    def _endpoint(self, address: IPv4Address | IPv6Address) -> IStreamClientEndpoint:
        kind = TCP6ClientEndpoint if isinstance(address, IPv6Address) else TCP4ClientEndpoint
        return kind(self.reactor, address.host, self.port, self.timeout)

    async def _resolve(self) -> list[IPv4Address | IPv6Address]:
        receiver = _Receiver()
        self.reactor.nameResolver.resolveHostName(
            receiver, self.host, self.port, transportSemantics="TCP"
        )
        addresses = await receiver.done
        if not addresses:
            raise DNSLookupError(f"{self.host} has no address")
        return addresses


@implementer(IResolutionReceiver)
class _Receiver:
    """Waits for the end of a resolution."""

    def __init__(self) -> None:
        self.done: Deferred[list[IPv4Address | IPv6Address]] = Deferred()
        self._addresses: list[IPv4Address | IPv6Address] = []

    def resolutionBegan(self, resolutionInProgress: IHostResolution) -> None:
        pass

    def addressResolved(self, address: IAddress) -> None:
        if isinstance(address, IPv4Address | IPv6Address):
            self._addresses.append(address)

    def resolutionComplete(self) -> None:
        if not self.done.called:
            self.done.callback(self._addresses)
