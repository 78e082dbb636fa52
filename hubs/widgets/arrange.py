"""Puts widgets on hubs, and keeps what concerns them in step with their configuration."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

import attrs
from twisted.logger import Logger

from hubs.database.hub_store import HubStore
from hubs.database.widget_store import WidgetStore
from hubs.model.arrangement import Arrangement
from hubs.model.hub import FEED, Column, Hub, Visibility, WidgetInstance
from hubs.model.reload import AccessChange, Reload
from hubs.widgets.parameters import validate_config
from hubs.widgets.registry import Registry

#: Asks a worker to run a widget's cached function, named by the second argument.
AskRefresh = Callable[[WidgetInstance, str], Awaitable[None]]
#: Tells the browsers that look at a hub that a part of it has changed.
TellBrowsers = Callable[[Reload], Awaitable[None]]
#: Has event streams asked anew who may see what.
TellOfAccess = Callable[[AccessChange], Awaitable[None]]


class UnknownWidgetError(KeyError):
    """There is no such widget plug-in."""


async def add_widget(
    hubs: HubStore, registry: Registry, hub: Hub, widget: WidgetInstance
) -> WidgetInstance:
    """Put a widget on a hub that nobody looks at yet; `Arranger.add` is for owners.

    Args:
        hubs: The SQL store.
        registry: The widgets there are.
        hub: The hub.
        widget: The widget; its id does not count.

    Returns:
        The widget with its id.

    Raises:
        UnknownWidgetError: There is no such plug-in.
        ConfigurationError: Its configuration does not fit.
    """
    widget = attrs.evolve(widget, config=_clean(registry, widget.plugin, widget.config))
    return await hubs.create_widget(widget, functions_of(registry)(hub, widget))


def functions_of(
    registry: Registry,
) -> Callable[[Hub, WidgetInstance], Mapping[str, Iterable[str]]]:
    """Give what says what concerns the cached functions of a widget.

    Args:
        registry: The widgets there are.

    Returns:
        A function of a hub and a widget on it; its interest keys are by name of cached function,
        and there are none for a plug-in that is not there.
    """

    def functions(hub: Hub, widget: WidgetInstance) -> Mapping[str, Iterable[str]]:
        kind = registry.get(widget.plugin)
        found = kind.functions if kind is not None else ()
        return {function.name: function.interests(hub, widget) for function in found}

    return functions


@attrs.frozen
class Arranger:
    """Changes the widgets of hubs for their owners: the one place where that is done.

    Each change is checked, stored with its line of the audit trail, its message and what concerns
    the widget, and told to the browsers that look at the hub; cached functions that have to be run
    anew are put into the queue of work. Nobody is asked here whether they may do it: ask
    `hubs.model.permissions` for ``ARRANGE`` before.

    What is done a second time changes nothing, and is no error. Whoever changes something names
    the version that they have seen; if somebody else was faster, there is a `ConflictError`, which
    says who and when, and nothing is changed.

    Attributes:
        hubs: The SQL store.
        registry: The widgets there are.
        ask_refresh: Puts a refresh into the queue of work.
        tell_browsers: Tells the browsers that look at a hub.
        tell_of_access: Has event streams asked anew, once who may see a widget has changed.
    """

    hubs: HubStore
    registry: Registry
    ask_refresh: AskRefresh
    tell_browsers: TellBrowsers
    tell_of_access: TellOfAccess

    _log = Logger()

    @property
    def _store(self) -> WidgetStore:
        return WidgetStore(self.hubs.pool, functions_of(self.registry), self.label)

    def label(self, widget: WidgetInstance) -> str:
        """Give what people call a widget, in English."""
        kind = self.registry.get(widget.plugin)
        return kind.title if kind is not None else widget.plugin

    async def arrangement(self, hub: Hub) -> Arrangement:
        """Give the widgets of a hub, and those that can be put back."""
        return await self._store.arrangement(hub.id)

    async def add(
        self,
        hub: Hub,
        actor: str,
        plugin: str,
        config: Mapping[str, object],
        *,
        column: Column = Column.MAIN,
        visibility: Visibility = Visibility.PUBLIC,
    ) -> WidgetInstance:
        """Put a widget at the end of a column.

        Args:
            hub: The hub.
            actor: The account name of who does it.
            plugin: The name of its plug-in.
            config: What its parameters are set to, as typed or as JSON has it.
            column: Where it stands.
            visibility: Who may see it.

        Returns:
            The widget as it is stored.

        Raises:
            UnknownWidgetError: There is no such plug-in, or it is not for such a hub.
            ConfigurationError: Its configuration does not fit.
            ArrangeError: The hub is archived, or full.
        """
        clean = _clean(self.registry, plugin, config)
        if hub.type not in self.registry.widgets[plugin].hub_types:
            raise UnknownWidgetError(
                f"the widget {plugin!r} is not for the hub of a {hub.type.value}"
            )
        widget = WidgetInstance(0, hub.id, plugin, column, 0, clean, visibility)
        made = await self._store.add(actor, widget)
        await self._ask_anew(made)
        await self._refresh(made)
        await self._tell(Reload.layout(hub.id))
        return made

    async def configure(
        self,
        hub: Hub,
        actor: str,
        widget_id: int,
        version: int,
        config: Mapping[str, object],
        visibility: Visibility,
    ) -> WidgetInstance:
        """Set a widget anew.

        Args:
            hub: The hub.
            actor: The account name of who does it.
            widget_id: The widget.
            version: That of the widget that they have seen.
            config: What its parameters are set to, all of them, as typed or as JSON has it.
            visibility: Who may see it.

        Returns:
            The widget as it is stored.

        Raises:
            UnknownWidgetError: Its plug-in is gone.
            ConfigurationError: Its configuration does not fit.
            ArrangeError: The hub is archived, or has no such widget.
            ConflictError: It was changed or removed meanwhile.
        """
        befores: list[WidgetInstance] = []

        def apply(before: WidgetInstance) -> WidgetInstance:
            befores.append(before)
            clean = _clean(self.registry, before.plugin, config)
            return attrs.evolve(before, config=clean, visibility=visibility)

        made = await self._store.change(hub.id, actor, widget_id, version, apply)
        if befores[-1].visibility is not made.visibility:
            await self._ask_anew(befores[-1], made)
        await self._refresh(made)
        await self._tell(Reload.layout(hub.id))
        await self._tell(Reload.widget(hub.id, made.id))
        return made

    async def hide(
        self, hub: Hub, actor: str, widget_id: int, version: int, *, hidden: bool = True
    ) -> WidgetInstance:
        """Put a widget away, or show it again.

        Args:
            hub: The hub.
            actor: The account name of who does it.
            widget_id: The widget.
            version: That of the widget that they have seen.
            hidden: Whether it is put away.

        Returns:
            The widget as it is stored.

        Raises:
            ArrangeError: The hub is archived, or has no such widget.
            ConflictError: It was changed or removed meanwhile.
        """
        made = await self._store.change(
            hub.id, actor, widget_id, version, lambda before: attrs.evolve(before, hidden=hidden)
        )
        await self._ask_anew(made)
        await self._tell(Reload.layout(hub.id))
        return made

    async def move(
        self,
        hub: Hub,
        actor: str,
        widget_id: int,
        arrangement: int,
        column: Column,
        position: int,
    ) -> None:
        """Move a widget.

        Args:
            hub: The hub.
            actor: The account name of who does it.
            widget_id: The widget.
            arrangement: The version of the arrangement that they have seen.
            column: Where to.
            position: Its place there, from 0; one past the last is the last.

        Raises:
            ArrangeError: The hub is archived, or has no such widget.
            ConflictError: The arrangement was changed meanwhile, or the widget removed.
        """
        if await self._store.move(hub.id, actor, widget_id, arrangement, column, position):
            await self._tell(Reload.layout(hub.id))

    async def remove(self, hub: Hub, actor: str, widget_id: int, version: int) -> None:
        """Take a widget off a hub; for some weeks it can be put back.

        Args:
            hub: The hub.
            actor: The account name of who does it.
            widget_id: The widget.
            version: That of the widget that they have seen.

        Raises:
            ArrangeError: The hub is archived, or has never had such a widget.
            ConflictError: It was changed meanwhile.
        """
        removed = await self._store.remove(hub.id, actor, widget_id, version)
        if removed is not None:
            await self._ask_anew(removed)
        await self._tell(Reload.layout(hub.id))

    async def restore(self, hub: Hub, actor: str, widget_id: int) -> WidgetInstance:
        """Put a widget back that was removed, where it was.

        Args:
            hub: The hub.
            actor: The account name of who does it.
            widget_id: The widget.

        Returns:
            The widget as it is stored.

        Raises:
            ArrangeError: The hub is archived or full, or has no such widget to be put back.
        """
        made = await self._store.restore(hub.id, actor, widget_id)
        await self._ask_anew(made)
        await self._refresh(made)
        await self._tell(Reload.layout(hub.id))
        return made

    async def _ask_anew(self, *widgets: WidgetInstance) -> None:
        """Have the streams of a hub asked anew, if one of these says who may hear of what."""
        if any(one.visibility is not Visibility.PUBLIC or one.plugin == FEED for one in widgets):
            await self._or_later(self.tell_of_access(AccessChange(widgets[0].hub_id)))

    async def _refresh(self, widget: WidgetInstance) -> None:
        kind = self.registry.get(widget.plugin)
        for function in kind.functions if kind is not None else ():
            await self._or_later(self.ask_refresh(widget, function.name))

    async def _tell(self, reload: Reload) -> None:
        await self._or_later(self.tell_browsers(reload))

    async def _or_later(self, telling: Awaitable[None]) -> None:
        # What was changed is stored. Whoever looks next sees it, and asks for what is missing.
        try:
            await telling
        except Exception as error:
            self._log.warn("Nobody was told of a change of widgets: {error}", error=error)


def _clean(registry: Registry, plugin: str, config: Mapping[str, object]) -> dict[str, Any]:
    kind = registry.get(plugin)
    if kind is None:
        known = ", ".join(sorted(registry.widgets))
        raise UnknownWidgetError(f"there is no widget {plugin!r}, expected one of {known}")
    return validate_config(kind.parameters, config)
