"""Where the primary of a service is, as Redis Sentinel knows it.

https://redis.io/docs/latest/develop/reference/sentinel-clients/ says what a client has to do: ask
before every connection, and check that what it finds there is a primary.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.interfaces import IProtocol, IProtocolFactory, IStreamClientEndpoint
from zope.interface import implementer

#: A host and a port.
Server = tuple[str, int]


class SentinelError(Exception):
    """No Sentinel tells where the primary is; the sentence says what each said."""


@implementer(IStreamClientEndpoint)
class SentinelEndpoint:
    """The primary of a service, wherever it is by now."""

    def __init__(
        self,
        sentinels: Sequence[Server],
        ask: Callable[[Server], Deferred[Any]],
        reach: Callable[[Server], IStreamClientEndpoint],
        moved: Callable[[], None],
    ) -> None:
        """Ask nobody yet.

        Args:
            sentinels: Where they are.
            ask: Asks one of them; fires with the host and the port of the primary, or None.
            reach: Makes an endpoint of where the primary is.
            moved: Is called when it is elsewhere than the last time.
        """
        self._sentinels = sentinels
        self._ask = ask
        self._reach = reach
        self._moved = moved
        self._last: Server | None = None

    def connect(self, factory: IProtocolFactory) -> Deferred[IProtocol]:
        """See `IStreamClientEndpoint`. Fails with `SentinelError` too."""
        return Deferred.fromCoroutine(self._connect(factory))

    async def _connect(self, factory: IProtocolFactory) -> IProtocol:
        primary = await self._primary()
        if self._last not in {None, primary}:
            # Who still speaks to the one before would speak to it for as long as it answers.
            self._moved()
        self._last = primary
        return await self._reach(primary).connect(factory)

    async def _primary(self) -> Server:
        """Ask all at once, and believe the first that knows."""
        asking = [self._ask(server).addCallback(_known) for server in self._sentinels]
        found: Any = await DeferredList(asking, fireOnOneCallback=True, consumeErrors=True)
        for one in asking:
            one.cancel()
        if isinstance(found, tuple):
            primary: Server = found[0]
            return primary
        said = (
            f"{host}:{port}: {failure.getErrorMessage()}"
            for (host, port), (_, failure) in zip(self._sentinels, found, strict=True)
        )
        raise SentinelError("no Sentinel knows the primary: " + "; ".join(said))


def _known(reply: Any) -> Server:
    if not reply:
        raise SentinelError("it knows no such service")
    host, port = reply
    return host, int(port)
