"""The stream of a person: what happens where they follow, what waits for them, what names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import attrs
from klein import Klein
from twisted.web.iweb import IRequest
from werkzeug.exceptions import BadRequest, NotFound

from hubs.database.stream_store import StreamStore
from hubs.klein_app.everything import Everything, Tab, everything
from hubs.klein_app.forms import field_of
from hubs.klein_app.paths import own_path
from hubs.klein_app.portal import Portal
from hubs.klein_app.streams import stream_url
from hubs.model.category import BY_KIND, category_of
from hubs.model.entry import Entry
from hubs.model.hub import HubType
from hubs.model.permissions import Action
from hubs.model.stream import Hide
from hubs.model.viewer import HubView, Viewer
from hubs.widgets.feed.line import Line, by_day
from hubs.widgets.feed.merging import Group, merged
from hubs.widgets.feed.widget import conglomerators

_LONGEST_ID = 300


@attrs.frozen
class Card:
    """An entry as the stream shows it, or several that are alike.

    Attributes:
        line: The entry.
        ways: The hubs by which it came, those that its reader may see.
        unread: Whether it is newer than what its reader has seen.
    """

    line: Line
    ways: Sequence[HubView]
    unread: bool


@attrs.frozen
class StreamPages:
    """Shows people their stream.

    Attributes:
        portal: What all pages share.
        sse_url: Where browsers find the event streams: a path, or a whole address.
    """

    app = Klein()
    portal: Portal
    sse_url: str

    @property
    def _store(self) -> StreamStore:
        return StreamStore(self.portal.stores.hubs.pool)

    @app.route("/stream/", methods=["GET"])
    async def stream(self, request: IRequest) -> str:
        """Show what happens on the hubs that a person follows."""
        return await self._show(request, Tab.STREAM)

    @app.route("/stream/<any(actions, mentions, saved):tab>/", methods=["GET"])
    async def other(self, request: IRequest, tab: str) -> str:
        """Show what waits for them, what names them, or what they keep."""
        return await self._show(request, Tab(tab))

    @app.route("/stream/<any(save, unsave):what>/", methods=["POST"])
    async def keep(self, request: IRequest, what: str) -> str:
        """Keep an entry, or keep it no longer."""
        viewer, entry_id = self.portal.person(request), field_of(request, "entry")
        if what == "unsave":
            await self.portal.read(self._store.unsave(viewer.person_id, entry_id[:_LONGEST_ID]))
        else:
            entry = (await self._everything(viewer)).find(entry_id)
            if entry is None:
                raise NotFound
            await self.portal.read(self._store.save(viewer.person_id, entry))
        return self._back(request)

    @app.route("/stream/<any(hide, unhide):what>/", methods=["POST"])
    async def hide(self, request: IRequest, what: str) -> str:
        """Keep something out of the stream, or let it in again."""
        viewer, hide = self.portal.person(request), _read_hide(request)
        if what == "unhide":
            await self.portal.read(self._store.unhide(viewer.person_id, hide))
            return self._back(request)
        if hide.hub_id is not None:
            views = await self.portal.read(self.portal.stores.hubs.views([hide.hub_id], viewer))
            if not (hide.hub_id in views and views[hide.hub_id].may(Action.SEE_LISTED)):
                raise NotFound
        await self.portal.read(self._store.hide(viewer.person_id, hide))
        return self._back(request)

    @app.route("/stream/seen/", methods=["POST"])
    async def seen(self, request: IRequest) -> str:
        """Take note that everything has been seen."""
        viewer = self.portal.person(request)
        try:
            time = float(field_of(request, "time"))
        except ValueError:
            raise BadRequest from None
        now = self.portal.clock.seconds()
        if not 0 <= time <= now:
            raise BadRequest
        await self.portal.read(self._store.see(viewer.person_id, time))
        return self._back(request)

    def _back(self, request: IRequest) -> str:
        tab = field_of(request, "tab")
        known = {one.value: one for one in Tab}
        return self.portal.go_to(request, known.get(tab, Tab.STREAM).path)

    async def _everything(self, viewer: Viewer) -> Everything:
        return await self.portal.read(everything(self.portal.stores, viewer))

    async def _show(self, request: IRequest, tab: Tab) -> str:
        portal, viewer = self.portal, self.portal.person(request)
        now = portal.clock.seconds()
        everything = await self._everything(viewer)
        kind, hub_id = _filters(request, everything)
        entries = [
            entry
            for entry in everything.entries[tab]
            if kind in {"", category_of(entry.category).kind}
            and (hub_id is None or hub_id in entry.hubs)
        ]
        names = {name for entry in entries for name in (*entry.people, entry.agent) if name}
        known = await portal.read(portal.stores.hubs.known_people(names))
        cards = [_card(group, everything, known) for group in _groups(tab, entries)]
        values = {
            "tab": tab,
            "tabs": [(one, _badge(everything, one)) for one in Tab],
            "days": by_day(card.line for card in cards),
            "cards": {card.line.entry.id: card for card in cards},
            "saved": {entry.id for entry in everything.entries[Tab.SAVED]},
            "kinds": _kinds(everything.entries[tab]),
            "kind": BY_KIND.get(kind),
            "hub": everything.views[hub_id].hub if hub_id is not None else None,
            "ways": {view.hub.id: view.hub for view in everything.views.values()},
            "hides": everything.hides,
            "by_kind": BY_KIND,
            "unread": everything.unread(tab) if tab is not Tab.SAVED else 0,
            "now": now,
            "here": own_path(request.uri.decode("ascii", "replace")),
        }
        home = await portal.read(portal.stores.hubs.hub_named(HubType.USER, viewer.username))
        if home is not None:
            # News of a stream come to its reader with the events of any hub; one's own is there.
            values["stream"] = stream_url(self.sse_url, home, now)
        return portal.page(request, "stream.html", values)


def _groups(tab: Tab, entries: Iterable[Entry]) -> Iterable[Group]:
    """Give what is shown as one; what waits for somebody or is kept stands by itself."""
    if tab is Tab.STREAM:
        return merged(entries, conglomerators())
    return (Group((entry,), entry.sentence) for entry in entries)


def _card(group: Group, everything: Everything, known: Collection[str]) -> Card:
    hubs = dict.fromkeys(hub_id for entry in group.entries for hub_id in entry.hubs)
    return Card(
        line=Line.of_group(group, known),
        ways=[everything.views[one] for one in hubs if one in everything.views],
        unread=any(entry.time > everything.seen for entry in group.entries),
    )


def _badge(everything: Everything, tab: Tab) -> int:
    """Give the number beside a tab: what waits, or what is new."""
    if tab is Tab.ACTIONS:
        return len(everything.entries[tab])
    return 0 if tab is Tab.SAVED else everything.unread(tab)


def _kinds(entries: Iterable[Entry]) -> list[tuple[Any, int]]:
    counts: dict[str, int] = {}
    for entry in entries:
        kind = category_of(entry.category).kind
        counts[kind] = counts.get(kind, 0) + 1
    return [(BY_KIND[kind], count) for kind, count in sorted(counts.items())]


def _filters(request: IRequest, everything: Everything) -> tuple[str, int | None]:
    """Read what somebody wants to see alone; what is not there is left out."""
    given: Mapping[bytes, list[bytes]] = request.args or {}
    kind = given.get(b"kind", [b""])[0].decode("utf-8", "replace")
    hub = given.get(b"hub", [b""])[0].decode("utf-8", "replace")
    hub_id = int(hub) if _is_number(hub) else None
    return kind if kind in BY_KIND else "", hub_id if hub_id in everything.views else None


def _read_hide(request: IRequest) -> Hide:
    kind, hub = field_of(request, "kind"), field_of(request, "hub")
    if (kind and kind not in BY_KIND) or (hub and not _is_number(hub)):
        raise BadRequest
    try:
        return Hide(int(hub) if hub else None, kind or None)
    except ValueError:
        raise BadRequest from None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10  # noqa: PLR2004 - fits in SQL
