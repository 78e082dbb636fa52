"""The tickets widget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from hubs.bus.body import texts
from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.sources.place import Place, Service
from hubs.sources.services import tracker
from hubs.sources.tickets import Found, Ticket
from hubs.widgets.base import CachedFunction, SourceLink, Stores, Widget
from hubs.widgets.gathering import gather
from hubs.widgets.names import NAMES, left_out, names_at
from hubs.widgets.parameters import Parameter, Type
from hubs.widgets.places import (
    COUNT,
    TICKETS_WHERE,
    concerns,
    interests_of,
    lines_of_team,
    places_of,
    refuse_everything,
)
from hubs.widgets.tickets.views import View, chosen, ordered, query

#: What the topics of messages about tickets begin with.
TOPICS: Mapping[Service, tuple[str, ...]] = {
    Service.GITHUB: ("github.issue",),
    Service.GITLAB: ("gitlab.issue", "gitlab.note"),
    Service.FORGEJO: ("forgejo.issue",),
    Service.PAGURE: ("pagure.issue.",),
    Service.BUGZILLA: ("bugzilla.bug.",),
}
#: Where the bugs of one of Fedora's packages are.
OF_PACKAGE = "https://bugzilla.redhat.com/buglist.cgi?product=Fedora&component={}"
_VIEW = Parameter(
    "view",
    gettext_noop("Which"),
    gettext_noop("Which tickets are shown."),
    View.OPEN.value,
    Type.CHOICE,
    choices={
        View.WAITING.value: gettext_noop("Waiting for me"),
        View.FILED.value: gettext_noop("Filed by me"),
        View.OPEN.value: gettext_noop("All that are open"),
        View.UNASSIGNED.value: gettext_noop("Those that nobody has in hand"),
        View.INCOMING.value: gettext_noop("New ones that nobody answered"),
        View.LIVELY.value: gettext_noop("Those that several people talk about"),
        View.FORGOTTEN.value: gettext_noop("Those that have not moved for long"),
    },
)
_EMPTY = {
    View.WAITING: gettext_noop("Nothing waits for you here."),
    View.FILED: gettext_noop("Nothing that you filed is open."),
    View.OPEN: gettext_noop("No ticket is open. File one if something is missing."),
    View.UNASSIGNED: gettext_noop("Somebody has each of them in hand."),
    View.INCOMING: gettext_noop("All that came lately has an answer."),
    View.LIVELY: gettext_noop("It is quiet: nothing is being talked about by several people."),
    View.FORGOTTEN: gettext_noop("Nothing is forgotten: all of them moved lately."),
}


class FindTickets(CachedFunction):
    """Finds the tickets of a view."""

    name = "tickets"
    time_to_live = 1800.0

    def interests(self, hub: Hub, widget: WidgetInstance) -> frozenset[str]:
        """See `CachedFunction`: what happens in the repositories and components."""
        return interests_of(_places(hub, widget), hub)

    def should_invalidate(self, hub: Hub, widget: WidgetInstance, message: BusMessage) -> bool:
        """See `CachedFunction`: what tells of a ticket there."""
        products = set(texts(message.body, "bug.product", "bug.product.name"))
        places = [
            place
            for place in _places(hub, widget)
            if not (place.product and products) or place.product in products
        ]
        return concerns(message, places, hub, TOPICS)

    async def execute(self, hub: Hub, widget: WidgetInstance, stores: Stores) -> Any:
        """See `CachedFunction`."""
        view, now = _view(widget), stores.now()
        names = dict.fromkeys(_places(hub, widget), "")
        if view.personal:
            names = await names_at(names, hub, NAMES.of(widget.config), stores.accounts)
        named = {place: name for place, name in names.items() if name or not view.personal}

        async def ask(place: Place) -> Found[Ticket]:
            refuse_everything(place, names[place])
            found = await tracker(stores.sources, place).tickets(query(view, names[place], now))
            return attrs.evolve(found, items=chosen(view, found.items, names[place], now))

        gathered = await gather(named, ask)
        tickets = [one for found in gathered.found.values() for one in found.items]
        shown = ordered(view, tickets)[: COUNT.of(widget.config)]
        return {
            "tickets": [attrs.asdict(one) for one in shown],
            "count": len(tickets),
            "whole": all(found.whole for found in gathered.found.values()),
            "failures": [*gathered.failures, *(left_out(names) if view.personal and named else ())],
            "nameless": bool(names) and not named,
        }


class TicketsWidget(Widget):
    """Shows tickets of any tracker."""

    name = "tickets"
    title = gettext_noop("Tickets")
    summary = gettext_noop(
        "Shows tickets of any tracker: yours, new ones, or those that need somebody."
    )
    parameters = (TICKETS_WHERE, _VIEW, NAMES, COUNT)
    functions = (FindTickets(),)

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        return {**data["tickets"], "places": _places(hub, widget), **_words(_view(widget))}

    def source_links(
        self, hub: Hub, widget: WidgetInstance, found: Mapping[str, Any], stores: Stores
    ) -> Sequence[SourceLink]:
        """See `Widget`: where the tickets are."""
        return [SourceLink(place.name, place.tickets_page) for place in _places(hub, widget)]

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        titles = [
            ("Lanterns flicker when a door opens", 214, ("easyfix", "bug"), 3),
            ("Say in the manual how to trim a wick", 209, ("docs",), 0),
            ("Oil runs out on leap days", 187, (), 12),
        ]
        tickets = [
            Ticket(
                place="lantern-sig/lantern",
                number=number,
                title=title,
                url=f"https://forge.example/lantern-sig/lantern/issues/{number}",
                author="teacup",
                assignees=(),
                labels=labels,
                created=now - 90_000 * place,
                updated=now - 8000 * place,
                comments=comments,
            )
            for place, (title, number, labels, comments) in enumerate(titles, start=1)
        ]
        return {
            "tickets": [attrs.asdict(one) for one in tickets],
            "count": 17,
            "whole": True,
            "failures": [],
            "nameless": False,
            "places": ["lantern-sig/lantern"],
            **_words(View.OPEN),
        }


def _places(hub: Hub, widget: WidgetInstance) -> list[Place]:
    return places_of(TICKETS_WHERE.of(widget.config) or lines_of_team(hub, OF_PACKAGE))


def _view(widget: WidgetInstance) -> View:
    return View(_VIEW.of(widget.config))


def _words(view: View) -> dict[str, Any]:
    label = _VIEW.choices[view.value]
    return {"view": view.value, "view_label": label, "empty": _EMPTY[view]}
