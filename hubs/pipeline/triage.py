"""Decides with SQL which feeds and which cached functions each message concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from hubs.bus.message import BusMessage
from hubs.database import interests
from hubs.database.hub_store import HubStore
from hubs.database.interests import Concern
from hubs.model.hub import Hub, WidgetInstance
from hubs.pipeline.queue import Item, NewItem, Queue
from hubs.pipeline.work import FeedWork, RefreshWork
from hubs.widgets.registry import Registry

#: How many work items are put into the queue at once.
_CHUNK = 500


class Triage:
    """Turns messages into work items."""

    def __init__(
        self,
        read: Callable[[Item], BusMessage],
        hubs: HubStore,
        registry: Registry,
        work: Queue,
    ) -> None:
        """Prepare to decide.

        Args:
            read: Reads a message from the queue of messages.
            hubs: The SQL store.
            registry: The widgets there are.
            work: The queue of work.
        """
        self._read = read
        self._hubs = hubs
        self._registry = registry
        self._work = work

    async def handle(self, items: Sequence[Item]) -> None:
        """Put a work item for each feed and cached function that some messages concern.

        Args:
            items: From the queue of messages.
        """
        messages = [self._read(item) for item in items]
        keys = [message.keys() for message in messages]
        found = await interests.concerned(self._hubs.pool, frozenset().union(*keys))
        by_key = defaultdict(list)
        for concern in found:
            by_key[concern.key].append(concern)
        widgets = await self._widgets(found)
        work: list[NewItem] = []
        for message, its_keys in zip(messages, keys, strict=True):
            concerns = [concern for key in its_keys for concern in by_key[key]]
            work += self._work_for(message, concerns, widgets)
        for start in range(0, len(work), _CHUNK):
            await self._work.put(work[start : start + _CHUNK])

    async def _widgets(
        self, concerns: Iterable[Concern]
    ) -> Mapping[int, tuple[Hub, WidgetInstance]]:
        ids = {concern.widget_id for concern in concerns if concern.widget_id is not None}
        found = await self._hubs.widgets(ids) if ids else []
        return {widget.id: (hub, widget) for hub, widget in found}

    def _work_for(
        self,
        message: BusMessage,
        concerns: Iterable[Concern],
        widgets: Mapping[int, tuple[Hub, WidgetInstance]],
    ) -> list[NewItem]:
        feeds: dict[int, None] = {}
        functions: dict[tuple[int, str], None] = {}
        for concern in concerns:
            if concern.widget_id is None or concern.function is None:
                feeds[concern.hub_id] = None
            elif concern.widget_id in widgets:
                hub, widget = widgets[concern.widget_id]
                function = self._registry.function(widget.plugin, concern.function)
                if function is not None and function.should_invalidate(hub, widget, message):
                    functions[concern.widget_id, concern.function] = None
        entry = message.entry()
        return [
            *(FeedWork(hub_id, entry).new_item() for hub_id in feeds),
            *(RefreshWork(*function).new_item() for function in functions),
        ]
