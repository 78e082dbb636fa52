"""``/sse/?hub=12``: where a browser asks for the event stream of a hub."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any, cast

from twisted.internet.defer import Deferred
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import IReactorTime
from twisted.internet.tcp import Connection
from twisted.logger import Logger
from twisted.protocols.policies import ProtocolWrapper
from twisted.python.failure import Failure
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request

from hubs.model.permissions import Action
from hubs.model.reload import Reload
from hubs.model.viewer import HubView, Viewer
from hubs.sse.broker import Broker

LookUp = Callable[[int, Viewer], Coroutine[Deferred[Any], Any, HubView | None]]
Recognize = Callable[[Request], Coroutine[Deferred[Any], Any, Viewer]]

#: How long the look-up of a hub may take.
LOOK_UP_SECONDS = 10.0
#: When those who found no room, or no database, may ask again, seconds.
RETRY_AFTER = "10"

_HUB = re.compile(rb"[0-9]{1,18}")


class RefusalError(Exception):
    """A request gets no stream.

    Attributes:
        status: The status of the answer.
    """

    def __init__(self, status: HTTPStatus, text: str) -> None:
        """Say why.

        Args:
            status: The status of the answer.
            text: One line for whoever asked.
        """
        super().__init__(text)
        self.status = status


class EventStreamResource(Resource):
    """Asks who may see the hub, writes the headers, and gives the connection to the broker."""

    isLeaf = True
    _log = Logger()

    def __init__(
        self,
        broker: Broker,
        look_up: LookUp,
        recognize: Recognize,
        clock: IReactorTime,
        *,
        allow_origin: str = "",
        max_streams: int = 20_000,
    ) -> None:
        """Prepare to answer.

        Args:
            broker: Where the connections go.
            look_up: Finds a hub by its number, as a viewer sees it, with those of its widgets that
                not everybody may see; None if there is none.
            recognize: Says by the cookie of a request who it is from.
            clock: What time is.
            allow_origin: The value of ``Access-Control-Allow-Origin``, as in
                ``https://hubs.example.org``; empty if pages come from the same address. Browsers
                send the cookie of the session to another one if that is on the same host.
            max_streams: How many streams this process holds.
        """
        super().__init__()
        self._broker = broker
        self._look_up = look_up
        self._recognize = recognize
        self._clock = clock
        self._allow_origin = allow_origin
        self._max_streams = max_streams
        self._asking = 0
        self._database_away = False

    def render_GET(self, request: Request) -> int:
        """Answer with a stream, or say why there is none.

        Args:
            request: Names the hub, and perhaps the last event that the browser knows.

        Returns:
            That the answer comes later.
        """
        request.setHeader("Cache-Control", "no-cache, no-store")
        if self._allow_origin:
            request.setHeader("Access-Control-Allow-Origin", self._allow_origin)
            request.setHeader("Access-Control-Allow-Credentials", "true")
        answering = Deferred.fromCoroutine(self._answer(request))
        answering.addErrback(request.processingFailed)
        request.notifyFinish().addErrback(lambda _: answering.cancel())
        return NOT_DONE_YET

    async def _answer(self, request: Request) -> None:
        try:
            view = await self._find_hub(request)
        except RefusalError as refusal:
            if request.channel is not None:
                _refuse(request, refusal)
        else:
            if request.channel is not None:
                self._open(request, view)

    async def _find_hub(self, request: Request) -> HubView:
        wanted = (request.args or {}).get(b"hub", [])
        if len(wanted) != 1 or not _HUB.fullmatch(wanted[0]):
            raise RefusalError(
                HTTPStatus.BAD_REQUEST, "Expected the number of one hub, as in /sse/?hub=12."
            )
        taken = self._broker.open_streams + self._asking
        if taken >= self._max_streams or not self._broker.running:
            raise RefusalError(HTTPStatus.SERVICE_UNAVAILABLE, "No room for another stream.")
        self._asking += 1
        try:
            view = await self._ask_until_certain(int(wanted[0]), request)
        finally:
            self._asking -= 1
        if view is None or not view.may(Action.SEE_CONTENT):
            raise RefusalError(HTTPStatus.NOT_FOUND, "There is no such hub.")
        return view

    async def _ask_until_certain(self, hub_id: int, request: Request) -> HubView | None:
        # The answer may be from before a change that the broker has heard of meanwhile.
        while True:
            changes = self._broker.access_changes
            view = await self._ask_stores(hub_id, request)
            if changes == self._broker.access_changes:
                return view

    async def _ask_stores(self, hub_id: int, request: Request) -> HubView | None:
        asking = Deferred.fromCoroutine(self._look(hub_id, request))
        try:
            view = await asking.addTimeout(LOOK_UP_SECONDS, self._clock)
        except Exception as error:
            # A browser that left has cancelled the look-up; then nothing is wrong with it.
            if request.channel is not None and not self._database_away:
                self._database_away = True
                self._log.error("Hubs cannot be looked up: {error}", error=error)
            raise RefusalError(
                HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer."
            ) from error
        self._database_away = False
        return view

    async def _look(self, hub_id: int, request: Request) -> HubView | None:
        return await self._look_up(hub_id, await self._recognize(request))

    def _open(self, request: Request, view: HubView) -> None:
        request.setHeader("Content-Type", "text/event-stream; charset=utf-8")
        request.setHeader("X-Accel-Buffering", "no")
        if request.method == b"HEAD":
            request.finish()
            return
        # The answer ends with the connection, and says so.
        request.setHeader("Connection", "close")
        channel = request.channel
        channel.writeHeaders(b"HTTP/1.1", b"200", b"OK", request.responseHeaders)
        # What came with the request is no request any more: the channel would stop reading.
        channel.clearLineBuffer()
        # Request and channel hold each other, and nothing needs them from here on.
        channel.requests.clear()
        channel.connectionLost(Failure(ConnectionDone("An event stream has taken it over.")))
        last_event_id = request.getHeader(b"Last-Event-ID") or _since(request)
        transport = cast("Connection | ProtocolWrapper", channel.transport)
        self._broker.open(
            view.hub.id,
            transport,
            last_event_id.decode("ascii", "replace"),
            person_id=view.viewer.person_id,
            unheard=_unheard(view),
        )


def _unheard(view: HubView) -> frozenset[str]:
    """Give the targets of what the viewer may not see: nobody else learns that it changes."""
    closed = [one for one in view.widgets if not view.may(Action.SEE_CONTENT, one.visibility)]
    reloads = [Reload.widget(view.hub.id, one.id) for one in closed]
    if not view.sees_feed:
        reloads.append(Reload.feed(view.hub.id))
    return frozenset(one.target for one in reloads)


def _since(request: Request) -> bytes:
    # A page says when it was made, for what happened before its stream was open.
    args: dict[bytes, list[bytes]] = request.args or {}
    return args.get(b"since", [b""])[0]


def _refuse(request: Request, refusal: RefusalError) -> None:
    body = f"{refusal}\n".encode()
    request.setResponseCode(refusal.status)
    request.setHeader("Content-Type", "text/plain; charset=utf-8")
    request.setHeader("Content-Length", str(len(body)))
    if refusal.status is HTTPStatus.SERVICE_UNAVAILABLE:
        request.setHeader("Retry-After", RETRY_AFTER)
    request.write(body)
    request.finish()
