"""An outside service: a real server on this machine, good, bad or hostile."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import attrs
from twisted.internet import reactor
from twisted.internet.ssl import PrivateCertificate
from twisted.web.http import Request
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Site

from tests.ports import free_port

#: Answers a request with what `twisted.web.resource.Resource.render` may return.
Behaviour = Callable[[Request], bytes | int]

CHUNK = b"x" * 2**16


@attrs.frozen
class Seen:
    """A request that came."""

    method: str
    uri: str
    headers: Mapping[str, str]
    body: bytes


class Outside(Resource):
    """A service whose paths behave as a test says; it remembers who asked what.

    Attributes:
        seen: The requests that came, oldest first.
        paths: What each path does; one that is not there is not found.
    """

    isLeaf = True

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Seen] = []
        self.paths: dict[str, Behaviour] = {}
        self.lost: list[Request] = []
        self._held: list[Request] = []
        self._port: Any = None

    def open(self, certificate: PrivateCertificate | None = None) -> None:
        """Listen on a port of this machine that no other had: hosts are measured by their ports."""
        listening: Any = reactor
        port = free_port()
        site = Site(self, timeout=None)
        if certificate:
            self._port = listening.listenSSL(
                port, site, certificate.options(), interface="127.0.0.1"
            )
        else:
            self._port = listening.listenTCP(port, site, interface="127.0.0.1")
        self._scheme = "https" if certificate else "http"

    async def close(self) -> None:
        """Listen no more, and let go of whom we let wait."""
        await self._port.stopListening()
        for request in self._held:
            if request.channel is not None:
                transport: Any = request.channel.transport
                transport.abortConnection()

    def url(self, path: str = "", host: str = "127.0.0.1") -> str:
        """Give the address of a path."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    @property
    def port(self) -> int:
        """The port."""
        return int(self._port.getHost().port)

    @property
    def host(self) -> str:
        """The host as errors name it."""
        return f"127.0.0.1:{self.port}"

    def render(self, request: Request) -> bytes | int:
        self.seen.append(
            Seen(
                request.method.decode(),
                request.uri.decode(),
                {
                    name.decode().lower(): b", ".join(values).decode()
                    for name, values in request.requestHeaders.getAllRawHeaders()
                },
                request.content.read() if request.content else b"",
            )
        )
        request.setHeader("server", "Outside")
        behaviour = self.paths.get(request.path.decode(), says(b"", 404))
        return behaviour(request)

    def hang(self, request: Request) -> int:
        """Never answer."""
        self._held.append(request)
        request.notifyFinish().addErrback(lambda _: self.lost.append(request))
        return NOT_DONE_YET

    def pour(self, request: Request) -> int:
        """Send a body without an end."""
        self.hang(request)
        _Pourer(request)
        return NOT_DONE_YET


class _Pourer:
    def __init__(self, request: Request) -> None:
        self._request = request
        request.registerProducer(self, False)

    def resumeProducing(self) -> None:
        self._request.write(CHUNK)

    def stopProducing(self) -> None:
        pass


def queries(outside: Outside) -> list[dict[str, str]]:
    """Give what the queries of the requests said that came."""
    return [dict(parse_qsl(urlsplit(seen.uri).query)) for seen in outside.seen]


def says(body: object, status: int = 200, **headers: str) -> Behaviour:
    """Answer with bytes, or with anything else as JSON; ``retry_after`` is a header's name."""

    def behave(request: Request) -> bytes:
        request.setResponseCode(status)
        for name, value in headers.items():
            request.setHeader(name.replace("_", "-"), value)
        if isinstance(body, bytes):
            return body
        request.setHeader("content-type", "application/json")
        return json.dumps(body).encode()

    return behave


def redirects(location: str, status: int = 302) -> Behaviour:
    """Answer that it is elsewhere."""
    return says(b"over there", status, location=location)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave differently each time; the last stays."""
    left = list(behaviours)

    def behave(request: Request) -> bytes | int:
        return (left.pop(0) if len(left) > 1 else left[0])(request)

    return behave


def breaks_off(request: Request) -> int:
    """Promise more than is sent."""
    request.setHeader("content-length", "1000")
    request.write(b"ten bytes.")
    request.channel.loseConnection()
    return NOT_DONE_YET


def hangs_up(request: Request) -> int:
    """Close the connection without a word."""
    request.channel.loseConnection()
    return NOT_DONE_YET


def writes(request: Request, data: bytes) -> None:
    """Send bytes that need not be HTTP."""
    transport: Any = request.channel.transport
    transport.write(data)
