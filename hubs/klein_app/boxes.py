"""The widgets of a page: each one's content, or why there is none."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping, Sequence

import attrs
from markupsafe import Markup
from twisted.internet.defer import CancelledError, Deferred, FirstError, gatherResults
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from hubs.cache.interfaces import Cached, ICache
from hubs.klein_app.templating import Templates, widget_template
from hubs.model.hub import Column, Hub, WidgetInstance
from hubs.model.reload import RELOAD_ALL
from hubs.widgets.base import Stores, Widget, cache_key
from hubs.widgets.registry import Registry

#: Asks a worker to run a widget's cached function, named by the second argument.
AskRefresh = Callable[[WidgetInstance, str], Awaitable[None]]

#: The longest that a widget may take to be shown, seconds.
CONTEXT_SECONDS = 5.0
#: How long a cached function that never succeeded is left alone after it failed, seconds.
RETRY_SECONDS = 60.0
_NOTHING = Markup("")


class State(enum.Enum):
    """How a widget is."""

    FRESH = "fresh"
    STALE = "stale"
    PENDING = "pending"
    FAILED = "failed"


@attrs.frozen
class Box:
    """A widget as a page shows it.

    Attributes:
        widget: The widget.
        title: What stands above it.
        path: The path of its own page.
        trigger: The events upon which it is fetched again, as ``hx-trigger`` has them.
        state: How it is.
        framed: Whether a box and title are drawn around it.
        body: What its template made; empty if that failed or there is no data yet.
        time: When its data was found, seconds since the epoch; None if it has none.
        failed_at: When an attempt to find its data failed, seconds since the epoch.
    """

    widget: WidgetInstance
    title: str
    path: str
    trigger: str
    state: State
    framed: bool = True
    body: Markup = _NOTHING
    time: float | None = None
    failed_at: float | None = None

    @property
    def in_main_column(self) -> bool:
        """Whether it stands in the main column."""
        return self.widget.column is Column.MAIN


class Boxes:
    """Makes boxes of widgets, from the cache alone."""

    _log = Logger()

    def __init__(
        self,
        stores: Stores,
        cache: ICache,
        registry: Registry,
        templates: Templates,
        ask_refresh: AskRefresh,
        clock: IReactorTime,
    ) -> None:
        """Prepare to make boxes.

        Args:
            stores: Where widgets read.
            cache: What their cached functions found.
            registry: The widgets there are.
            templates: Theirs are among them.
            ask_refresh: Called for each cached function without data.
            clock: What time is.
        """
        self._stores = stores
        self._cache = cache
        self._registry = registry
        self._templates = templates
        self._ask_refresh = ask_refresh
        self._clock = clock

    async def make(self, hub: Hub, widgets: Sequence[WidgetInstance]) -> list[Box]:
        """Make boxes; one that fails does not touch the others.

        Args:
            hub: The hub they stand on.
            widgets: The widgets.

        Returns:
            A box for each, in the same order.
        """
        found = await self._find(widgets)
        making = [Deferred.fromCoroutine(self._make(hub, widget, found)) for widget in widgets]
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
            return await self._cache.get_many(keys) if keys else {}
        except CancelledError:
            raise  # The browser left.
        except Exception:
            self._log.failure("The cache cannot be read")
            return {}

    async def _make(self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Cached]) -> Box:
        kind = self._registry.get(widget.plugin)
        path = f"{hub.path}widgets/{widget.id}/"
        if kind is None:
            return Box(widget, widget.plugin, path, f"sse:{RELOAD_ALL}", State.FAILED)
        events = (*kind.reload_events(widget), RELOAD_ALL)
        trigger = ", ".join(f"sse:{event}" for event in events)
        data = {
            function.name: found.get(cache_key(widget, function), Cached())
            for function in kind.functions
        }
        self._ask_for_missing(widget, data)
        box = _box_of_data(Box(widget, kind.title, path, trigger, State.FRESH), data)
        if box.state in {State.PENDING, State.FAILED}:
            return box
        return await self._fill(box, hub, kind, {name: one.value for name, one in data.items()})

    async def _fill(self, box: Box, hub: Hub, kind: Widget, data: Mapping[str, object]) -> Box:
        try:
            values = await Deferred.fromCoroutine(
                kind.context(hub, box.widget, data, self._stores)
            ).addTimeout(CONTEXT_SECONDS, self._clock)
            values = {"hub": hub, "widget": box.widget, **values}
            html = self._templates.render(widget_template(kind.name), values)
        except CancelledError:
            raise  # The browser left.
        except Exception:
            self._log.failure(
                "The widget {widget} ({plugin}) of {hub} cannot be shown",
                widget=box.widget.id,
                plugin=kind.name,
                hub=hub.path,
            )
            return attrs.evolve(box, state=State.FAILED)
        # Its template escapes what it does not mean as HTML.
        return attrs.evolve(box, framed=kind.framed, body=Markup(html))  # noqa: S704

    def _ask_for_missing(self, widget: WidgetInstance, data: Mapping[str, Cached]) -> None:
        now = self._clock.seconds()
        for name, one in data.items():
            if one.time is None and now - (one.failed_at or 0.0) > RETRY_SECONDS:
                # The page does not wait for the queue.
                Deferred.fromCoroutine(self._ask(widget, name))

    async def _ask(self, widget: WidgetInstance, function: str) -> None:
        try:
            await self._ask_refresh(widget, function)
        except Exception as error:
            self._log.warn(
                "No worker can be asked for {function} of the widget {widget}: {error}",
                function=function,
                widget=widget.id,
                error=error,
            )


def _box_of_data(box: Box, data: Mapping[str, Cached]) -> Box:
    """Say how a widget is, judging by what its cached functions found."""
    times = [one.time for one in data.values()]
    known = [time for time in times if time is not None]
    failures = [one.failed_at for one in data.values() if one.error and one.failed_at is not None]
    lacking = len(known) < len(times)
    if failures:
        state = State.FAILED if lacking else State.STALE
    else:
        state = State.PENDING if lacking else State.FRESH
    return attrs.evolve(
        box,
        state=state,
        time=min(known, default=None),
        failed_at=max(failures, default=None),
    )
