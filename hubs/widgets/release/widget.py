"""The release widget."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.bodhi import Bodhi, Phase, Release
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.parameters import Parameter, Type, Unexpected

#: The most milestones of one widget.
MOST_MILESTONES = 40
_FAMILIES = {"fedora": ("FEDORA",), "epel": ("FEDORA-EPEL", "FEDORA-EPEL-NEXT")}
#: What is nearest to being out comes last, as time goes.
_PHASES = {
    Phase.STABLE: gettext_noop("out"),
    Phase.BETA: gettext_noop("in beta"),
    Phase.BRANCHED: gettext_noop("on its way to beta"),
    Phase.RAWHIDE: gettext_noop("in development, as Rawhide"),
}
_ORDER = list(_PHASES)


@attrs.frozen
class Milestone:
    """A day that matters.

    Attributes:
        day: It.
        name: What happens.
        release: The release that is no longer cared for from this day on, if that happens.
    """

    day: datetime.date
    name: str = ""
    release: str = ""


def _milestone(line: str) -> str:
    if _read(line) is None:
        raise Unexpected(
            gettext_noop("a day and what happens then, as in 2027-02-16 Fedora 44 freezes")
        )
    return line


_FAMILY = Parameter(
    "family",
    gettext_noop("Releases"),
    gettext_noop("Whose releases are shown."),
    "fedora",
    Type.CHOICE,
    choices={
        "fedora": gettext_noop("Fedora"),
        "epel": gettext_noop("Extra Packages for Enterprise Linux"),
    },
)
_MILESTONES = Parameter(
    "milestones",
    gettext_noop("Milestones"),
    gettext_noop("One a line: a day and what happens then, as in 2027-02-16 Fedora 44 freezes."),
    [],
    Type.LINES,
    most=MOST_MILESTONES,
    check=_milestone,
)


class FindReleases(CachedFunction):
    """Finds the releases. No message tells of one, so that they are found anew by their age."""

    name = "releases"
    time_to_live = 6 * 3600.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: nothing."""
        return frozenset()

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: no."""
        return False

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        found = await Bodhi(stores.sources).releases()
        families = _FAMILIES[_FAMILY.of(widget.config)]
        return [_plain(one) for one in _ordered(found.items) if one.family in families]


class ReleaseWidget(Widget):
    """Shows where releases are, and what comes next."""

    name = "release"
    title = gettext_noop("Releases")
    summary = gettext_noop(
        "Shows which releases are out or on their way, until when they are cared for, and the "
        "milestones that you name."
    )
    parameters = (_FAMILY, _MILESTONES)
    functions = (FindReleases(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        named = [_read(line) for line in _MILESTONES.of(widget.config)]
        milestones = [one for one in named if one is not None]
        return _shown(data["releases"], milestones, stores.now())

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: Bodhi's page of releases."""
        return [SourceLink("Bodhi", Bodhi(stores.sources).releases_page)]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        today = _day(now)
        end = today + datetime.timedelta(days=160)
        releases = [
            Release("F43", "Fedora 43", "FEDORA", "43", Phase.STABLE, False, None, end),
            Release("F44", "Fedora 44", "FEDORA", "44", Phase.BETA, True, None, None),
            Release("F45", "Fedora 45", "FEDORA", "45", Phase.RAWHIDE, False, None, None),
        ]
        milestones = [
            Milestone(today - datetime.timedelta(days=14), "Fedora 44 Beta"),
            Milestone(today + datetime.timedelta(days=9), "Fedora 44 final freeze"),
            Milestone(today + datetime.timedelta(days=23), "Fedora 44"),
        ]
        return _shown([_plain(one) for one in releases], milestones, now)


def _shown(releases: Iterable[Any], named: Iterable[Milestone], now: float) -> dict[str, Any]:
    """Give what the template shows: of the milestones, the last that was and all that come."""
    today = _day(now)
    shown = [
        {**one, "phase_label": _PHASES[Phase(one["phase"])], "end": _date(one["end"])}
        for one in releases
    ]
    ends = [Milestone(one["end"], release=one["title"]) for one in shown if one["end"]]
    milestones = sorted([*named, *ends], key=lambda one: (one.day, one.name, one.release))
    past = [one for one in milestones if one.day < today][-1:]
    to_come = [one for one in milestones if one.day >= today]
    return {
        "releases": shown,
        "milestones": [(one, (one.day - today).days) for one in (*past, *to_come)],
    }


def _plain(one: Release) -> dict[str, Any]:
    return {
        "title": one.title,
        "phase": one.phase.value,
        "frozen": one.frozen,
        "end": one.end.isoformat() if one.end else None,
    }


def _ordered(releases: Iterable[Release]) -> list[Release]:
    def version(one: Release) -> tuple[int, ...]:
        return tuple(int(part) for part in one.version.split(".") if part.isdecimal())

    return sorted(releases, key=lambda one: (_ORDER.index(one.phase), version(one), one.name))


def _read(line: str) -> Milestone | None:
    day, _, name = line.strip().partition(" ")
    date = _date(day)
    return Milestone(date, name.strip()) if date and name.strip() else None


def _date(text: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _day(now: float) -> datetime.date:
    return datetime.datetime.fromtimestamp(now, datetime.UTC).date()
