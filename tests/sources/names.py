"""Name servers that say what a test wants: no real ones can lie as hostile ones may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostnameResolver, IResolutionReceiver
from zope.interface import implementer


@implementer(IHostnameResolver)
class Names:
    """Gives each time the next of some answers for a name; the last stays.

    A name without an answer is its own address.
    """

    def __init__(self, known: dict[str, list[list[str]]]) -> None:
        self._known = known

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[type[IAddress]] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        answers = self._known.get(hostName, [[hostName]])
        for host in answers.pop(0) if len(answers) > 1 else answers[0]:
            kind = IPv6Address if ":" in host else IPv4Address
            resolutionReceiver.addressResolved(kind("TCP", host, portNumber))
        resolutionReceiver.resolutionComplete()
