"""Bodies of answers, read up to a limit and no further, also when they are compressed."""

from __future__ import annotations

import zlib
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.web.client import ResponseDone
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer, IResponse
from zope.interface import implementer

from hubs.sources.errors import SourceError, TooLargeError, UnreadableError

_ENCODING = "content-encoding"
_KEPT = "x-hubs-content-encoding"
_GZIP = 16 + zlib.MAX_WBITS
_KNOWN = {"", "identity", "gzip", "x-gzip"}


@implementer(IAgent)
@attrs.frozen
class EncodedAgent:
    """Keeps treq from decompressing: it would, without any limit.

    Attributes:
        agent: Makes the requests.
    """

    agent: IAgent

    def request(
        self,
        method: bytes,
        uri: bytes,
        headers: Headers | None = None,
        bodyProducer: IBodyProducer | None = None,
    ) -> Deferred[IResponse]:
        """See `IAgent`."""
        return self.agent.request(method, uri, headers, bodyProducer).addCallback(_as_sent)


def _as_sent(response: IResponse) -> IResponse:
    encodings = response.headers.getRawHeaders(_ENCODING, [])
    response.headers.removeHeader(_ENCODING)
    response.headers.setRawHeaders(_KEPT, encodings)
    return response


def read_body(host: str, response: IResponse, limit: int) -> Deferred[bytes]:
    """Read the body of an answer that came through an `EncodedAgent`.

    Args:
        host: Who answers.
        response: Its answer.
        limit: The most bytes, decompressed.

    Returns:
        Fires with the body. Fails with `TooLargeError` past the limit, with `UnreadableError`
        if it is compressed in a way of its own, or with `twisted.web.client.ResponseFailed` if
        the connection is lost. Cancelling it closes the connection.
    """
    encoding = ",".join(response.headers.getRawHeaders(_KEPT, [])).strip().lower()
    body = _Body(host, limit, compressed=encoding in {"gzip", "x-gzip"})
    response.deliverBody(body)
    if encoding not in _KNOWN:
        body.fail(UnreadableError(host, f"compresses in a way that we do not read: {encoding!r}"))
    return body.done


class _Body(Protocol):
    def __init__(self, host: str, limit: int, *, compressed: bool) -> None:
        self.done: Deferred[bytes] = Deferred(lambda _: self._close())
        self._host = host
        self._limit = limit
        self._stream: Any = zlib.decompressobj(_GZIP) if compressed else None
        self._parts: list[bytes] = []
        self._received = self._size = 0

    def dataReceived(self, data: bytes) -> None:
        if self.done.called:
            return
        self._received += len(data)
        try:
            part = self._decompress(data) if self._stream else data
        except zlib.error:
            self.fail(UnreadableError(self._host, "sent an answer that cannot be decompressed"))
            return
        self._parts.append(part)
        self._size += len(part)
        if max(self._size, self._received) > self._limit:
            size = f"more than {self._limit / 2**20:.3g} MB"
            self.fail(TooLargeError(self._host, f"sent {size}, which is too much to read"))

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self.done.called:
            return
        # Without a length, the end of the connection is the end of the body.
        if not reason.check(ResponseDone, PotentialDataLoss):
            self.done.errback(reason)
        elif self._stream and self._received and not self._stream.eof:
            self.fail(UnreadableError(self._host, "sent an answer that cannot be decompressed"))
        else:
            self.done.callback(b"".join(self._parts))

    def fail(self, error: SourceError) -> None:
        """Read no more."""
        self.done.errback(error)
        self._parts.clear()
        self._close()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.loseConnection()

    def _decompress(self, data: bytes) -> bytes:
        """Decompress no more than takes us past the limit."""
        room = self._limit - self._size + 1
        found = b""
        while data and len(found) < room:
            if self._stream.eof:
                # The format allows for several streams, one after another.
                self._stream = zlib.decompressobj(_GZIP)
            found += self._stream.decompress(data, room - len(found))
            data = self._stream.unused_data
        return found
