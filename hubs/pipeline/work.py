"""What work items say, and how browsers are told of the outcome."""

from __future__ import annotations

import json

import attrs

from hubs.model.entry import Entry
from hubs.model.reload import Reload
from hubs.pipeline.queue import Item, NewItem
from hubs.redis import Redis

#: What browsers are told; every SSE process reads all of it. Fields: ``hub``, ``target``.
RELOAD = "hubs:reload"
_RELOAD_LIMIT = 10_000


class WorkItemError(ValueError):
    """A work item says something that no worker knows."""


@attrs.frozen
class FeedWork:
    """Write an entry to the feed of a hub."""

    hub_id: int
    entry: Entry

    def new_item(self) -> NewItem:
        """Give it as something to put into the queue of work."""
        entry = json.dumps(self.entry.to_dict())
        return NewItem({"kind": "feed", "hub": str(self.hub_id), "entry": entry})


@attrs.frozen
class RefreshWork:
    """Run a cached function of a widget."""

    widget_id: int
    function: str

    @property
    def once(self) -> str:
        """The key that keeps a second one from waiting beside the first."""
        return f"hubs:refresh:{self.widget_id}:{self.function}"

    def new_item(self) -> NewItem:
        """Give it as something to put into the queue of work."""
        fields = {"kind": "refresh", "widget": str(self.widget_id), "function": self.function}
        return NewItem(fields, once=self.once)


def read(item: Item) -> FeedWork | RefreshWork:
    """Say what an item from the queue of work says.

    Args:
        item: The item.

    Returns:
        The work to do.

    Raises:
        WorkItemError: It is of no known kind, or lacks something.
    """
    fields = item.fields
    try:
        if fields["kind"] == "feed":
            return FeedWork(int(fields["hub"]), Entry.from_dict(json.loads(fields["entry"])))
        if fields["kind"] == "refresh":
            return RefreshWork(int(fields["widget"]), fields["function"])
    except (KeyError, ValueError, TypeError) as error:
        raise WorkItemError(f"expected a whole work item, got {dict(fields)!r}: {error}") from error
    raise WorkItemError(f"expected the kind feed or refresh, got {fields['kind']!r}")


async def tell_browsers(redis: Redis, reload: Reload) -> None:
    """Tell the browsers that look at a hub that a part of it has changed.

    Args:
        redis: Where they are told.
        reload: What has changed.
    """
    await redis.execute_command(
        *("XADD", RELOAD, "MAXLEN", "~", _RELOAD_LIMIT, "*"),
        *("hub", str(reload.hub_id), "target", reload.target),
    )
