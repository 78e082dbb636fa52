from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from hubs.accounts.toml_file import TomlAccounts
from hubs.bus.message import BusMessage
from hubs.bus.reader import Reader
from hubs.config import Services
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.sources.errors import AddressError, FailingError
from hubs.sources.session import Session
from hubs.sources.tickets import Order, Ticket, TicketQuery
from hubs.widgets.base import SourceLink, Stores
from hubs.widgets.tickets.views import (
    FORGOTTEN_DAYS,
    LATELY_DAYS,
    NEW_DAYS,
    View,
    chosen,
    ordered,
    query,
)
from hubs.widgets.tickets.widget import FindTickets, TicketsWidget
from tests.sources import bugzilla, forgejo, github
from tests.sources.conftest import NOON
from tests.sources.outside import Outside, says
from tests.until import until

DAY = 86_400.0
TEAM = Hub(1, HubType.TEAM, "lamps", "", "")
PERSON = Hub(2, HubType.USER, "custard", "", "")
GITHUB = "https://github.com/lamps/wick"
BUGS = "https://bugzilla.redhat.com/buglist.cgi?product=Fedora"


def ticket(**changes: Any) -> Ticket:
    """Give a ticket that is a month old, moved yesterday and is in somebody's hands."""
    facts: dict[str, Any] = {
        "place": "lamps/wick",
        "number": 7,
        "title": "Smoke",
        "url": "https://github.com/lamps/wick/issues/7",
        "author": "teacup",
        "assignees": ("custard",),
        "labels": (),
        "created": NOON - 30 * DAY,
        "updated": NOON - DAY,
        "comments": 2,
    }
    return Ticket(**{**facts, **changes})


NEW = {"created": NOON - DAY, "updated": NOON - DAY, "assignees": (), "comments": 0}


@pytest.mark.parametrize(
    ("view", "changes", "is_shown"),
    [
        (View.WAITING, {"assignees": ("Me",)}, True),
        (View.WAITING, {"asked": ("me",)}, True),
        (View.WAITING, {}, False),
        (View.FILED, {"author": "ME"}, True),
        (View.FILED, {}, False),
        (View.OPEN, {}, True),
        (View.UNASSIGNED, {"assignees": ()}, True),
        (View.UNASSIGNED, {}, False),
        (View.INCOMING, NEW, True),
        (View.INCOMING, {**NEW, "comments": 1}, False),
        (View.INCOMING, {**NEW, "assignees": ("abe",)}, False),
        (View.INCOMING, {**NEW, "created": NOON - (NEW_DAYS + 1) * DAY}, False),
        (View.INCOMING, {**NEW, "comments": None}, True),
        (View.INCOMING, {**NEW, "comments": None, "updated": NOON}, False),
        (View.LIVELY, {"speakers": ("abe", "me", "zoe")}, True),
        (View.LIVELY, {"speakers": ("abe", "zoe")}, False),
        (View.FORGOTTEN, {"updated": NOON - FORGOTTEN_DAYS * DAY}, True),
        (View.FORGOTTEN, {"updated": NOON - (FORGOTTEN_DAYS - 1) * DAY}, False),
    ],
)
def test_a_view_shows_what_it_is_about(view: View, changes: dict[str, Any], is_shown: bool) -> None:
    one = ticket(**changes)
    assert chosen(view, [one], "me@example.org", NOON) == ([one] if is_shown else [])


@pytest.mark.parametrize(
    ("view", "numbers"),
    [
        (View.OPEN, [2, 1, 3]),
        (View.WAITING, [2, 1, 3]),
        (View.UNASSIGNED, [3, 2, 1]),
        (View.INCOMING, [3, 2, 1]),
        (View.LIVELY, [1, 2, 3]),
        (View.FORGOTTEN, [3, 1, 2]),
    ],
)
def test_what_matters_most_in_a_view_comes_first(view: View, numbers: list[int]) -> None:
    tickets = [
        ticket(number=1, created=1.0, updated=20.0, speakers=("a", "b", "c", "d")),
        ticket(number=2, created=2.0, updated=30.0, speakers=("a", "b", "c")),
        ticket(number=3, created=3.0, updated=10.0, speakers=("a", "b", "c")),
    ]
    assert [one.number for one in ordered(view, tickets)] == numbers


