"""What many see at once is made once: the widgets of public hubs, kept for a moment."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from cachetools import TTLCache
from twisted.internet.interfaces import IReactorTime

from hubs.klein_app.boxes import Box, Boxes
from hubs.klein_app.languages import Language
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.viewer import HubView

#: For how many hubs, each in each language, they are kept.
MOST = 100


@attrs.frozen
class Made:
    """The widgets of a page.

    Attributes:
        hub: The hub as it was.
        widgets: Its widgets as they were, those that are shown.
        boxes: A box for each.
        time: When they began to be made, seconds since the epoch.
    """

    hub: Hub
    widgets: Sequence[WidgetInstance]
    boxes: Sequence[Box]
    time: float


class KeptBoxes:
    """Gives the boxes of a hub's page.

    What comes while they are kept is not missed: the page listens from when they were made.
    """

    def __init__(self, boxes: Boxes, seconds: float, clock: IReactorTime) -> None:
        """Prepare to keep some.

        Args:
            boxes: Makes them.
            seconds: For how long those of a hub are kept; 0 for not at all.
            clock: What time is.
        """
        self._boxes = boxes
        self._clock = clock
        self._kept: TTLCache[tuple[int, str], Made] = TTLCache(MOST, seconds, clock.seconds)

    async def make(self, view: HubView, language: Language) -> Made:
        """Make the boxes of a hub, or give those that were made a moment ago.

        Args:
            view: The hub, just read, and who looks at it.
            language: The reader's.

        Returns:
            A box for each widget that the viewer may see.
        """
        widgets = view.visible_widgets
        kept = self._kept.get((view.hub.id, language.tag))
        # A hub or a widget that changed, or is shown to fewer, is not what was kept.
        if kept is not None and (kept.hub, kept.widgets) == (view.hub, widgets):
            return kept
        now = self._clock.seconds()
        made = Made(view.hub, widgets, await self._boxes.make(view.hub, widgets, language), now)
        # Only what a stranger would see, too.
        if view.for_strangers.visible_widgets == widgets:
            self._kept[view.hub.id, language.tag] = made
        return made
