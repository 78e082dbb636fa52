"""``twistd hubs-web``: the portal."""

from __future__ import annotations

from twisted.web.resource import IResource, Resource
from twisted.web.server import Request, Site

from hubs.klein_app.app import Portal
from hubs.klein_app.assets import Assets, AssetsError
from hubs.model.hub import WidgetInstance
from hubs.pipeline.work import RefreshWork
from hubs.twistd_plugins.listening import Listening
from hubs.twistd_plugins.making import maker
from hubs.twistd_plugins.options import HubsOptions
from hubs.twistd_plugins.parts import Parts


class Options(HubsOptions):
    """The options of ``twistd hubs-web``."""

    command = "hubs-web"


def add_to(parts: Parts, streams: IResource | None = None) -> None:
    """Add the portal to what runs.

    Args:
        parts: What it is made of.
        streams: The event streams, to be served at ``/sse/`` of the portal's own address.

    Raises:
        SystemExit: The front end is not built; it carries one line that says what to do.
    """
    portal = _portal(parts).resource()
    root = portal if streams is None else _WithStreams(portal, streams)
    parts.add(Listening("web.listen", parts.settings.web.listen, Site(root), parts.reactor))


def _portal(parts: Parts) -> Portal:
    work = parts.work

    async def ask_refresh(widget: WidgetInstance, function: str) -> None:
        # When the queue is full this is passed over; the next visitor asks again.
        await work.offer([RefreshWork(widget.id, function).new_item()])

    try:
        assets = Assets.load()
    except AssetsError as error:
        raise SystemExit(f"hubs-web: {error}") from None
    return Portal(
        stores=parts.stores,
        cache=parts.cache,
        registry=parts.registry,
        assets=assets,
        ask_refresh=ask_refresh,
        sse_url=parts.settings.sse.url,
        clock=parts.reactor,
    )


class _WithStreams(Resource):
    """The portal, with the event streams at one of its paths."""

    def __init__(self, portal: IResource, streams: IResource) -> None:
        super().__init__()
        self._portal = portal
        self.putChild(b"sse", streams)

    def getChild(self, path: bytes, request: Request) -> IResource:
        # The portal reads the whole path by itself.
        request.postpath = [path, *(request.postpath or [])]
        request.prepath = []
        return self._portal


makeService = maker(add_to)
