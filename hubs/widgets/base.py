"""What a widget is: parameters, cached functions, and a template beside it."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from hubs.bus.message import BusMessage
from hubs.database.hub_store import HubStore
from hubs.feeds.interfaces import IFeedStore
from hubs.model.hub import Hub, WidgetInstance


@attrs.frozen
class Stores:
    """What a widget may read from.

    Attributes:
        hubs: The SQL store.
        feeds: The store of feeds.
    """

    hubs: HubStore
    feeds: IFeedStore


@attrs.frozen
class Parameter:
    """One thing about a widget that the owner of a hub can set.

    Attributes:
        name: The key in the widget's configuration.
        label: What the owner reads beside it.
        help: One sentence on what it does.
        default: Its value when nothing is set.
    """

    name: str
    label: str
    help: str
    default: Any = ""


class CachedFunction(ABC):
    """The slow part of a widget: what it finds is kept in the cache until a message concerns it.

    It has no state; workers run it, pages only read what it found.
    """

    #: Its name within its widget.
    name: ClassVar[str]
    #: The longest it may take, seconds.
    timeout: ClassVar[float] = 60.0

    @abstractmethod
    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """Say what concerns it, from configuration alone.

        Args:
            hub: The hub that the widget stands on.
            widget: The widget.

        Returns:
            Interest keys as `BusMessage.keys` gives them.
        """

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """Say whether a message that shares an interest key makes what was found stale.

        Args:
            hub: The hub that the widget stands on.
            widget: The widget.
            message: What happened.

        Returns:
            True unless the widget knows better.
        """
        del hub, widget, message
        return True

    @abstractmethod
    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """Find it.

        Args:
            hub: The hub that the widget stands on.
            widget: The widget.
            stores: Where to read.

        Returns:
            Values that JSON knows.

        Raises:
            Exception: It could not be found; the widget shows what was found before.
        """


class Widget(ABC):
    """A kind of widget. It has no state; `WidgetInstance` is one on a hub.

    Its template is ``template.html`` beside its module, rendered with what `context` gives.
    """

    #: The name of its plug-in: the name of its entry point and of its folder.
    name: ClassVar[str]
    #: What stands above it.
    title: ClassVar[str]
    #: What the owner of a hub can set.
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    #: What is found ahead of time.
    functions: ClassVar[tuple[CachedFunction, ...]] = ()
    #: Whether the frame draws a box and title around it.
    framed: ClassVar[bool] = True

    @abstractmethod
    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """Give what its template shows. Never slow: nothing here leaves our own stores.

        Args:
            hub: The hub that the widget stands on.
            widget: The widget.
            data: What each of its cached functions found, by name of the function.
            stores: Where to read.

        Returns:
            The template's variables.
        """

    def reload_events(self, widget: WidgetInstance) -> tuple[str, ...]:
        """Name the events upon which browsers fetch it again.

        Args:
            widget: The widget.

        Returns:
            Names as in `hubs.model.reload.Reload`.
        """
        return (f"widget-{widget.id}",)

    def setting(self, widget: WidgetInstance, name: str) -> Any:
        """Give what a parameter is set to, or its default.

        Args:
            widget: The widget.
            name: The parameter's name.

        Returns:
            The configured value.

        Raises:
            KeyError: The widget has no such parameter.
        """
        defaults = {parameter.name: parameter.default for parameter in self.parameters}
        return widget.config.get(name, defaults[name])


def cache_key(widget: WidgetInstance, function: CachedFunction) -> str:
    """Give the key under which the cache keeps what a function found.

    The configuration is part of it, so that a change of configuration is a miss.

    Args:
        widget: The widget.
        function: One of its cached functions.

    Returns:
        A key as in ``12-members-members-0f3a9c…``: letters, digits and hyphens.
    """
    config = json.dumps(dict(widget.config), sort_keys=True)
    digest = hashlib.sha256(config.encode()).hexdigest()[:16]
    return f"{widget.id}-{widget.plugin}-{function.name}-{digest}"
