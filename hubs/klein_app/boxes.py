"""The widgets of a page: each one's content, or why there is none."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Protocol

import attrs
from markupsafe import Markup
from twisted.internet.defer import CancelledError, Deferred, FirstError, gatherResults
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from hubs.cache.interfaces import Cached, ICache
from hubs.klein_app.languages import Language
from hubs.klein_app.people import PeopleOfPage
from hubs.klein_app.templating import Templates, widget_template
from hubs.model.hub import Column, Hub, WidgetInstance
from hubs.model.reload import RELOAD_ALL
from hubs.watch.metrics import CACHE_READS
from hubs.widgets.base import SourceLink, Stores, Widget, cache_key
from hubs.widgets.registry import Registry

#: The longest that a widget may take to be shown, seconds.
CONTEXT_SECONDS = 5.0
_NOTHING = Markup("")


class AskForData(Protocol):
    """Asks a worker to run a widget's cached function: an `AskRefresh` that takes less, too."""

    def __call__(
        self, widget: WidgetInstance, function: str, *, if_due: bool = False
    ) -> Awaitable[None]:
        """Ask.

        Args:
            widget: The widget.
            function: The name of the function.
            if_due: Whether it is run only if what was found is missing or too old then; else it
                is run in any case, since something has changed.
        """


class State(enum.Enum):
    """How a widget is."""

    FRESH = "fresh"
    RENEWED = "renewed"
    STALE = "stale"
    PENDING = "pending"
    FAILED = "failed"


@attrs.frozen
class Box:
    """A widget as a page shows it.

    Attributes:
        widget: The widget.
        title: What stands above it, in English.
        path: The path of its own page.
        trigger: The events upon which it is fetched again, as ``hx-trigger`` has them.
        state: How it is.
        sources: Where readers find at its source what it shows.
        framed: Whether a box and title are drawn around it.
        footer: The template of what is drawn beneath it for each reader, or empty.
        body: What its template made; empty if that failed or there is no data yet.
        time: When its data was found, seconds since the epoch; None if it has none.
        failed_at: When an attempt to find its data failed, seconds since the epoch.
        reason: Why it failed, as an outside service has it; empty if that is not for everybody.
        retry_at: When it is tried again by itself, seconds since the epoch.
    """

    widget: WidgetInstance
    title: str
    path: str
    trigger: str
    state: State
    sources: Sequence[SourceLink] = ()
    framed: bool = True
    footer: str = ""
    body: Markup = _NOTHING
    time: float | None = None
    failed_at: float | None = None
    reason: str = ""
    retry_at: float | None = None

    @property
    def in_main_column(self) -> bool:
        """Whether it stands in the main column."""
        return self.widget.column is Column.MAIN


@attrs.frozen
class Known:
    """A widget that has not been drawn.

    Attributes:
        box: Its box, without a body.
        kind: What kind of widget it is; None for one whose plug-in is gone.
        data: What its cached functions found, by their names.
    """

    box: Box
    kind: Widget | None
    data: Mapping[str, Cached]


@attrs.frozen
class _Page:
    """What all boxes of one page are made of: the hub, its reader, and what is known."""

    hub: Hub
    language: Language
    found: Mapping[str, Cached]
    stores: Stores