@pytest.mark.parametrize(
    ("view", "asked"),
    [
        (View.WAITING, TicketQuery(assignee="me")),
        (View.FILED, TicketQuery(author="me")),
        (View.OPEN, TicketQuery()),
        (View.UNASSIGNED, TicketQuery(unassigned=True, order=Order.NEW)),
        (View.INCOMING, TicketQuery(unassigned=True, order=Order.NEW)),
        (View.LIVELY, TicketQuery(speakers_since=NOON - LATELY_DAYS * DAY)),
        (View.FORGOTTEN, TicketQuery(order=Order.STILL)),
    ],
)
def test_trackers_are_asked_for_what_a_view_needs(view: View, asked: TicketQuery) -> None:
    assert query(view, "me", NOON) == asked


def widget(*where: str, **config: Any) -> WidgetInstance:
    return WidgetInstance(7, 1, "tickets", config={"where": list(where), **config})


@pytest.fixture
def stores(
    outside: Outside, session_for: Callable[[Services], Session], accounts_file: Path
) -> Stores:
    """Give stores of which only outside services and accounts are there: nothing else is read."""
    url = outside.url()
    services = Services(github=f"{url}/gh", forgejo=(url,), bugzilla=(url,))
    accounts_file.write_text('[people.custard]\nname = "M"\ngithub = "custard"\n')
    accounts = TomlAccounts(accounts_file, reactor)  # type: ignore[arg-type]
    nothing: Any = None
    return Stores(nothing, nothing, session_for(services), nothing, lambda: NOON, accounts)


async def found(stores: Stores, hub: Hub, instance: WidgetInstance) -> Any:
    """Give what a widget keeps, as it comes from the cache."""
    return json.loads(json.dumps(await FindTickets().execute(hub, instance, stores)))


async def test_tickets_of_several_trackers_stand_together(stores: Stores, outside: Outside) -> None:
    outside.paths[f"{github.HOME}/issues"] = says(
        [github.issue(1), github.issue(2, updated_at="2026-11-24T11:00:00Z")]
    )
    outside.paths[f"{forgejo.HOME}/issues"] = says(
        [forgejo.issue(3, updated_at="2026-11-24T09:00:00Z")]
    )
    outside.paths["/rest/bug"] = says(bugzilla.bugs(bugzilla.bug(4)))
    places = (
        GITHUB,
        f"forgejo {outside.url('/lamps/wick')}",
        f"bugzilla {outside.url()}/?product=A",
    )
    data = await found(stores, TEAM, widget(*places, count=3))
    assert [one["number"] for one in data["tickets"]] == [2, 3, 1]
    assert (data["count"], data["whole"], data["failures"], data["nameless"]) == (
        4,
        True,
        [],
        False,
    )


async def test_a_tracker_that_is_down_is_named_beside_what_the_others_have(
    stores: Stores, outside: Outside
) -> None:
    outside.paths[f"{github.HOME}/issues"] = says(b"", 500)
    outside.paths[f"{forgejo.HOME}/issues"] = says([forgejo.issue(3)])
    data = await found(stores, TEAM, widget(GITHUB, f"forgejo {outside.url('/lamps/wick')}"))
    assert data["count"] == 1
    assert data["failures"] == [f"{outside.host} has a fault of its own (HTTP status 500)"]


async def test_if_all_are_down_the_widget_keeps_what_it_has(
    stores: Stores, outside: Outside
) -> None:
    outside.paths[f"{github.HOME}/issues"] = says(b"", 500)
    with pytest.raises(FailingError):
        await found(stores, TEAM, widget(GITHUB))


