"""The widget of watched packages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

import attrs

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.anitya import Anitya
from hubs.sources.bugzilla import Bugzilla
from hubs.sources.builds import Build, State
from hubs.sources.koji import NAME as KOJI
from hubs.sources.koji import Koji
from hubs.sources.place import Place, Service
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.gathering import gather
from hubs.widgets.packages import PACKAGES, interests_of, packages_of
from hubs.widgets.places import COUNT
from hubs.widgets.watched.rows import Row, rows

#: The most packages that are watched: each costs a request whenever this is brought up to date.
MOST_WATCHED = 20
#: Of how many builds of each package it is known which versions have been built.
BUILDS = 10
#: Of a person, it is the packages of so many of their last builds: to list what somebody may change
#: takes dist-git longer than it has.
LAST_BUILDS = 60
PRODUCT = "Fedora"
#: Where the pages of packages are.
PAGE = "https://src.fedoraproject.org/rpms"
_TOPICS = (
    *("anitya.project.version.", "hotness.update.", "bugzilla.bug."),
    "buildsys.build.state.change",
)
_PACKAGES = attrs.evolve(PACKAGES, most=MOST_WATCHED)


class FindWatched(CachedFunction):
    """Finds what there is to know of packages."""

    name = "watched"
    time_to_live = 3600.0
    timeout = 180.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: the packages, or the person who builds some."""
        names = _watched(hub, widget)
        is_person = hub.type is HubType.USER and not names
        return frozenset({f"user:{hub.name}"}) if is_person else interests_of(names)

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: a new version, a bug or a build."""
        return message.topic.startswith(_TOPICS)

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        names = _watched(hub, widget) or await _last_built(hub, stores)
        anitya, place = Anitya(stores.sources), _bugs_of(stores)

        async def versions() -> dict[str, str | None]:
            # One after the other: it answers for one package at a time, and others ask it too.
            return {name: await anitya.version(name) for name in names}

        async def bugs() -> tuple[dict[str, int], bool]:
            found = await Bugzilla(stores.sources, place).tickets_of(names)
            return dict(Counter(one.place for one in found.items)), found.whole

        async def builds() -> list[Build]:
            return await Koji(stores.sources).of_packages(names, BUILDS)

        asks: dict[str, Callable[[], Awaitable[Any]]] = {}
        if names:
            asks = {"versions": versions, "bugs": bugs, "builds": builds}
        gathered = await gather(asks, lambda name: asks[name]())
        found = gathered.found
        counts, whole = found.get("bugs", (None, True))
        shown = rows(names, found.get("versions", {}), counts, found.get("builds", ()))
        return {
            "rows": [_plain(one, anitya, place) for one in shown[: COUNT.of(widget.config)]],
            "count": len(shown),
            "whole": whole,
            "failures": gathered.failures,
        }


class WatchedWidget(Widget):
    """Shows new versions, bugs and builds of packages in one table."""

    name = "watched"
    title = gettext_noop("Watched packages")
    summary = gettext_noop(
        "Shows new versions, open bugs and failed builds of packages in one table."
    )
    parameters = (_PACKAGES, COUNT)
    functions = (FindWatched(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return dict(data["watched"])

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: what knows of versions, of bugs and of builds."""
        if hub.type is HubType.TEAM and not _watched(hub, widget):
            return ()
        services = stores.sources.services
        pages = (services.anitya, services.bugzilla[0])
        links = [SourceLink(urlsplit(page).netloc, page) for page in pages]
        return [*links, SourceLink(KOJI, Koji(stores.sources).page)]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        facts = [
            ("paper-crane", "2.0", True, 4, State.FAILED),
            ("lantern", "3.2", False, 1, State.DONE),
            ("wick", "0.7", False, 0, State.DONE),
        ]
        shown = [
            {
                "name": name,
                "url": f"https://packages.example/{name}",
                "version": version,
                "version_url": f"https://releases.example/{name}",
                "is_new": is_new,
                "bugs": bugs,
                "bugs_url": f"https://bugs.example/{name}",
                "build": {
                    "title": f"{name}-1.0-1.fc44",
                    "url": "https://builds.example/1",
                    "state": state.value,
                    "since": now - 9000,
                },
            }
            for name, version, is_new, bugs, state in facts
        ]
        return {"rows": shown, "count": 3, "whole": True, "failures": []}


def _watched(hub: Hub, widget: WidgetInstance) -> tuple[str, ...]:
    return packages_of(widget.config, hub)[:MOST_WATCHED]


async def _last_built(hub: Hub, stores: Stores) -> tuple[str, ...]:
    if hub.type is not HubType.USER:
        return ()
    builds = await Koji(stores.sources).of_user(hub.name, LAST_BUILDS)
    return tuple(dict.fromkeys(one.package for one in builds))[:MOST_WATCHED]


def _bugs_of(stores: Stores) -> Place:
    # The first that the settings name is that of the distribution.
    return Place(Service.BUGZILLA, stores.sources.services.bugzilla[0], product=PRODUCT)


def _plain(one: Row, anitya: Anitya, place: Place) -> dict[str, Any]:
    return {
        **attrs.asdict(one),
        "url": f"{PAGE}/{quote(one.name)}",
        "version_url": anitya.page(one.name),
        "bugs_url": attrs.evolve(place, component=one.name).tickets_page,
    }
