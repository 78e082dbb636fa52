"""``twistd hubs-web``: the portal."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from twisted.web.resource import IResource, Resource
from twisted.web.server import Request

from hubs.klein_app.app import App
from hubs.klein_app.assets import Assets, AssetsError
from hubs.klein_app.bounded import BoundedRequest
from hubs.klein_app.login.flow import Flows
from hubs.klein_app.login.newcomers import Newcomers
from hubs.klein_app.login.provider import Provider
from hubs.klein_app.login.way import WayIn
from hubs.klein_app.pages.login import CALLBACK, LoginPages
from hubs.klein_app.portal import Portal
from hubs.klein_app.sessions import Sessions
from hubs.model.hub import WidgetInstance
from hubs.pipeline.work import RefreshWork, tell_browsers, tell_of_access
from hubs.twistd_plugins.draining import Draining, DrainingSite
from hubs.twistd_plugins.listening import Listening
from hubs.twistd_plugins.making import maker
from hubs.twistd_plugins.options import HubsOptions
from hubs.twistd_plugins.parts import Parts
from hubs.watch.resource import Alive, Ready


class Options(HubsOptions):
    """The options of ``twistd hubs-web``."""

    command = "hubs-web"


def add_to(parts: Parts, streams: IResource | None = None, way_in: WayIn | None = None) -> None:
    """Add the portal to what runs.

    Args:
        parts: What it is made of.
        streams: The event streams, to be served at ``/sse/`` of the portal's own address.
        way_in: How people log in; without it, as the settings say.

    Raises:
        SystemExit: The front end is not built, or a setting is missing; it carries one line that
            says what to do.
    """
    root = _Root(_app(parts, way_in or openid_connect(parts)).resource())
    root.putChild(b"healthz", Alive())
    root.putChild(b"readyz", Ready(parts.health))
    if streams is not None:
        root.putChild(b"sse", streams)
    site = DrainingSite(root, parts.reactor, requestFactory=BoundedRequest)
    parts.add(Draining(site))
    parts.add(Listening("web.listen", parts.settings.web.listen, site, parts.reactor))


def _app(parts: Parts, way_in: WayIn | None) -> App:
    work = parts.work

    async def ask_refresh(widget: WidgetInstance, function: str, *, if_due: bool = False) -> None:
        # When the queue is full this is passed over; the next visitor asks again.
        await work.offer([RefreshWork(widget.id, function, if_due=if_due).new_item()])

    try:
        assets = Assets.load()
    except AssetsError as error:
        raise SystemExit(f"hubs-web: {error}") from None
    return App(
        stores=parts.stores,
        cache=parts.cache,
        registry=parts.registry,
        assets=assets,
        ask_refresh=ask_refresh,
        sessions=parts.sessions,
        tell_of_access=partial(tell_of_access, parts.redis),
        tell_browsers=partial(tell_browsers, parts.redis),
        sse_url=parts.settings.sse.url,
        clock=parts.reactor,
        url=parts.settings.web.url,
        keep=parts.settings.web.keep,
        way_in=way_in,
        groups_url=parts.settings.accounts.group_pages,
    )


def openid_connect(parts: Parts) -> WayIn | None:
    """Make the way to log in that the settings describe.

    Args:
        parts: What it is made of.

    Returns:
        It, or None if they name no account system.

    Raises:
        SystemExit: A setting that it needs is missing; it carries one line that names it.
    """
    settings, url = parts.settings.login, parts.settings.web.url
    if not settings.issuer:
        return None
    for name, value in (("web.url", url), ("login.client_id", settings.client_id)):
        if not value:
            raise SystemExit(
                f"hubs-web: {name}: got '', expected a value, since login.issuer is set"
            )
    provider = Provider(settings, parts.sources, parts.reactor)
    newcomers = Newcomers(parts.people, parts.accounts)

    def pages(portal: Portal, sessions: Sessions) -> LoginPages:
        flows = Flows(parts.redis)
        return LoginPages(portal, sessions, flows, provider, newcomers, url + CALLBACK)

    return WayIn(
        pages,
        after_logout=lambda: provider.logout_url(f"{url}/"),
        origin="://".join(urlsplit(settings.issuer)[:2]),
    )


class _Root(Resource):
    """The portal, with other things at some of its paths."""

    def __init__(self, portal: IResource) -> None:
        super().__init__()
        self._portal = portal

    def getChild(self, path: bytes, request: Request) -> IResource:
        # The portal reads the whole path by itself.
        request.postpath = [path, *(request.postpath or [])]
        request.prepath = []
        return self._portal


makeService = maker(add_to, hands_over=True)
