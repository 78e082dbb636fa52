"""The builds widget."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import attrs

from hubs.bus.body import texts
from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.builds import Build, State
from hubs.sources.copr import Copr, Project
from hubs.sources.koji import NAME as KOJI
from hubs.sources.koji import Koji
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.gathering import gather
from hubs.widgets.packages import PACKAGES, interests_of, packages_of
from hubs.widgets.parameters import Parameter, Type, Unexpected
from hubs.widgets.places import COUNT

#: The most projects of one widget: each costs a request whenever it is brought up to date.
MOST_PROJECTS = 8
_KOJI = "buildsys.build.state.change"
_COPR = ("copr.build.start", "copr.build.end")
#: What a message names a project of Copr by.
_HOME = "copr.fedorainfracloud.org"


class View(enum.Enum):
    """A view."""

    LAST = "last"
    FAILED = "failed"


def _project(line: str) -> str:
    project = Project.read(line)
    if project is None:
        raise Unexpected(gettext_noop("a project of Copr, as in @lamp-sig/lamps"))
    return project.full_name


_VIEW = Parameter(
    "view",
    gettext_noop("Which"),
    gettext_noop("Which builds are shown."),
    View.LAST.value,
    Type.CHOICE,
    choices={
        View.LAST.value: gettext_noop("The last ones"),
        View.FAILED.value: gettext_noop("Those that failed"),
    },
)
_PACKAGES = attrs.evolve(
    PACKAGES,
    label=gettext_noop("Packages in Koji"),
    help=gettext_noop(
        "One name a line, as in kernel. If there is none, those that the team is about, or what "
        "the person builds."
    ),
)
_PROJECTS = Parameter(
    "projects",
    gettext_noop("Projects in Copr"),
    gettext_noop(
        "One a line, as in @lamp-sig/lamps, or its address. If there is none, those among the "
        "repositories that the team is about, or those of the person."
    ),
    [],
    Type.LINES,
    most=MOST_PROJECTS,
    check=_project,
)
_EMPTY = {
    View.LAST: gettext_noop("Nothing has been built yet."),
    View.FAILED: gettext_noop("No build failed lately."),
}
#: Asks for some builds.
_Ask = Callable[[], Awaitable[list[Build]]]


class FindBuilds(CachedFunction):
    """Finds the builds of a view."""

    name = "builds"
    time_to_live = 1800.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: the packages and the projects, or the person."""
        projects = {f"repo:{_HOME}{project.path}" for project in _projects(hub, widget)}
        person = {f"user:{hub.name}"} if hub.type is HubType.USER else set()
        return interests_of(_packages(hub, widget)) | projects | person

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: a build of theirs that began or ended."""
        packages, projects = _packages(hub, widget), _projects(hub, widget)
        is_theirs = hub.type is HubType.USER and hub.name in texts(message.body, "owner")
        if message.topic == _KOJI:
            return bool(set(message.packages) & set(packages)) if packages else is_theirs
        if message.topic in _COPR:
            homes = {f"{_HOME}{project.path}" for project in projects}
            return bool(set(message.repositories) & homes) if homes else is_theirs
        return False

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        count = COUNT.of(widget.config)
        failed = _view(widget) is View.FAILED
        gathered = await gather(_asks(hub, widget, stores, failed=failed), lambda ask: ask())
        builds = [build for found in gathered.found.values() for build in found]
        builds.sort(key=lambda one: one.since, reverse=True)
        return {
            "builds": [attrs.asdict(one) for one in builds[:count]],
            "failures": gathered.failures,
        }


class BuildsWidget(Widget):
    """Shows builds in Koji and Copr."""

    name = "builds"
    title = gettext_noop("Builds")
    summary = gettext_noop("Shows the last builds in Koji and Copr, or those that failed.")
    parameters = (_VIEW, _PACKAGES, _PROJECTS, COUNT)
    functions = (FindBuilds(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        named = _asks_koji(hub, widget) or bool(_projects(hub, widget))
        return {**data["builds"], "named": named, **_words(_view(widget))}

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: Koji, and projects in Copr."""
        copr, projects = Copr(stores.sources), _projects(hub, widget)
        links = [SourceLink(one.full_name, copr.page(one)) for one in projects]
        if _asks_koji(hub, widget):
            links.insert(0, SourceLink(KOJI, Koji(stores.sources).page))
        return links

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        facts = [
            ("lantern-3.2-2.fc45", "Koji", State.RUNNING),
            ("paper-crane-1.9-2.fc44", "Koji", State.DONE),
            ("wick-0.7-5", "@lantern-sig/nightly", State.FAILED),
        ]
        found = [
            Build(
                place=place,
                package=title.rsplit("-", 2)[0],
                title=title,
                url=f"https://builds.example/{number}",
                owner="teacup",
                state=state,
                since=now - 5000 * number,
            )
            for number, (title, place, state) in enumerate(facts, start=1)
        ]
        return {
            "builds": [attrs.asdict(one) for one in found],
            "failures": [],
            "named": True,
            **_words(View.LAST),
        }


def _asks(hub: Hub, widget: WidgetInstance, stores: Stores, *, failed: bool) -> list[_Ask]:
    """Give what asks for the builds that belong here."""
    koji, copr, count = Koji(stores.sources), Copr(stores.sources), COUNT.of(widget.config)
    packages, projects = _packages(hub, widget), _projects(hub, widget)
    is_person = hub.type is HubType.USER
    asks: list[_Ask] = [partial(copr.builds, one, count, failed=failed) for one in projects]
    if packages:
        asks.append(partial(koji.of_packages, packages, count, failed=failed))
    elif is_person:
        asks.append(partial(koji.of_user, hub.name, count, failed=failed))
    if is_person and not projects:
        asks.append(partial(_of_owner, copr, hub.name, count, failed=failed))
    return asks


async def _of_owner(copr: Copr, owner: str, count: int, *, failed: bool) -> list[Build]:
    projects = await copr.projects(owner)
    return [one for each in projects for one in await copr.builds(each, count, failed=failed)]


def _asks_koji(hub: Hub, widget: WidgetInstance) -> bool:
    return hub.type is HubType.USER or bool(_packages(hub, widget))


def _packages(hub: Hub, widget: WidgetInstance) -> tuple[str, ...]:
    return packages_of(widget.config, hub)


def _projects(hub: Hub, widget: WidgetInstance) -> list[Project]:
    lines = _PROJECTS.of(widget.config)
    if not lines:
        repositories = hub.config.get("sources", {}).get("repositories", ())
        lines = [f"https://{name}" for name in repositories if name.startswith(f"{_HOME}/")]
    found = [project for line in lines if (project := Project.read(line)) is not None]
    return found[:MOST_PROJECTS]


def _view(widget: WidgetInstance) -> View:
    return View(_VIEW.of(widget.config))


def _words(view: View) -> dict[str, Any]:
    label = _VIEW.choices[view.value]
    return {"view": view.value, "view_label": label, "empty": _EMPTY[view]}