@pytest.mark.parametrize(
    ("hub", "names", "assignee"),
    [(PERSON, [], "custard"), (PERSON, ["github.com tea"], "tea"), (TEAM, ["tea"], "tea")],
)
async def test_what_waits_for_somebody_is_asked_by_their_name_there(
    hub: Hub, names: list[str], assignee: str, stores: Stores, outside: Outside
) -> None:
    made = github.issue(1, assignees=[github.user(assignee)])
    outside.paths[f"{github.HOME}/issues"] = says([made, github.issue(2, assignees=[])])
    data = await found(stores, hub, widget(GITHUB, view="waiting", names=names))
    assert [one["number"] for one in data["tickets"]] == [1]
    assert f"assignee={assignee}" in outside.seen[0].uri


async def test_where_somebody_has_no_name_they_are_not_looked_for(
    stores: Stores, outside: Outside
) -> None:
    outside.paths[f"{github.HOME}/issues"] = says([])
    instance = widget(GITHUB, f"forgejo {outside.url('/lamps/wick')}", view="filed")
    data = await found(stores, PERSON, instance)
    assert data["failures"] == ["No name is known for 127.0.0.1"]
    assert [seen.uri.partition("?")[0] for seen in outside.seen] == [f"{github.HOME}/issues"]


async def test_nobody_is_asked_for_what_is_nobodys(stores: Stores, outside: Outside) -> None:
    data = await found(stores, TEAM, widget(GITHUB, view="waiting"))
    assert (data["nameless"], data["tickets"], outside.seen) == (True, [], [])


async def test_all_of_a_service_is_looked_at_for_a_person_alone(
    stores: Stores, outside: Outside
) -> None:
    outside.paths["/gh/search/issues"] = says(github.search(github.issue(1)))
    data = await found(stores, PERSON, widget("https://github.com", view="waiting"))
    assert data["count"] == 1
    with pytest.raises(AddressError, match="too large to be looked at without a person's name"):
        await found(stores, PERSON, widget("https://github.com", view="open"))


async def test_who_asks_no_longer_leaves_no_request_behind(
    stores: Stores, outside: Outside
) -> None:
    outside.paths[f"{github.HOME}/issues"] = outside.hang
    outside.paths[f"{forgejo.HOME}/issues"] = outside.hang
    instance = widget(GITHUB, f"forgejo {outside.url('/lamps/wick')}")
    running = Deferred.fromCoroutine(found(stores, TEAM, instance))
    await until(lambda: len(outside.seen) == 2)
    running.addErrback(lambda _: None)
    running.cancel()
    assert running.called
    await until(lambda: len(outside.lost) == 2)


BUG = {"bug": {"product": "Fedora", "component": "wick"}}


@pytest.mark.parametrize(
    ("where", "topic", "facts", "refreshes"),
    [
        (GITHUB, "github.issues", {"repositories": ["github.com/lamps/wick"]}, True),
        (GITHUB, "github.issue_comment", {"repositories": ["github.com/lamps/wick"]}, True),
        (GITHUB, "github.push", {"repositories": ["github.com/lamps/wick"]}, False),
        (GITHUB, "github.issues", {"repositories": ["github.com/lamps/oil"]}, False),
        (
            "https://forge.fedoraproject.org/lamps/wick",
            "forgejo.issues",
            {"repositories": ["forge.fedoraproject.org/lamps/wick"]},
            True,
        ),
        (
            "https://gitlab.com/lamps/oil/wick",
            "gitlab.issue",
            {"repositories": ["gitlab.com/lamps/oil/wick"]},
            True,
        ),
        ("https://pagure.io/wick", "pagure.issue.new", {"repositories": ["pagure.io/wick"]}, True),
        (
            "https://pagure.io/wick",
            "pagure.git.receive",
            {"repositories": ["pagure.io/wick"]},
            False,
        ),
        (f"{BUGS}&component=wick", "bugzilla.bug.new", {"packages": ["wick"], "body": BUG}, True),
        (f"{BUGS}&component=wick", "bodhi.update.comment", {"packages": ["wick"]}, False),
        (f"{BUGS}&component=wick", "bugzilla.bug.new", {"packages": ["oil"], "body": BUG}, False),
        (BUGS, "bugzilla.bug.update", {"packages": ["oil"], "body": BUG}, True),
        (
            BUGS,
            "bugzilla.bug.update",
            {"body": {"bug": {"product": {"id": 1, "name": "RHEL"}}}},
            False,
        ),
        ("https://github.com", "github.issues", {"people": ["custard"]}, True),
        ("https://github.com", "github.issues", {"people": ["teacup"]}, False),
    ],
)
def test_what_happens_to_a_ticket_there_refreshes_it_and_nothing_else(
    where: str, topic: str, facts: Mapping[str, Any], refreshes: bool
) -> None:
    message = BusMessage("1", topic, NOON, facts.get("body", {}), "")
    message = attrs.evolve(message, **{name: facts[name] for name in facts if name != "body"})
    function, instance = FindTickets(), widget(where)
    is_found = bool(function.interests(PERSON, instance) & message.keys())
    assert (is_found and function.should_invalidate(PERSON, instance, message)) == refreshes


