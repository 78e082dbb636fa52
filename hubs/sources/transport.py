"""One exchange with a host by treq, and what its failures mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any

from OpenSSL import SSL
from service_identity import VerificationError
from treq.client import HTTPClient
from treq.cookies import IndexableCookieJar
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.error import ConnectError, ConnectionAborted, ConnectionClosed, DNSLookupError
from twisted.python.failure import Failure
from twisted.web.client import Agent, HTTPConnectionPool, RequestTransmissionFailed, ResponseFailed
from twisted.web.http_headers import Headers
from twisted.web.iweb import IPolicyForHTTPS

from hubs.config import Sources
from hubs.sources.answer import Answer
from hubs.sources.body import EncodedAgent, read_body
from hubs.sources.connection import Endpoints
from hubs.sources.errors import (
    CertificateError,
    SourceError,
    TooLargeError,
    TooSlowError,
    UnreachableError,
    UnreadableError,
)
from hubs.sources.request import Request


class Transport:
    """Asks hosts: those we trust anywhere, all others at public addresses only."""

    def __init__(self, settings: Sources, reactor: Any, policy: IPolicyForHTTPS) -> None:
        """Connect to nobody yet.

        Args:
            settings: Timeouts and limits.
            reactor: What connects.
            policy: Whose certificates are believed.
        """
        self._settings = settings
        self._reactor = reactor
        self._pool = HTTPConnectionPool(reactor, persistent=True)
        self._pool.maxPersistentPerHost = settings.per_host
        # A pool of its own, or a connection that was not looked at could be used again.
        once = HTTPConnectionPool(reactor, persistent=False)
        self._trusted = self._client(policy, self._pool, public=False)
        self._public = self._client(policy, once, public=True)

    def _client(
        self, policy: IPolicyForHTTPS, pool: HTTPConnectionPool, *, public: bool
    ) -> HTTPClient:
        settings = self._settings
        endpoints = Endpoints(
            self._reactor, policy, settings.connect_timeout, settings.max_size, public
        )
        agent = Agent.usingEndpointFactory(self._reactor, endpoints, pool)
        # Nobody gets a cookie back.
        jar = IndexableCookieJar(DefaultCookiePolicy(allowed_domains=()))
        return HTTPClient(EncodedAgent(agent), jar)

    def close(self) -> Deferred[None]:
        """Close the connections that wait for another request."""
        closing: Deferred[None] = self._pool.closeCachedConnections()
        return closing

    async def send(
        self, request: Request, headers: Mapping[str, str], timeout: float, *, trusted: bool
    ) -> Answer:
        """Make a request, and follow no redirect.

        Args:
            request: The request.
            headers: All its headers.
            timeout: How long everything may take, seconds.
            trusted: Whether the host may be in a private network.

        Returns:
            The answer, of whatever status.

        Raises:
            SourceError: There is none.
        """
        asking = Deferred.fromCoroutine(self._exchange(request, headers, trusted=trusted))

        def too_late(result: object, seconds: float) -> Answer:
            del result, seconds
            raise TooSlowError(request.host, "did not answer in time") from None

        try:
            return await asking.addTimeout(timeout, self._reactor, too_late)
        except DNSLookupError:
            raise UnreachableError(request.host, "has no address") from None
        except ConnectError:
            raise UnreachableError(request.host, "cannot be reached") from None
        except (ResponseFailed, RequestTransmissionFailed) as error:
            raise _lost(request.host, error.reasons) from None

    async def _exchange(
        self, request: Request, headers: Mapping[str, str], *, trusted: bool
    ) -> Answer:
        client = self._trusted if trusted else self._public
        response = await client.request(
            request.method,
            request.url,
            headers=Headers({name: [value] for name, value in headers.items()}),
            data=request.body,
            allow_redirects=False,
            unbuffered=True,
            reactor=self._reactor,
        )
        body = await read_body(request.host, response, self._settings.max_size)
        return Answer(request.host, request.url, response.code, _plain(response.headers), body)


def _lost(host: str, reasons: Sequence[Failure]) -> SourceError:
    """Say why a connection ended before its time.

    Raises:
        CancelledError: Nobody waits any longer, which the library tells in a way of its own.
    """

    def among(*kinds: type[BaseException]) -> bool:
        return any(reason.check(*kinds) for reason in reasons)

    if among(CancelledError):
        raise CancelledError
    if among(SSL.Error, VerificationError):
        return CertificateError(host, "has no valid certificate")
    if among(ConnectionAborted):
        return TooLargeError(host, "sent too much before its answer")
    if among(ConnectionClosed):
        return UnreachableError(host, "ended the connection before its answer was whole")
    return UnreadableError(host, "answered with what is no HTTP")


def _plain(headers: Headers) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values)
        for name, values in headers.getAllRawHeaders()
    }
