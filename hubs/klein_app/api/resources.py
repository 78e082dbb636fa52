"""The resources of the API: the one place where they are put together."""

from __future__ import annotations

from hubs.klein_app.api.arranging import ArrangingResource
from hubs.klein_app.api.bookmarks import BookmarkResource
from hubs.klein_app.api.hubs import HubResource
from hubs.klein_app.api.operation import Resource
from hubs.klein_app.api.people import PeopleResource
from hubs.klein_app.api.settings import SettingsResource
from hubs.klein_app.api.stream import StreamResource
from hubs.klein_app.api.tokens import TokenResource
from hubs.klein_app.api.widgets import WidgetResource
from hubs.klein_app.boxes import Boxes
from hubs.klein_app.portal import Portal
from hubs.klein_app.role_changes import RoleChanges
from hubs.widgets.arrange import Arranger
from hubs.widgets.hub_settings import HubSettings


def make_resources(
    portal: Portal,
    boxes: Boxes,
    roles: RoleChanges,
    arranger: Arranger,
    hub_settings: HubSettings,
) -> list[Resource]:
    """Make all there are.

    Args:
        portal: What all pages share.
        boxes: Says how widgets are.
        roles: Changes roles.
        arranger: Changes the widgets of hubs.
        hub_settings: Changes the settings of hubs.

    Returns:
        Them, in the order of the document.
    """
    return [
        HubResource(portal),
        WidgetResource(portal, boxes),
        PeopleResource(portal, roles),
        StreamResource(portal),
        BookmarkResource(portal),
        TokenResource(portal),
        ArrangingResource(portal, arranger),
        SettingsResource(portal, hub_settings),
    ]
