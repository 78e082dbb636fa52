"""The pull requests widget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.errors import SourceError
from hubs.sources.place import Place, Service
from hubs.sources.pull_requests import Checks, PullRequest
from hubs.sources.services import forge
from hubs.sources.tickets import Found
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.gathering import gather
from hubs.widgets.names import NAMES, left_out, names_at
from hubs.widgets.parameters import Parameter, Type
from hubs.widgets.places import (
    COUNT,
    PULL_REQUESTS_WHERE,
    concerns,
    interests_of,
    lines_of_team,
    places_of,
    refuse_everything,
)
from hubs.widgets.pull_requests.views import View, chosen, ordered, query

#: What the topics of messages about pull requests, and about what machines say of them, begin with.
TOPICS: Mapping[Service, tuple[str, ...]] = {
    Service.GITHUB: (
        *("github.pull_request", "github.check_", "github.status", "github.workflow_run"),
    ),
    Service.GITLAB: ("gitlab.merge_request", "gitlab.pipeline", "gitlab.note"),
    Service.FORGEJO: ("forgejo.pull_request", "forgejo.action_run", "forgejo.status"),
    Service.PAGURE: ("pagure.pull-request.", "pagure.commit.flag."),
}
#: How many are looked at closely, at the most: each costs two or three requests.
MOST_LOOKED_AT = 20
#: Where the pull requests of one of Fedora's packages are.
OF_PACKAGE = "https://src.fedoraproject.org/rpms/{}"
#: Where people are known by the names that they have here.
OF_PERSON = "https://src.fedoraproject.org"
_VIEW = Parameter(
    "view",
    gettext_noop("Which"),
    gettext_noop("Which pull requests are shown."),
    View.OPEN.value,
    Type.CHOICE,
    choices={
        View.OPEN.value: gettext_noop("All that are open"),
        View.REVIEW.value: gettext_noop("Those that wait for a review"),
        View.MINE.value: gettext_noop("Mine"),
    },
)
_EMPTY = {
    View.OPEN: gettext_noop("No pull request is open."),
    View.REVIEW: gettext_noop("Nothing waits for a review."),
    View.MINE: gettext_noop("None of yours is open."),
}
_COUNT = attrs.evolve(COUNT, most=MOST_LOOKED_AT)


class FindPullRequests(CachedFunction):
    """Finds the pull requests of a view, and what is said of each."""

    name = "pull_requests"
    time_to_live = 1800.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: what happens in the repositories."""
        return interests_of(_places(hub, widget), hub)

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: what tells of a pull request there, or of its checks."""
        return concerns(message, _places(hub, widget), hub, TOPICS)

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        view, count = _view(widget), _COUNT.of(widget.config)
        names = dict.fromkeys(_places(hub, widget), "")
        if view is not View.OPEN:
            names = await names_at(names, hub, NAMES.of(widget.config), stores.accounts)
        anybodys = _is_anybodys(view, hub, names)
        named = {place: name for place, name in names.items() if name or anybodys}

        async def ask(place: Place) -> Found[PullRequest]:
            refuse_everything(place, names[place])
            found = await forge(stores.sources, place).pull_requests(query(view, names[place]))
            return attrs.evolve(found, items=chosen(view, found.items, names[place]))

        gathered = await gather(named, ask)
        whole = all(found.whole for found in gathered.found.values())
        pairs = [(place, one) for place, found in gathered.found.items() for one in found.items]
        unanswered = anybodys and view is View.REVIEW
        most = MOST_LOOKED_AT if unanswered else count
        homes = {one: place for place, one in pairs}
        first = [(homes[one], one) for one in ordered(view, homes)[:most]]
        looked = await _looked_at(stores, first)
        left = [one for one in looked if not (unanswered and one.answered)]
        return {
            "pull_requests": [_plain(one) for one in left[:count]],
            "count": len(pairs) - len(looked) + len(left),
            "whole": whole,
            "failures": [*gathered.failures, *(left_out(names) if named and not anybodys else ())],
            "nameless": bool(names) and not named,
        }


class PullRequestsWidget(Widget):
    """Shows pull requests of any forge."""

    name = "pull_requests"
    title = gettext_noop("Pull requests")
    summary = gettext_noop(
        "Shows pull requests of any forge, how old they are and whether their checks passed."
    )
    parameters = (PULL_REQUESTS_WHERE, _VIEW, NAMES, _COUNT)
    functions = (FindPullRequests(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {**data["pull_requests"], "places": _places(hub, widget), **_words(_view(widget))}

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: where the pull requests are."""
        return [SourceLink(place.name, place.pull_requests_page) for place in _places(hub, widget)]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        facts = [
            ("Trim the wick by itself", 221, Checks.PASSED, False),
            ("Fill in oil without a funnel", 218, Checks.FAILED, False),
            ("Hang the lantern lower", 203, Checks.RUNNING, True),
        ]
        found = [
            PullRequest(
                place="lantern-sig/lantern",
                number=number,
                title=title,
                url=f"https://forge.example/lantern-sig/lantern/pulls/{number}",
                author="custard",
                reviewers=(),
                labels=(),
                draft=draft,
                created=now - 100_000 * place,
                updated=now - 9000 * place,
                checks=checks,
            )
            for place, (title, number, checks, draft) in enumerate(facts, start=1)
        ]
        return {
            "pull_requests": [_plain(one) for one in found],
            "count": 9,
            "whole": True,
            "failures": [],
            "nameless": False,
            "places": ["lantern-sig/lantern"],
            **_words(View.OPEN),
        }


async def _looked_at(
    stores: Stores, pairs: Iterable[tuple[Place, PullRequest]]
) -> list[PullRequest]:
    """Look at some closely, one after the other; where that fails, they stay as they are."""
    looked = []
    for place, one in pairs:
        try:
            looked.append(await forge(stores.sources, place).looked_at(one))
        except SourceError:
            looked.append(one)
    return looked


def _plain(one: PullRequest) -> dict[str, Any]:
    return {**attrs.asdict(one), "checks": one.checks.value if one.checks else None}


def _places(hub: Hub, widget: WidgetInstance) -> list[Place]:
    lines = PULL_REQUESTS_WHERE.of(widget.config) or lines_of_team(hub, OF_PACKAGE)
    if not lines and hub.type is HubType.USER and _view(widget) is not View.OPEN:
        lines = [OF_PERSON]
    return places_of(lines)


def _view(widget: WidgetInstance) -> View:
    return View(_VIEW.of(widget.config))


def _is_anybodys(view: View, hub: Hub, names: Mapping[Place, str]) -> bool:
    """Say whether a view is of everybody's: a team sees whatever waits for a review."""
    is_teams = hub.type is HubType.TEAM and not any(names.values())
    return view is View.OPEN or (view is View.REVIEW and is_teams)


def _words(view: View) -> dict[str, Any]:
    label = _VIEW.choices[view.value]
    return {"view": view.value, "view_label": label, "empty": _EMPTY[view]}
