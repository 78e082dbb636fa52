"""What is the caller's own: their stream, what they keep of it and what they hide."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

import attrs
from pydantic import AfterValidator, AwareDatetime, Field
from werkzeug.exceptions import NotFound

from hubs.database.stream_store import StreamStore
from hubs.klein_app.api.hubs import FeedQuery
from hubs.klein_app.api.operation import Operations
from hubs.klein_app.api.problem import ProblemError
from hubs.klein_app.api.sent import Body, HubNumber, Query
from hubs.klein_app.api.values import EntryValue, HubName, Value, entry_fields, first, older
from hubs.klein_app.everything import Everything, Tab, everything
from hubs.klein_app.portal import Portal
from hubs.model.category import BY_KIND, category_of
from hubs.model.entry import Entry
from hubs.model.permissions import Action
from hubs.model.stream import Hide
from hubs.model.viewer import Viewer

_KINDS = sorted(BY_KIND)


def _known(kind: str) -> str:
    if kind not in BY_KIND:
        raise ValueError(f"expected one of {', '.join(_KINDS)}")
    return kind


#: What sort of thing an entry is, as the filters of the stream have them.
Kind = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(_KINDS)})]


class StreamQuery(FeedQuery):
    """A part of a stream."""

    kind: Kind | None = None
    hub: HubNumber | None = None


class HideQuery(Query):
    """What is hidden: what comes by a hub, what is of a kind, or both at once."""

    hub: HubNumber | None = None
    kind: Kind | None = None


class StreamEntry(EntryValue):
    """One thing that happened, as its reader has it."""

    kind: str = Field(description="What sort of thing it is.")
    hubs: tuple[HubName, ...] = Field(description="The hubs by which it came.")
    unread: bool
    saved: bool


class Stream(Value):
    """A page of a stream, newest first."""

    entries: tuple[StreamEntry, ...]
    unread: int = Field(description="How many entries are newer than what was marked as read.")
    next: str | None = Field(description="The path of the next page; null on the last one.")


class Seen(Body):
    """Up to when everything was read."""

    time: AwareDatetime


class Hidden(Value):
    """Something that is hidden."""

    hub: HubName | None = Field(description="What comes by this hub; null for all.")
    kind: str | None = Field(description="What is of this kind; null for all.")


class Hides(Value):
    """What the caller hides."""

    hides: tuple[Hidden, ...]


class HideBody(Body):
    """What to hide: what comes by a hub, what is of a kind, or both at once."""

    hub: HubNumber | None = None
    kind: Kind | None = None


@attrs.frozen
class StreamResource:
    """Reads and arranges streams.

    Attributes:
        portal: What all pages share.
    """

    operations = Operations("Stream")
    app = operations.app
    portal: Portal

    @property
    def _store(self) -> StreamStore:
        return StreamStore(self.portal.stores.hubs.pool)

    @operations.get("/stream/", person=True)
    async def stream(self, viewer: Viewer, query: StreamQuery) -> Stream:
        """Give what happens on the hubs that the caller follows, but for what they hide."""
        return await self._tab(viewer, query, Tab.STREAM)

    @operations.get("/stream/<any(actions, mentions, saved):tab>/", person=True)
    async def other(self, viewer: Viewer, query: StreamQuery, tab: str) -> Stream:
        """Give what waits for the caller, what names them, or what they keep."""
        return await self._tab(viewer, query, Tab(tab))

    @operations.change("PUT", "/stream/saved/<entry_id>/")
    async def save(self, viewer: Viewer, entry_id: str) -> None:
        """Keep an entry of the stream, by its id."""
        entry = (await self._everything(viewer)).find(entry_id)
        if entry is None:
            raise NotFound
        await self.portal.read(self._store.save(viewer.person_id, entry))

    @operations.change("DELETE", "/stream/saved/<entry_id>/")
    async def unsave(self, viewer: Viewer, entry_id: str) -> None:
        """Keep an entry no longer."""
        if entry_id.isprintable():
            await self.portal.read(self._store.unsave(viewer.person_id, entry_id))

    @operations.change("PUT", "/stream/seen/")
    async def seen(self, viewer: Viewer, body: Seen) -> None:
        """Mark as read all that is older than a time, which is not in the future."""
        time = min(max(body.time.timestamp(), 0.0), self.portal.clock.seconds())
        await self.portal.read(self._store.see(viewer.person_id, time))

    @operations.get("/stream/hides/", person=True)
    async def hides(self, viewer: Viewer) -> Hides:
        """Give what the caller hides."""
        found = await self._everything(viewer)
        return Hides(
            hides=tuple(
                Hidden(
                    hub=HubName.of(found.views[one.hub_id].hub) if one.hub_id else None,
                    kind=one.kind,
                )
                for one in sorted(found.hides, key=lambda one: (one.hub_id or 0, one.kind or ""))
            )
        )

    @operations.change("POST", "/stream/hides/")
    async def hide(self, viewer: Viewer, body: HideBody) -> None:
        """Hide something from now on."""
        hide = _read_hide(body)
        if hide.hub_id is not None:
            views = await self.portal.read(self.portal.stores.hubs.views([hide.hub_id], viewer))
            if not (hide.hub_id in views and views[hide.hub_id].may(Action.SEE_LISTED)):
                raise NotFound
        await self.portal.read(self._store.hide(viewer.person_id, hide))

    @operations.change("DELETE", "/stream/hides/")
    async def unhide(self, viewer: Viewer, query: HideQuery) -> None:
        """Hide something no longer."""
        await self.portal.read(self._store.unhide(viewer.person_id, _read_hide(query)))

    async def _everything(self, viewer: Viewer) -> Everything:
        return await self.portal.read(everything(self.portal.stores, viewer))

    async def _tab(self, viewer: Viewer, query: StreamQuery, tab: Tab) -> Stream:
        found = await self._everything(viewer)
        saved = {entry.id for entry in found.entries[Tab.SAVED]}
        chosen = [
            entry
            for entry in older(found.entries[tab], query.before)
            if query.kind in {None, category_of(entry.category).kind}
            and (query.hub is None or query.hub in entry.hubs)
        ]
        shown, following = first(chosen, query.limit, tab.path, kind=query.kind, hub=query.hub)
        return Stream(
            entries=tuple(_entry(found, entry, saved=entry.id in saved) for entry in shown),
            unread=found.unread(tab),
            next=following,
        )


def _entry(found: Everything, entry: Entry, *, saved: bool) -> StreamEntry:
    ways = (found.views[one].hub for one in entry.hubs if one in found.views)
    return StreamEntry(
        **entry_fields(entry),
        kind=category_of(entry.category).kind,
        hubs=tuple(HubName.of(hub) for hub in ways),
        unread=entry.time > found.seen,
        saved=saved,
    )


def _read_hide(given: HideBody | HideQuery) -> Hide:
    try:
        return Hide(given.hub, given.kind)
    except ValueError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error}.") from None
