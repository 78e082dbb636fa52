"""What the cache holds for all widgets of all hubs, read a page at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping

import attrs

from hubs.cache.interfaces import Cached, ICache
from hubs.database.hub_store import HubStore
from hubs.model.hub import Hub, WidgetInstance
from hubs.widgets.base import cache_key
from hubs.widgets.registry import Registry

#: How many widgets are read at once.
PAGE = 500
_ALL = 100.0


@attrs.frozen
class Coverage:
    """How many cached functions of widgets have data.

    Attributes:
        found: How many have.
        missing: How many have none.
    """

    found: int
    missing: int

    @property
    def percent(self) -> float:
        """The part that has data, from 0 to 100; 100 if there is nothing to have."""
        total = self.found + self.missing
        return _ALL * self.found / total if total else _ALL


@attrs.frozen
class CachedWidget:
    """A widget and what the cache holds for it.

    Attributes:
        hub: The hub that it stands on.
        widget: The widget.
        cached: By name of cached function, what it found or why it did not; None for nothing.
    """

    hub: Hub
    widget: WidgetInstance
    cached: Mapping[str, Cached | None]


def cache_keys(registry: Registry, widget: WidgetInstance) -> dict[str, str]:
    """Give the keys under which the cache keeps what a widget shows.

    Args:
        registry: The widgets there are.
        widget: The widget; one of a plug-in that is gone has none.

    Returns:
        By name of cached function.
    """
    kind = registry.get(widget.plugin)
    functions = kind.functions if kind is not None else ()
    return {function.name: cache_key(widget, function) for function in functions}


async def coverage(
    hubs: HubStore, cache: ICache, registry: Registry, read: Callable[[int], object]
) -> Coverage:
    """Count for which cached functions of all widgets there is data.

    Args:
        hubs: The SQL store.
        cache: The cache.
        registry: The widgets there are.
        read: Is told of so many more widgets that have been read.

    Returns:
        The counts.
    """
    found = total = 0
    async for page in _pages(hubs):
        keys = [key for _, widget in page for key in cache_keys(registry, widget).values()]
        found += len(await cache.present(keys))
        total += len(keys)
        read(len(page))
    return Coverage(found, total - found)


async def cached_widgets(
    hubs: HubStore, cache: ICache, registry: Registry, read: Callable[[int], object]
) -> AsyncIterator[CachedWidget]:
    """Give the widgets for which the cache holds data.

    Args:
        hubs: The SQL store.
        cache: The cache.
        registry: The widgets there are.
        read: See `coverage`.

    Yields:
        Them, in order of their numbers.
    """
    async for page in _pages(hubs):
        keys = {widget.id: cache_keys(registry, widget) for _, widget in page}
        held = await cache.get_many([key for some in keys.values() for key in some.values()])
        for hub, widget in page:
            cached = {name: held.get(key) for name, key in keys[widget.id].items()}
            if any(one is not None and one.time is not None for one in cached.values()):
                yield CachedWidget(hub, widget, cached)
        read(len(page))


async def clean(
    hubs: HubStore,
    cache: ICache,
    registry: Registry,
    ids: Iterable[int],
    plugins: Iterable[str],
    read: Callable[[int], object],
) -> int:
    """Delete what the cache holds for some widgets.

    Args:
        hubs: The SQL store.
        cache: The cache.
        registry: The widgets there are.
        ids: The numbers of widgets.
        plugins: The names of plug-ins, of which all widgets are meant.
        read: See `coverage`.

    Returns:
        How many values were deleted.
    """
    found = await hubs.widgets(ids)
    deleted = await _forget(cache, registry, found)
    read(len(found))
    async for page in _pages(hubs, list(plugins)):
        deleted += await _forget(cache, registry, page)
        read(len(page))
    return deleted


async def _forget(
    cache: ICache, registry: Registry, widgets: Iterable[tuple[Hub, WidgetInstance]]
) -> int:
    keys = [key for _, widget in widgets for key in cache_keys(registry, widget).values()]
    return await cache.delete(keys)


async def _pages(
    hubs: HubStore, plugins: list[str] | None = None
) -> AsyncIterator[list[tuple[Hub, WidgetInstance]]]:
    last = 0
    while page := await hubs.widget_page(last, PAGE, plugins):
        yield page
        last = page[-1][1].id
