"""What a service answers to those who watch it: ``/healthz``, ``/readyz`` and ``/metrics``."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable
from http import HTTPStatus

from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.web import http
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from hubs.watch.health import Health

#: Sets gauges that are not kept up to date by themselves.
Probe = Callable[[], Awaitable[object]]


class _Later(Resource):
    """Answers when it has asked others; also to a HEAD."""

    isLeaf = True

    def render_GET(self, request: Request) -> int:
        """Begin to answer."""
        request.setHeader("Cache-Control", "no-store")
        answering = Deferred.fromCoroutine(self._answer(request))
        answering.addErrback(request.processingFailed)
        return NOT_DONE_YET

    async def _answer(self, request: Request) -> None:
        body = await self.body(request)
        # Whoever asked may have left meanwhile.
        if request.channel is not None:
            request.write(body if request.method != b"HEAD" else b"")
            request.finish()

    async def body(self, request: Request) -> bytes:
        """Give the body of the answer, and set its status and headers."""
        raise NotImplementedError


class Alive(_Later):
    """``/healthz``: that the process answers at all."""

    async def body(self, request: Request) -> bytes:
        """See `_Later`."""
        return _json(request, {"status": "alive"})


class Ready(_Later):
    """``/readyz``: whether the stores answer, and if not why."""

    def __init__(self, health: Health) -> None:
        """Prepare to answer.

        Args:
            health: Asks the stores.
        """
        super().__init__()
        self._health = health

    async def body(self, request: Request) -> bytes:
        """See `_Later`."""
        report = await self._health.report()
        if not report.ready:
            request.setResponseCode(HTTPStatus.SERVICE_UNAVAILABLE)
        return _json(
            request,
            {
                "ready": report.ready,
                "stores": {name: reason or "ok" for name, reason in report.reasons.items()},
            },
        )


class Metrics(_Later):
    """``/metrics``: what Prometheus collects."""

    _log = Logger()

    def __init__(self, probes: Iterable[Probe]) -> None:
        """Prepare to answer.

        Args:
            probes: Each is called before an answer.
        """
        super().__init__()
        self._probes = probes

    async def body(self, request: Request) -> bytes:
        """See `_Later`."""
        for probe in self._probes:
            try:
                await probe()
            except Exception as error:
                # A store that is away has a metric of its own.
                self._log.debug("Left out of the metrics: {error}", error=error)
        encode, content_type = choose_encoder(request.getHeader("Accept") or "")
        request.setHeader("Content-Type", content_type)
        return encode(REGISTRY)


def watch_site(health: Health, probes: Iterable[Probe]) -> Site:
    """Put together what is answered to those who watch.

    Args:
        health: Asks the stores.
        probes: See `Metrics`.

    Returns:
        A site for a port of its own.
    """
    root = Resource()
    root.putChild(b"healthz", Alive())
    root.putChild(b"readyz", Ready(health))
    # Whether stores answer is one of the metrics, whoever else asks for it.
    root.putChild(b"metrics", Metrics([health.report, *probes]))
    return _QuietSite(root)


class _QuietSite(Site):
    """Logs no access: it is asked every few seconds."""

    noisy = False

    def log(self, request: http.Request) -> None:
        """See `Site`."""


def _json(request: Request, value: object) -> bytes:
    request.setHeader("Content-Type", "application/json")
    return json.dumps(value).encode() + b"\n"
