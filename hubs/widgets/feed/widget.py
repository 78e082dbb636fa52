"""The feed widget."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from hubs.bus.conglomerators import Conglomerators
from hubs.bus.fedmsg_meta import FedmsgMeta
from hubs.model.entry import Entry
from hubs.model.hub import FEED, Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import Stores, Widget
from hubs.widgets.feed.line import Line, by_day
from hubs.widgets.feed.merging import merged


@functools.cache
def conglomerators() -> Conglomerators:
    """Give the conglomerators of installed packages; to find them takes a moment, once."""
    return Conglomerators(FedmsgMeta.from_entry_points().processors)


class FeedWidget(Widget):
    """Shows what happened on a hub, day by day."""

    name = FEED
    title = gettext_noop("Activity")
    summary = gettext_noop("Shows what happens here, newest first, as it happens.")
    framed = False

    def __init__(self) -> None:
        """Find the conglomerators before anybody waits for them."""
        conglomerators()

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        entries = await stores.feeds.entries(hub.feed)
        names = {name for entry in entries for name in (*entry.people, entry.agent) if name}
        known = await stores.known_people(names)
        groups = merged(entries, conglomerators())
        return {"days": by_day(Line.of_group(group, known) for group in groups)}

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        happened = [
            ("bodhi", "teacup submitted lantern-2.0-1.fc43 to testing"),
            ("git", "custard pushed 3 commits to rpms/lantern"),
        ]
        entries = [
            Entry(f"sample-{number}", now - 900 * number, topic, sentence)
            for number, (topic, sentence) in enumerate(happened, start=1)
        ]
        return {"days": by_day(Line.of(entry, ()) for entry in entries)}

    def reload_events(self, widget: WidgetInstance) -> tuple[str, ...]:
        """See `Widget`."""
        return ("feed", *super().reload_events(widget))
