"""What a widget is: parameters, cached functions, and a template beside it."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

import attrs
from twisted.python.runtime import seconds

from hubs.accounts.interfaces import IAccounts
from hubs.bus.message import BusMessage
from hubs.cache.interfaces import Cached
from hubs.database.hub_store import HubStore
from hubs.feeds.interfaces import IFeedStore
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.session import Session
from hubs.widgets.parameters import Parameter

#: How long a cached function is left alone after it failed, unless its error says, seconds.
RETRY_SECONDS = 60.0

#: Says which of some account names have a hub that everybody may see.
KnownPeople = Callable[[Iterable[str]], Awaitable[set[str]]]


@attrs.frozen
class Stores:
    """What a widget may read from.

    Attributes:
        hubs: The SQL store.
        feeds: The store of feeds.
        sources: Outside services, for cached functions alone: no page waits for them.
        known_people: As that of `hubs`; on a page it asks once for all widgets.
        now: Says what time it is, seconds since the epoch.
        accounts: The account system, for cached functions alone; None where none are run.
    """

    hubs: HubStore
    feeds: IFeedStore
    sources: Session
    known_people: KnownPeople = attrs.field(
        default=attrs.Factory(lambda self: self.hubs.known_people, takes_self=True)
    )
    now: Callable[[], float] = seconds
    accounts: IAccounts | None = None


@attrs.frozen
class SourceLink:
    """A page where readers find at its source what a widget shows.

    Attributes:
        name: What people call it, as in ``lamps/wick`` or ``Bodhi``.
        url: Its address. What is no address of the web is refused: no page of ours links there.
    """

    name: str
    url: str = attrs.field(validator=attrs.validators.matches_re("https?://.+"))


class CachedFunction(ABC):
    """The slow part of a widget: what it finds is kept in the cache until a message concerns it.

    It has no state; workers run it, pages only read what it found.
    """

    #: Its name within its widget.
    name: ClassVar[str]
    #: The longest it may take, seconds.
    timeout: ClassVar[float] = 60.0
    #: How old what it found may be when somebody looks, seconds: then it is shown, and found anew
    #: meanwhile. None if messages alone make it old.
    time_to_live: ClassVar[float | None] = None
    #: For how long it rests after it was run, seconds: messages that ask for another run meanwhile
    #: get one together, at the end. For what changes with each of many messages.
    rest: ClassVar[float] = 0.0
    #: For how long its source may not know yet what a message tells, seconds: it is run that much
    #: later. For sources that are told beside the bus, and not before it.
    lag: ClassVar[float] = 0.0
    #: Whether its widget has something to show without it. Then nothing stands in the place of
    #: what it finds as long as it found nothing: the context gets None.
    optional: ClassVar[bool] = False

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

    def is_outdated(self, cached: Cached, now: float) -> bool:
        """Say whether what was found is older than its time to live.

        Args:
            cached: What the cache holds.
            now: The time that it is, seconds since the epoch.

        Returns:
            False also if nothing was found yet.
        """
        found, most = cached.time, self.time_to_live
        return found is not None and most is not None and now - found > most

    def is_due(self, cached: Cached, now: float) -> bool:
        """Say whether it should be run because somebody looks.

        Args:
            cached: What the cache holds.
            now: The time that it is, seconds since the epoch.

        Returns:
            True if what was found is missing or outdated, or should have been found anew before,
            unless it failed so short a time ago that it is too early, or is tried again by itself
            later.
        """
        if cached.retry_at is not None:
            return now >= cached.retry_at
        if cached.time is not None and not self.is_outdated(cached, now):
            return False
        return cached.failed_at is None or now - cached.failed_at > RETRY_SECONDS

    def rests_until(self, cached: Cached, now: float, told: float | None = None) -> float | None:
        """Say whether it rests now, or its source may not know yet what there is.

        Args:
            cached: What the cache holds.
            now: The time that it is, seconds since the epoch.
            told: When the message was sent for which it is run, seconds since the epoch; None if
                there was none.

        Returns:
            Until when, seconds since the epoch; None if it does not.
        """
        # The clock of who sent it may be ahead of ours.
        known = min(told, now) + self.lag if told is not None else 0.0
        end = max((cached.time or 0.0) + self.rest, known)
        return end if end > now else None

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
            SourceError: An outside service did not give it. The widget shows what was found before
                and this error's sentence, and it is tried again when the error says.
            Exception: It could not be found; the widget shows what was found before.
        """


class Widget(ABC):
    """A kind of widget. It has no state; `WidgetInstance` is one on a hub.

    Its template is ``template.html`` beside its module, rendered with what `context` gives.
    """

    #: The name of its plug-in: the name of its entry point and of its folder.
    name: ClassVar[str]
    #: What stands above it, marked by `gettext_noop`.
    title: ClassVar[str]
    #: What it is good for, one sentence for who chooses widgets, marked likewise.
    summary: ClassVar[str]
    #: Whose hubs it suits.
    hub_types: ClassVar[frozenset[HubType]] = frozenset(HubType)
    #: What the owner of a hub can set.
    parameters: ClassVar[tuple[Parameter, ...]] = ()
    #: What is found ahead of time.
    functions: ClassVar[tuple[CachedFunction, ...]] = ()
    #: Whether the frame draws a box and title around it.
    framed: ClassVar[bool] = True
    #: A template of the portal that is drawn beneath it for each reader anew, with what their page
    #: knows; empty for none. All else is the same for all who may see the widget.
    footer: ClassVar[str] = ""

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

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """Say where readers find at its source what it shows, also while it cannot be shown.

        Args:
            hub: The hub that the widget stands on.
            widget: The widget.
            found: What its cached functions found, by name; without those that found nothing yet.
            stores: Where outside services are; none of them is asked.

        Returns:
            The pages, for the frame; none if all of it is only here.
        """
        del hub, widget, found, stores
        return ()

    async def told(self, data: Mapping[str, Any], stores: Stores) -> Mapping[str, Any]:
        """Give what programs are told of what was found: no more than its template shows.

        Args:
            data: What each of its cached functions found, by name of the function.
            stores: Where to read.

        Returns:
            The same without what nobody may see any more.
        """
        del stores
        return data

    @abstractmethod
    def sample(self, now: float) -> dict[str, Any]:
        """Give invented variables for its template, of which its preview is made.

        Args:
            now: The time that it is, seconds since the epoch.

        Returns:
            As `context` does.
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
