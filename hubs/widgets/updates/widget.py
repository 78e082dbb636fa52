"""The updates widget."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from hubs.bus.body import texts
from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.bodhi import Bodhi, Status, Update, UpdateQuery
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.packages import PACKAGES, interests_of, packages_of
from hubs.widgets.parameters import Parameter, Type
from hubs.widgets.places import COUNT

_TOPIC = "bodhi.update."
_COMMENT = "bodhi.update.comment"
#: Where a message names who submitted the update.
_SUBMITTERS = ("update.user.name", "comment.update.user.name")


class View(enum.Enum):
    """A view."""

    #: What a person submitted, or what a team's packages are in; what is newest first.
    MINE = "mine"
    #: Those of them that may go to the stable updates; for longest first.
    READY = "ready"
    #: What somebody else is to try out and has not yet; what is newest first.
    TEST = "test"


_VIEW = Parameter(
    "view",
    gettext_noop("Which"),
    gettext_noop("Which updates are shown."),
    View.MINE.value,
    Type.CHOICE,
    choices={
        View.MINE.value: gettext_noop("In testing"),
        View.READY.value: gettext_noop("Ready for the stable updates"),
        View.TEST.value: gettext_noop("Waiting for my test"),
    },
)
_PACKAGES = attrs.evolve(
    PACKAGES,
    help=gettext_noop(
        "One name a line, as in kernel. If there is none, those that the team is about; what waits "
        "for a test is then what a system does not work without."
    ),
)
_EMPTY = {
    View.MINE: gettext_noop("Nothing is in testing."),
    View.READY: gettext_noop("Nothing is ready: all of it is still tested, or on its way."),
    View.TEST: gettext_noop("Nothing waits for your test."),
}


class FindUpdates(CachedFunction):
    """Finds the updates of a view."""

    name = "updates"
    time_to_live = 1800.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: the packages, and the person."""
        person = {f"user:{hub.name}"} if hub.type is HubType.USER else set()
        return interests_of(_packages(hub, widget)) | person

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: what tells of an update of theirs, or that they tried one out."""
        if not message.topic.startswith(_TOPIC):
            return False
        if set(message.packages) & set(_packages(hub, widget)):
            return True
        if _view(widget) is View.TEST:
            return message.topic == _COMMENT and message.agent == hub.name
        return hub.name in texts(message.body, *_SUBMITTERS)

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        view, asked = _view(widget), _query(hub, widget)
        if asked is None:
            return {"updates": [], "count": 0, "whole": True}
        found = await Bodhi(stores.sources).updates(asked)
        updates = _ordered(view, _chosen(view, found.items, _person(hub)))
        return {
            "updates": [attrs.asdict(one) for one in updates[: COUNT.of(widget.config)]],
            "count": len(updates),
            "whole": found.whole,
        }


class UpdatesWidget(Widget):
    """Shows updates in Bodhi."""

    name = "updates"
    title = gettext_noop("Updates")
    summary = gettext_noop(
        "Shows updates in Bodhi: yours, how their tests go and which are ready, or those that "
        "wait for your test."
    )
    parameters = (_VIEW, _PACKAGES, COUNT)
    functions = (FindUpdates(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        named = _query(hub, widget) is not None
        return {**data["updates"], "named": named, **_words(_view(widget))}

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: Bodhi's page of the person, or of such updates."""
        asked = _query(hub, widget)
        if asked is None:
            return ()
        return [SourceLink("Bodhi", Bodhi(stores.sources).updates_page(asked))]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        facts = [
            ("lantern-3.2-1.fc44", "enhancement", 2, True, 8),
            ("paper-crane-1.9-2.fc44", "security", 1, False, 2),
            ("wick-0.7-4.fc43", "bugfix", -1, False, 5),
        ]
        found = [
            Update(
                alias=f"FEDORA-2026-{number:010x}",
                title=title,
                others=0,
                url=f"https://bodhi.example/updates/FEDORA-2026-{number:010x}",
                author="teacup",
                release=f"Fedora {title[-2:]}",
                status=Status.TESTING,
                request="",
                karma=karma,
                wanted=3,
                kind=kind,
                severity="unspecified",
                ready=ready,
                since=now - 86_400 * days,
                testers=("custard",),
            )
            for number, (title, kind, karma, ready, days) in enumerate(facts, start=1)
        ]
        return {
            "updates": [attrs.asdict(one) for one in found],
            "count": 3,
            "whole": True,
            "named": True,
            **_words(View.MINE),
        }


def _query(hub: Hub, widget: WidgetInstance) -> UpdateQuery | None:
    """Say what Bodhi is asked for; None if it is nobody's and of no package."""
    view, packages, person = _view(widget), _packages(hub, widget), _person(hub)
    if view is View.TEST:
        return UpdateQuery(packages=packages, critical=not packages)
    if not (person or packages):
        return None
    whose = UpdateQuery(user=person) if person else UpdateQuery(packages=packages)
    waits = (Status.TESTING,) if view is View.READY else (Status.PENDING, Status.TESTING)
    return attrs.evolve(whose, statuses=waits)


def _chosen(view: View, updates: Iterable[Update], person: str) -> list[Update]:
    fits: Mapping[View, Callable[[Update], bool]] = {
        View.READY: lambda one: one.ready,
        View.TEST: lambda one: person not in {one.author, *one.testers},
    }
    fit = fits.get(view)
    return [one for one in updates if fit is None or fit(one)]


def _ordered(view: View, updates: Iterable[Update]) -> list[Update]:
    return sorted(updates, key=lambda one: one.since, reverse=view is not View.READY)


def _packages(hub: Hub, widget: WidgetInstance) -> tuple[str, ...]:
    return packages_of(widget.config, hub)


def _person(hub: Hub) -> str:
    return hub.name if hub.type is HubType.USER else ""


def _view(widget: WidgetInstance) -> View:
    return View(_VIEW.of(widget.config))


def _words(view: View) -> dict[str, Any]:
    label = _VIEW.choices[view.value]
    return {"view": view.value, "view_label": label, "empty": _EMPTY[view]}
