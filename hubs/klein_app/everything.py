"""What a person has in their stream, of all that they may read."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence

import attrs

from hubs.database.stream_store import StreamStore
from hubs.model.entry import Entry
from hubs.model.permissions import Action
from hubs.model.stream import Hide, mentions_feed, stream_feed, visible
from hubs.model.viewer import HubView, Viewer
from hubs.widgets.base import Stores


class Tab(enum.Enum):
    """What a person may look at."""

    STREAM = "stream"
    ACTIONS = "actions"
    MENTIONS = "mentions"
    SAVED = "saved"

    @property
    def path(self) -> str:
        """The path of its page."""
        return "/stream/" if self is Tab.STREAM else f"/stream/{self.value}/"


@attrs.frozen
class Everything:
    """What a person has in their stream.

    Attributes:
        entries: The entries of each tab, newest first.
        views: The hubs by which they came, by number.
        hides: What the person hides.
        seen: Up to when they have seen it, seconds since the epoch.
    """

    entries: Mapping[Tab, Sequence[Entry]]
    views: Mapping[int, HubView]
    hides: Sequence[Hide]
    seen: float

    def unread(self, tab: Tab) -> int:
        """Say how many entries of a tab the person has not seen."""
        return sum(entry.time > self.seen for entry in self.entries[tab])

    def find(self, entry_id: str) -> Entry | None:
        """Give an entry of any tab by its id, or None."""
        every = (entry for entries in self.entries.values() for entry in entries)
        return next((entry for entry in every if entry.id == entry_id), None)


async def everything(stores: Stores, viewer: Viewer) -> Everything:
    """Read what a person has in their stream.

    Args:
        stores: Where it is.
        viewer: The person.

    Returns:
        What they may see of it now.
    """
    store, person = StreamStore(stores.hubs.pool), viewer.person_id
    hides = await store.hides(person)
    entries = {
        Tab.STREAM: await stores.feeds.entries(stream_feed(person)),
        Tab.ACTIONS: await store.waiting(person),
        Tab.MENTIONS: await stores.feeds.entries(mentions_feed(person)),
        Tab.SAVED: await store.saved(person),
    }
    hub_ids = {one for tab in entries.values() for entry in tab for one in entry.hubs}
    hub_ids |= {hide.hub_id for hide in hides if hide.hub_id is not None}
    found = await stores.hubs.views(hub_ids, viewer)
    views = {one: view for one, view in found.items() if view.may(Action.SEE_LISTED)}
    readable = {one for one, view in views.items() if view.sees_feed}
    shown = {tab: _readable(all_of, readable) for tab, all_of in entries.items()}
    shown[Tab.STREAM] = [entry for entry in shown[Tab.STREAM] if visible(entry, hides)]
    known = [hide for hide in hides if hide.hub_id is None or hide.hub_id in views]
    return Everything(shown, views, known, await store.seen(person))


async def news(stores: Stores, viewer: Viewer) -> set[int]:
    """Say by which hubs something came that names a person, and that they have not seen.

    Args:
        stores: Where it is.
        viewer: The person.

    Returns:
        The numbers of the hubs, of those whose feed they may see.
    """
    seen = await StreamStore(stores.hubs.pool).seen(viewer.person_id)
    mentions = await stores.feeds.entries(mentions_feed(viewer.person_id))
    hub_ids = {hub for entry in mentions if entry.time > seen for hub in entry.hubs}
    views = await stores.hubs.views(hub_ids, viewer) if hub_ids else {}
    return {one for one, view in views.items() if view.sees_feed}


def _readable(entries: Iterable[Entry], readable: set[int]) -> list[Entry]:
    """Leave out what came by hubs whose feed its reader may not see, or no longer.

    Of what came by another hub, too, that one alone is named: who may not see a feed does not learn
    what is in it.
    """
    return [
        attrs.evolve(entry, hubs=[one for one in entry.hubs if one in readable])
        for entry in entries
        if not entry.hubs or readable.intersection(entry.hubs)
    ]
