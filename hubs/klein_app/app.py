"""The portal as a whole: the one place where groups of pages are put together."""

from __future__ import annotations

from twisted.internet.interfaces import IReactorTime
from twisted.web.resource import IResource

from hubs.cache.interfaces import ICache
from hubs.klein_app.api.document import document
from hubs.klein_app.api.gate import ApiGate
from hubs.klein_app.api.resources import make_resources
from hubs.klein_app.assets import Assets, StaticFiles
from hubs.klein_app.board import Board
from hubs.klein_app.boxes import AskForData, Boxes
from hubs.klein_app.errors import Errors
from hubs.klein_app.gate import Gate
from hubs.klein_app.kept import KeptBoxes
from hubs.klein_app.languages import Languages
from hubs.klein_app.login.way import LOGIN, WayIn
from hubs.klein_app.pages.account import AccountPages
from hubs.klein_app.pages.api import ApiPages
from hubs.klein_app.pages.arrange import ArrangePages
from hubs.klein_app.pages.bookmarks import BookmarkPages
from hubs.klein_app.pages.directory import DirectoryPages
from hubs.klein_app.pages.feed import FeedPages
from hubs.klein_app.pages.home import HomePages
from hubs.klein_app.pages.hub import HubPages
from hubs.klein_app.pages.joining import JoiningPages
from hubs.klein_app.pages.people import PeoplePages
from hubs.klein_app.pages.settings import SettingsPages
from hubs.klein_app.pages.stream import StreamPages
from hubs.klein_app.pages.tokens import TokenPages
from hubs.klein_app.pages.widget_forms import WidgetFormPages
from hubs.klein_app.portal import Portal, TellOfAccess
from hubs.klein_app.role_changes import RoleChanges
from hubs.klein_app.routes import PageGroup, gather
from hubs.klein_app.sessions import Sessions
from hubs.klein_app.site import make_site, security_headers
from hubs.klein_app.templating import Templates
from hubs.widgets.arrange import Arranger, TellBrowsers
from hubs.widgets.base import Stores
from hubs.widgets.hub_settings import HubSettings
from hubs.widgets.registry import Registry


class App:
    """All pages.

    Attributes:
        pages: The routes of all groups.
        arranger: Changes the widgets of hubs.
        hub_settings: Changes the settings of hubs.
    """

    def __init__(
        self,
        *,
        stores: Stores,
        cache: ICache,
        registry: Registry,
        assets: Assets,
        ask_refresh: AskForData,
        sessions: Sessions,
        tell_of_access: TellOfAccess,
        tell_browsers: TellBrowsers,
        sse_url: str,
        clock: IReactorTime,
        url: str = "",
        keep: float = 0.0,
        way_in: WayIn | None = None,
        groups_url: str = "",
    ) -> None:
        """Put the portal together.

        Args:
            stores: Hubs and feeds.
            cache: What the cached functions of widgets found.
            registry: The widgets there are.
            assets: The built front end.
            ask_refresh: Queues the refresh of a widget's cached function, for data that is
                missing.
            sessions: Who requests are from.
            tell_of_access: Has event streams asked anew, once who may see a hub has changed.
            tell_browsers: Tells the browsers that look at a hub that a part of it has changed.
            sse_url: Where browsers find the event streams: a path, or a whole address.
            clock: What time is.
            url: Where people find the portal, without a slash at the end, if that is known.
            keep: For how long the widgets of a public hub's page are kept for who comes next,
                seconds.
            way_in: How people log in; None if they cannot.
            groups_url: Where the pages of account groups are, without a slash at the end.
        """
        self.arranger = Arranger(stores.hubs, registry, ask_refresh, tell_browsers, tell_of_access)
        self.hub_settings = HubSettings(
            stores.hubs, registry, ask_refresh, tell_browsers, tell_of_access
        )
        self._assets = assets
        self._headers = security_headers(
            sse_url,
            under_tls=url.startswith("https:"),
            login_origin=way_in.origin if way_in else "",
        )
        templates = Templates(registry, assets, clock, way_in.templates if way_in else {})
        portal = Portal(
            stores=stores,
            templates=templates,
            languages=Languages.load(),
            clock=clock,
            url=url,
            tell_of_access=tell_of_access,
            login_path=LOGIN if way_in else "",
        )
        boxes = Boxes(stores, cache, registry, templates, ask_refresh, clock)
        roles = RoleChanges(portal, ask_refresh, tell_browsers)
        board = Board(portal, self.arranger, sse_url)
        groups: list[PageGroup] = [
            HomePages(portal),
            HubPages(portal, boxes, KeptBoxes(boxes, keep, clock), sse_url),
            DirectoryPages(portal),
            StreamPages(portal, sse_url),
            BookmarkPages(portal),
            JoiningPages(portal, roles, groups_url),
            PeoplePages(portal, roles),
            ArrangePages(portal, self.arranger, board),
            WidgetFormPages(portal, self.arranger, board, boxes),
            SettingsPages(portal, self.hub_settings),
            FeedPages(portal),
        ]
        if way_in is not None:
            groups += [
                way_in.pages(portal, sessions),
                AccountPages(portal, sessions, way_in.after_logout),
                TokenPages(portal),
            ]
        resources = make_resources(portal, boxes, roles, self.arranger, self.hub_settings)
        groups.append(ApiPages(portal, document(resources, url)))
        gate = Gate(sessions)
        self.pages = gather((gate.admit, groups), (ApiGate(portal, gate).admit, resources))
        Errors(portal, gate).handle_those_of(self.pages)

    def resource(self) -> IResource:
        """Give the whole site: the pages and the files they need.

        Returns:
            The root for a `twisted.web.server.Site`.
        """
        return make_site(self.pages.resource(), StaticFiles(self._assets), self._headers)
