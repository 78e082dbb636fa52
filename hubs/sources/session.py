"""The session: every request to an outside service goes through it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, TypeVar

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.web.client import BrowserLikePolicyForHTTPS
from twisted.web.iweb import IPolicyForHTTPS

from hubs.config import Services, Sources
from hubs.sources import rate_limit
from hubs.sources.answer import Answer
from hubs.sources.errors import (
    FailingError,
    NotFoundError,
    SourceError,
    StatusError,
    TooSlowError,
    UnreachableError,
    UnreadableError,
)
from hubs.sources.gate import Gate, Gates
from hubs.sources.memory import Kept, Memory
from hubs.sources.request import Parameters, Request
from hubs.sources.transport import Transport
from hubs.watch.metrics import UPSTREAM_REQUESTS

T = TypeVar("T")

#: Pauses before a request is made again, seconds; each is taken half as long to one and a half.
PAUSES = (0.5, 1.5)
#: Redirects that are followed.
MOST_REDIRECTS = 5
#: What hosts that are not in our settings are counted under: there is no end to them.
ELSEWHERE = "elsewhere"

_REDIRECTS = {301, 302, 303, 307, 308}
_PASSING = {502, 503, 504}
_GONE = {404, 410}
_REFUSALS = {401: "wants a login that it was not given", 403: "does not allow this"}


class Session:
    """Asks outside services, politely and within limits.

    Only hosts of base addresses in the settings may be in private networks; all others, and
    all that people type, are asked at public addresses only, and without our tokens.

    Attributes:
        services: The base addresses of the services.
    """

    def __init__(
        self,
        settings: Sources,
        services: Services,
        reactor: Any,
        policy: IPolicyForHTTPS | None = None,
        others: Iterable[str] = (),
    ) -> None:
        """Connect to nobody yet.

        Args:
            settings: Timeouts, limits and tokens.
            services: The base addresses of the services.
            reactor: What connects, and what time is.
            policy: Whose certificates are believed; that of the operating system if None.
            others: Addresses of the settings that are no service, and are trusted as these are.
        """
        self.services = services
        self._settings = settings
        self._clock = reactor
        self._transport = Transport(settings, reactor, policy or BrowserLikePolicyForHTTPS())
        self._gates = Gates(settings.per_host, reactor)
        self._memory = Memory(settings.memory)
        self._trusted = {Request.to(base).origin for base in (*_bases(services), *others)}
        self._agent = f"Fedora-Hubs/{version('fedora-hubs')}"

    def close(self) -> Deferred[None]:
        """Close the connections.

        Returns:
            Fires when they are closed.
        """
        return self._transport.close()

    async def apart(self, read: Callable[[Answer], T], answer: Answer) -> T:
        """Read an answer in a thread, where that takes so long that others would wait for it.

        Args:
            read: Reads it; what it raises is raised here.
            answer: The answer.

        Returns:
            What it gives.
        """
        pool = self._clock.getThreadPool()
        found: T = await deferToThreadPool(self._clock, pool, read, answer)
        return found

    async def get(
        self,
        address: str,
        *,
        params: Parameters | None = None,
        accept: str = "application/json",
        headers: Mapping[str, str] | None = None,
        typed: bool = False,
        timeout: float | None = None,
    ) -> Answer:
        """Get what is at an address.

        Args:
            address: An http or https address.
            params: What to add to its query.
            accept: The media types that are wanted.
            headers: What else to say to the host of the address.
            typed: Whether a person typed it.
            timeout: How long it may take, seconds; None for what the settings say.

        Returns:
            A good answer, which may be one of before if the host says that it still holds.

        Raises:
            SourceError: There is none; its kinds say why.
        """
        request = Request.to(address, params, typed=typed)
        request = attrs.evolve(request, accept=accept, headers=_sorted(headers))
        return await self._ask(request, timeout)

    async def post(
        self,
        address: str,
        body: bytes,
        content_type: str,
        *,
        accept: str = "application/json",
        headers: Mapping[str, str] | None = None,
        repeatable: bool = False,
        timeout: float | None = None,
    ) -> Answer:
        """Send something to an address of the settings.

        Args:
            address: An http or https address.
            body: What to send.
            content_type: Its media type.
            accept: The media types that are wanted.
            headers: What else to say.
            repeatable: Whether asking twice does no more than asking once.
            timeout: How long it may take, seconds; None for what the settings say.

        Returns:
            A good answer.

        Raises:
            SourceError: There is none; its kinds say why.
        """
        request = attrs.evolve(
            Request.to(address),
            method="POST",
            accept=accept,
            headers=_sorted({**(headers or {}), "content-type": content_type}),
            body=body,
            repeatable=repeatable,
        )
        return await self._ask(request, timeout)

    async def _ask(self, request: Request, timeout: float | None) -> Answer:
        """Follow redirects to an answer."""
        deadline = self._clock.seconds() + (timeout or self._settings.timeout)
        asked = request
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._ask_patiently(request, deadline)
            if answer.status not in _REDIRECTS:
                return answer
            if request.method != "GET":
                raise UnreadableError(request.host, "redirects what was sent to it")
            request = request.redirected(answer.headers.get("location", ""))
        raise UnreadableError(asked.host, f"redirects more than {MOST_REDIRECTS} times")

    async def _ask_patiently(self, request: Request, deadline: float) -> Answer:
        """Ask again what may be asked again."""
        for pause in PAUSES if request.repeatable else ():
            try:
                return await self._ask_counted(request, deadline)
            except (UnreachableError, FailingError) as error:
                wait = pause * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
                passing = not isinstance(error, FailingError) or error.status in _PASSING
                if not passing or self._clock.seconds() + wait >= deadline:
                    raise
            await deferLater(self._clock, wait)
        return await self._ask_counted(request, deadline)

    async def _ask_counted(self, request: Request, deadline: float) -> Answer:
        try:
            result, answer = await self._ask_once(request, deadline)
        except SourceError as error:
            self._count(request, error.kind)
            raise
        self._count(request, result)
        return answer

    async def _ask_once(self, request: Request, deadline: float) -> tuple[str, Answer]:
        kept = self._memory.get(request)
        if kept is not None and kept.fresh_until > self._clock.seconds():
            return "remembered", kept.answer
        gate = self._gates.of(request.host)
        conditions = kept.conditions if kept else {}

        async def ask() -> Answer:
            return await self._exchange(request, conditions, gate, deadline)

        answer = await gate.through(request.part, ask)
        interval = rate_limit.poll_interval(answer.headers)
        fresh_until = self._clock.seconds() + interval if interval else 0.0
        if answer.status == HTTPStatus.NOT_MODIFIED:
            if kept is None:
                raise UnreadableError(request.host, "says that nothing changed, unasked")
            self._memory.keep(request, attrs.evolve(kept, fresh_until=fresh_until))
            return "not modified", kept.answer
        if request.method == "GET":
            self._memory.keep(request, Kept(answer, fresh_until))
        return "ok", answer

    async def _exchange(
        self, request: Request, conditions: Mapping[str, str], gate: Gate, deadline: float
    ) -> Answer:
        left = deadline - self._clock.seconds()
        if left <= 0:
            raise TooSlowError(request.host, "did not answer in time")
        headers = {**self._headers(request), **conditions}
        trusted = not request.typed and request.origin in self._trusted
        answer = await self._transport.send(request, headers, left, trusted=trusted)
        gate.look(request.part, answer)
        _check_status(answer)
        return answer

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {
            **dict(request.headers),
            "accept": request.accept,
            "accept-encoding": "gzip",
            "user-agent": self._agent,
        }
        token = self._settings.tokens.get(request.host)
        safe = request.origin[0] == "https" or request.origin in self._trusted
        if token is not None and safe and not request.typed:
            secret = token.get_secret_value()
            headers["authorization"] = secret if " " in secret else f"Bearer {secret}"
        return headers

    def _count(self, request: Request, result: str) -> None:
        known = not request.typed and request.origin in self._trusted
        UPSTREAM_REQUESTS.labels(request.host if known else ELSEWHERE, result).inc()


def _bases(services: Services) -> Iterator[str]:
    for base in dict(services).values():
        yield from (base,) if isinstance(base, str) else base


def _sorted(headers: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((headers or {}).items()))


def _check_status(answer: Answer) -> None:
    if answer.status < HTTPStatus.BAD_REQUEST:
        return
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise FailingError(answer.host, answer.status)
    if answer.status in _GONE:
        raise NotFoundError(answer.host, answer.status, "has nothing there")
    reason = _REFUSALS.get(answer.status, "refuses the request")
    raise StatusError(answer.host, answer.status, reason)
