"""The portal: its pages, and the fragments of them that browsers fetch again."""

from __future__ import annotations

from collections.abc import Coroutine, Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any, TypeVar

from klein import Klein
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.iweb import IRequest
from twisted.web.resource import IResource
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound, ServiceUnavailable

from hubs.cache.interfaces import ICache
from hubs.klein_app import times
from hubs.klein_app.assets import Assets, StaticFiles
from hubs.klein_app.boxes import AskRefresh, Boxes
from hubs.klein_app.messages import message_for
from hubs.klein_app.site import make_site
from hubs.klein_app.templating import Templates
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.permissions import Action, may
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry

T = TypeVar("T")

#: The longest that a page waits for the SQL store, seconds.
STORE_SECONDS = 10.0
#: How many teams the first page lists.
TEAMS_SHOWN = 24
WEEK = timedelta(days=7)
#: How much earlier than its own clock says a page begins to listen, seconds: the event streams
#: may go by another clock, and to hear of a change twice does no harm.
CLOCK_SKEW = 2.0

_TYPES = {"u": HubType.USER, "t": HubType.TEAM}
_HUB = "/<any(u, t):kind>/<name>"
#: What a viewer is to every hub, until people can log in.
_VISITOR = ()


class Portal:
    """Answers with pages."""

    app = Klein()
    _log = Logger()

    def __init__(
        self,
        *,
        stores: Stores,
        cache: ICache,
        registry: Registry,
        assets: Assets,
        ask_refresh: AskRefresh,
        sse_url: str,
        clock: IReactorTime,
    ) -> None:
        """Prepare to answer.

        Args:
            stores: Hubs and feeds.
            cache: What the cached functions of widgets found.
            registry: The widgets there are.
            assets: The built front end.
            ask_refresh: Queues the refresh of a widget's cached function, for data that is
                missing.
            sse_url: Where browsers find the event streams: a path, or a whole address.
            clock: What time is.
        """
        self._stores = stores
        self._assets = assets
        self._sse_url = sse_url
        self._clock = clock
        self._templates = Templates(registry, assets, clock)
        self._boxes = Boxes(stores, cache, registry, self._templates, ask_refresh, clock)

    def resource(self) -> IResource:
        """Give the whole site: the pages and the files they need.

        Returns:
            The root for a `twisted.web.server.Site`.
        """
        return make_site(self.app.resource(), StaticFiles(self._assets), self._sse_url)

    @app.route("/", methods=["GET"])
    async def home(self, request: IRequest) -> str:
        """List the busiest teams, for whoever is new here."""
        since = times.moment(self._clock.seconds()).date() - WEEK + timedelta(days=1)
        teams = await self._read(self._stores.hubs.busiest_teams(since, TEAMS_SHOWN))
        listed = [team for team in teams if may(_VISITOR, Action.SEE_LISTED, team.hub.visibility)]
        most = max((team.messages for team in listed), default=0)
        return self._page(request, "home.html", {"teams": listed, "most": most})

    @app.route(f"{_HUB}/", methods=["GET"])
    async def hub(self, request: IRequest, kind: str, name: str) -> str:
        """Show the hub of a person or a team."""
        hub, widgets = await self._find(kind, name)
        if not may(_VISITOR, Action.SEE_CONTENT, hub.visibility):
            return self._page(request, "preview.html", {"hub": hub})
        values = {
            "hub": hub,
            "boxes": await self._boxes.make(hub, _visible(hub, widgets)),
            "idle_days": times.idle_days(hub.last_activity, self._clock.seconds()),
            "stream": self._stream(hub),
        }
        return self._page(request, "hub.html", values)

    @app.route(f"{_HUB}/widgets/<widget_id>/", methods=["GET"])
    async def widget(self, request: IRequest, kind: str, name: str, widget_id: str) -> str:
        """Show one widget: the fragment alone when htmx asks, else a small page of its own."""
        hub, widgets = await self._find(kind, name)
        chosen = [one for one in _visible(hub, widgets) if str(one.id) == widget_id]
        if not chosen:
            raise NotFound
        [box] = await self._boxes.make(hub, chosen)
        if request.getHeader("HX-Request"):
            request.setHeader("Cache-Control", "no-store")
            return self._page(request, "frame.html", {"box": box})
        values = {"hub": hub, "box": box, "stream": self._stream(hub)}
        return self._page(request, "widget.html", values)

    @app.route(_HUB, endpoint="hub_without_slash")
    @app.route(f"{_HUB}/widgets/<widget_id>", endpoint="widget_without_slash")
    def without_slash(self, request: IRequest, **_: str) -> str:
        """Send whoever left out the last slash to the page, if there is one."""
        request.setResponseCode(HTTPStatus.PERMANENT_REDIRECT)
        request.setHeader("Location", request.path + b"/")
        return ""

    @app.handle_errors(HTTPException)
    def refused(self, request: IRequest, failure: Failure) -> str:
        """Say in friendly words what is wrong with a request, or with us."""
        if isinstance(failure.value, MethodNotAllowed):
            request.setHeader("Allow", ", ".join(sorted(failure.value.valid_methods or ())))
        return self._message(request, getattr(failure.value, "code", None))

    @app.handle_errors(Exception)
    def broken(self, request: IRequest, failure: Failure) -> str:
        """Say sorry; what went wrong is in the log alone."""
        self._log.failure("{path} cannot be shown", failure, path=request.path.decode("latin-1"))
        return self._message(request, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _message(self, request: IRequest, code: int | None) -> str:
        message = message_for(code)
        request.setResponseCode(message.status)
        if message.status is HTTPStatus.SERVICE_UNAVAILABLE:
            request.setHeader("Retry-After", "10")
        return self._page(request, "message.html", {"message": message})

    def _page(self, request: IRequest, template: str, values: Mapping[str, Any]) -> str:
        request.setHeader("Content-Type", "text/html; charset=utf-8")
        return self._templates.render(template, values)

    def _stream(self, hub: Hub) -> str:
        joint = "&" if "?" in self._sse_url else "?"
        since = int((self._clock.seconds() - CLOCK_SKEW) * 1000)
        return f"{self._sse_url}{joint}hub={hub.id}&since={since}-0"

    async def _find(self, kind: str, name: str) -> tuple[Hub, list[WidgetInstance]]:
        # PostgreSQL refuses some characters that no name has.
        found = (
            await self._read(self._stores.hubs.page(_TYPES[kind], name))
            if name.isprintable()
            else None
        )
        if found is None or not may(_VISITOR, Action.SEE_LISTED, found[0].visibility):
            raise NotFound
        return found

    async def _read(self, reading: Coroutine[Deferred[Any], Any, T]) -> T:
        try:
            return await Deferred.fromCoroutine(reading).addTimeout(STORE_SECONDS, self._clock)
        except CancelledError:
            raise  # The browser left.
        except Exception as error:
            self._log.error("The SQL store cannot be read: {error}", error=error)
            raise ServiceUnavailable from error


def _visible(hub: Hub, widgets: list[WidgetInstance]) -> list[WidgetInstance]:
    """Give those widgets of a hub whose content the viewer may see."""
    return [
        widget
        for widget in widgets
        if may(_VISITOR, Action.SEE_CONTENT, hub.visibility)
        and may(_VISITOR, Action.SEE_CONTENT, widget.visibility)
    ]
