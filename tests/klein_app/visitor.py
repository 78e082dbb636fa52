"""A browser without JavaScript: asks for pages and looks at the answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from io import BytesIO

import attrs
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.web.client import Agent, FileBodyProducer
from twisted.web.http_headers import Headers


@attrs.frozen
class Answer:
    """What a server said.

    Attributes:
        status: The status.
        headers: The headers, by name in lower case.
        body: The bytes as they came.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def html(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")

    @property
    def text(self) -> str:
        """What a person reads: without tags, and with single spaces."""
        content = self.html.partition("<body")[2] or self.html
        content = re.sub(r"</?(a|code|em|strong|svg|time|use)\b[^>]*>", "", content)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", content)).split())


class _Collector(Protocol):
    """Collects a body as it comes, which treq would unpack."""

    def __init__(self) -> None:
        self.done: Deferred[bytes] = Deferred()
        self._data = b""

    def dataReceived(self, data: bytes) -> None:
        self._data += data

    def connectionLost(self, reason: Failure | None = None) -> None:
        self.done.callback(self._data)


@attrs.frozen
class Visitor:
    """Asks one site.

    Attributes:
        origin: Where it is, as in ``http://127.0.0.1:8080``.
    """

    origin: str

    async def get(
        self, path: str, method: str = "GET", body: bytes = b"", **headers: str
    ) -> Answer:
        """Ask for a page; an underscore in the name of a header stands for a hyphen."""
        agent = Agent(reactor)
        fields = Headers({name.replace("_", "-"): [value] for name, value in headers.items()})
        response = await agent.request(
            method.encode(), (self.origin + path).encode(), fields, FileBodyProducer(BytesIO(body))
        )
        collector = _Collector()
        response.deliverBody(collector)
        received = await collector.done
        found = {
            name.decode().lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.getAllRawHeaders()
        }
        return Answer(response.code, found, received)