def webhook(url: str, **body: Any) -> dict[str, Any]:
    """Give the body of a message that a webhook sent; GitLab calls a repository a project."""
    home = {"repository": {"html_url": url}, "project": {"web_url": url}}
    return {"body": {"action": "opened", **home, **body}, "headers": {}, "agent": "abe"}


WICK = {"name": "wick", "namespace": None, "fullname": "wick", "user": {"name": "abe"}}


@pytest.mark.parametrize(
    ("topic", "body", "where"),
    [
        ("org.fedoraproject.prod.github.issues", webhook(GITHUB), GITHUB),
        (
            "org.fedoraproject.prod.forgejo.issue_comment",
            webhook("https://forge.fedoraproject.org/lamps/wick"),
            "https://forge.fedoraproject.org/lamps/wick/issues",
        ),
        (
            "org.fedoraproject.prod.gitlab.issue",
            webhook("https://gitlab.com/lamps/oil/wick"),
            "https://gitlab.com/lamps/oil/wick/-/issues",
        ),
        (
            "io.pagure.prod.pagure.issue.comment.added",
            {"agent": "abe", "issue": {"id": 7, "title": "Smoke"}, "project": WICK},
            "https://pagure.io/wick",
        ),
    ],
)
def test_what_the_bus_says_of_a_ticket_is_known_to_be_of_this_place(
    topic: str, body: dict[str, Any], where: str
) -> None:
    message = Reader().read({"topic": topic, "msg": body, "msg_id": "1"}, NOON)
    assert FindTickets().interests(TEAM, widget(where)) & message.keys()
    assert FindTickets().should_invalidate(TEAM, widget(where), message)


def test_topic_and_thing_must_fit_the_same_place() -> None:
    instance = widget(f"{BUGS}&component=wick", "https://pagure.io/oil")
    message = BusMessage("1", "pagure.issue.new", NOON, {}, "", packages=["wick"])
    assert FindTickets().interests(TEAM, instance) & message.keys()
    assert not FindTickets().should_invalidate(TEAM, instance, message)


def test_without_places_it_is_what_the_team_is_about(stores: Stores) -> None:
    team = attrs.evolve(TEAM, config={"sources": {"packages": ["wick"]}})
    links = TicketsWidget().source_links(team, widget(), {}, stores)
    assert [one.name for one in links] == ["wick"]
    assert FindTickets().interests(team, widget()) == {"package:wick"}


async def test_what_stands_beside_the_tickets_follows_from_the_configuration(
    stores: Stores,
) -> None:
    data = {"tickets": {"tickets": [], "count": 0}}
    instance = widget(GITHUB, BUGS, view="lively")
    context = await TicketsWidget().context(TEAM, instance, data, stores)
    assert TicketsWidget().source_links(TEAM, instance, {}, stores) == [
        SourceLink("lamps/wick", f"{GITHUB}/issues"),
        SourceLink(
            "Fedora", "https://bugzilla.redhat.com/buglist.cgi?product=Fedora&resolution=---"
        ),
    ]
    assert context["view_label"] == "Those that several people talk about"
