"""The widget of the state of services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import attrs

from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.status import Outage, Status
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.places import COUNT

_HOUR = 3600.0


class FindOutages(CachedFunction):
    """Finds outages. No message tells of one, so that they are found anew by their age."""

    name = "outages"
    time_to_live = 300.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: nothing."""
        return frozenset()

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        status = Status(stores.sources)
        ongoing, planned = await status.ongoing(), await status.planned()
        return _plain(ongoing, planned, COUNT.of(widget.config))


class ServiceStatusWidget(Widget):
    """Shows which services are out, and which will be."""

    name = "service_status"
    title = gettext_noop("Status of services")
    summary = gettext_noop(
        "Shows which of Fedora's services are out, until when, and which outages are planned."
    )
    parameters = (COUNT,)
    functions = (FindOutages(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return dict(data["outages"])

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: the page with the state of all services."""
        page = Status(stores.sources).page
        return [SourceLink(urlsplit(page).netloc, page)]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        page = "https://status.example"
        return _plain(
            [Outage("Lanterns answer slowly", page, now - 2 * _HOUR, now + _HOUR)],
            [Outage("The wick store is moved", page, now + 50 * _HOUR, now + 53 * _HOUR)],
            COUNT.default,
        )


def _plain(ongoing: Iterable[Outage], planned: Iterable[Outage], count: int) -> dict[str, Any]:
    now, later = list(ongoing), list(planned)
    shown = now[:count]
    to_come = later[: count - len(shown)]
    return {
        "ongoing": [attrs.asdict(one) for one in shown],
        "planned": [attrs.asdict(one) for one in to_come],
        "shown": len(shown) + len(to_come),
        "count": len(now) + len(later),
    }