class Boxes:
    """Makes boxes of widgets, from the cache alone."""

    _log = Logger()

    def __init__(
        self,
        stores: Stores,
        cache: ICache,
        registry: Registry,
        templates: Templates,
        ask_refresh: AskForData,
        clock: IReactorTime,
    ) -> None:
        """Prepare to make boxes.

        Args:
            stores: Where widgets read.
            cache: What their cached functions found.
            registry: The widgets there are.
            templates: Theirs are among them.
            ask_refresh: Called for each cached function without data, or whose data is too old.
            clock: What time is.
        """
        self._stores = stores
        self._cache = cache
        self._registry = registry
        self._templates = templates
        self._ask_refresh = ask_refresh
        self._clock = clock

    async def make(
        self, hub: Hub, widgets: Sequence[WidgetInstance], language: Language
    ) -> list[Box]:
        """Make boxes; one that fails does not touch the others.

        Args:
            hub: The hub they stand on.
            widgets: The widgets.
            language: The reader's.

        Returns:
            A box for each, in the same order.
        """
        people = PeopleOfPage(self._stores.hubs.known_people, len(widgets), self._clock)
        stores = attrs.evolve(self._stores, known_people=people.known)
        page = _Page(hub, language, await self._find(widgets), stores)

        async def make_one(widget: WidgetInstance) -> Box:
            try:
                return await self._make(page, widget)
            finally:
                people.leave()

        making = [Deferred.fromCoroutine(make_one(widget)) for widget in widgets]
        try:
            return await gatherResults(making, consumeErrors=True)
        except FirstError:
            # No box fails: the browser left.
            raise CancelledError from None

    async def _find(self, widgets: Sequence[WidgetInstance]) -> Mapping[str, Cached]:
        keys = [
            cache_key(widget, function)
            for widget in widgets
            if (kind := self._registry.get(widget.plugin))
            for function in kind.functions
        ]
        try:
            found = await self._cache.get_many(keys) if keys else {}
        except CancelledError:
            raise  # The browser left.
        except Exception:
            self._log.failure("The cache cannot be read")
            return {}
        hits = sum(1 for cached in found.values() if cached.time is not None)
        CACHE_READS.labels("hit").inc(hits)
        CACHE_READS.labels("miss").inc(len(keys) - hits)
        return found

    async def known(self, hub: Hub, widgets: Sequence[WidgetInstance]) -> list[Known]:
        """Say how widgets are, and what the cache holds for them, without drawing any.

        Args:
            hub: The hub they stand on.
            widgets: The widgets.

        Returns:
            What is known of each, in the same order.
        """
        found = await self._find(widgets)
        return [self._known(hub, widget, found) for widget in widgets]

    def _known(self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Cached]) -> Known:
        kind = self._registry.get(widget.plugin)
        path = f"{hub.path}widgets/{widget.id}/"
        if kind is None:
            box = Box(widget, widget.plugin, path, f"sse:{RELOAD_ALL}", State.FAILED)
            return Known(box, None, {})
        events = (*kind.reload_events(widget), RELOAD_ALL)
        trigger = ", ".join(f"sse:{event}" for event in events)
        data = {
            function.name: found.get(cache_key(widget, function), Cached())
            for function in kind.functions
        }
        self._ask_for_what_is_due(kind, widget, data)
        optional = {function.name for function in kind.functions if function.optional}
        links = self._links(kind, hub, widget, data)
        begun = Box(widget, kind.title, path, trigger, State.FRESH, links)
        box = _box_of_data(begun, data, optional)
        if box.state is State.FRESH and self._is_outdated(kind, data):
            box = attrs.evolve(box, state=State.RENEWED)
        return Known(box, kind, data)

    def _links(
        self, kind: Widget, hub: Hub, widget: WidgetInstance, data: Mapping[str, Cached]
    ) -> Sequence[SourceLink]:
        found = {name: one.value for name, one in data.items() if one.time is not None}
        try:
            return tuple(kind.source_links(hub, widget, found, self._stores))
        except Exception:
            # What it shows does not depend on them.
            self._log.failure(
                "Nobody can say where the widget {widget} ({plugin}) of {hub} has its data from",
                widget=widget.id,
                plugin=kind.name,
                hub=hub.path,
            )
            return ()

    async def _make(self, page: _Page, widget: WidgetInstance) -> Box:
        known = self._known(page.hub, widget, page.found)
        if known.kind is None or known.box.state in {State.PENDING, State.FAILED}:
            return known.box
        values = {name: one.value for name, one in known.data.items()}
        return await self._fill(page, known.box, known.kind, values)

    async def _fill(self, page: _Page, box: Box, kind: Widget, data: Mapping[str, object]) -> Box:
        try:
            values = await Deferred.fromCoroutine(
                kind.context(page.hub, box.widget, data, page.stores)
            ).addTimeout(CONTEXT_SECONDS, self._clock)
            values = {"hub": page.hub, "widget": box.widget, **values}
            html = self._templates.render(widget_template(kind.name), values, page.language)
        except CancelledError:
            raise  # The browser left.
        except Exception:
            self._log.failure(
                "The widget {widget} ({plugin}) of {hub} cannot be shown",
                widget=box.widget.id,
                plugin=kind.name,
                hub=page.hub.path,
            )
            return attrs.evolve(box, state=State.FAILED)
        # Its template escapes what it does not mean as HTML.
        return attrs.evolve(box, framed=kind.framed, footer=kind.footer, body=Markup(html))  # noqa: S704

    def _ask_for_what_is_due(
        self, kind: Widget, widget: WidgetInstance, data: Mapping[str, Cached]
    ) -> None:
        now = self._clock.seconds()
        for function in kind.functions:
            if function.is_due(data[function.name], now):
                # The page does not wait for the queue.
                Deferred.fromCoroutine(self._ask(widget, function.name))

    def _is_outdated(self, kind: Widget, data: Mapping[str, Cached]) -> bool:
        now = self._clock.seconds()
        return any(one.is_outdated(data[one.name], now) for one in kind.functions)

    async def _ask(self, widget: WidgetInstance, function: str) -> None:
        try:
            await self._ask_refresh(widget, function, if_due=True)
        except Exception as error:
            self._log.warn(
                "No worker can be asked for {function} of the widget {widget}: {error}",
                function=function,
                widget=widget.id,
                error=error,
            )


def _box_of_data(box: Box, data: Mapping[str, Cached], optional: Collection[str]) -> Box:
    """Say how a widget is, judging by what its cached functions found."""
    known = [one.time for one in data.values() if one.time is not None]
    failures = [one for one in data.values() if one.error and one.failed_at is not None]
    last = max(failures, key=lambda one: one.failed_at or 0.0, default=Cached())
    lacking = any(one.time is None for name, one in data.items() if name not in optional)
    if failures:
        state = State.FAILED if lacking else State.STALE
    else:
        state = State.PENDING if lacking else State.FRESH
    return attrs.evolve(
        box,
        state=state,
        time=min(known, default=None),
        failed_at=last.failed_at,
        reason=last.reason,
        retry_at=last.retry_at,
    )
