from __future__ import annotations

from collections.abc import Callable

import pytest
from twisted.web.http import Request

from hubs.config import Services
from hubs.sources.bugzilla import MOST_TALKS, Bugzilla
from hubs.sources.session import Session
from hubs.sources.tickets import Order, Ticket, TicketQuery
from tests.sources.asking import failing
from tests.sources.bugzilla import bug, bugs, comments, place, services
from tests.sources.conftest import NOON
from tests.sources.outside import Outside, queries, says

DAY = 86_400.0


@pytest.fixture
def bugzilla(outside: Outside, session_for: Callable[[Services], Session]) -> Bugzilla:
    return Bugzilla(session_for(services(outside.url())), place(outside.url()))


async def test_bugs_become_tickets_without_email_addresses(
    bugzilla: Bugzilla, outside: Outside
) -> None:
    asked = [
        {"name": "needinfo", "status": "?", "requestee": "marzipan@example.org"},
        {"name": "review", "status": "+", "requestee": None},
    ]
    outside.paths["/rest/bug"] = says(bugs(bug(1, flags=asked), bug(2, status="NEW")))
    found = await bugzilla.tickets(TicketQuery())
    assert found.items[0] == Ticket(
        place="wick",
        number=1,
        title="The wick smokes",
        url=outside.url("/show_bug.cgi?id=1"),
        author="teacup",
        assignees=("custard",),
        labels=("Reopened",),
        created=NOON - 4 * DAY,
        updated=NOON - DAY,
        comments=None,
        asked=("marzipan",),
    )
    # Whom it would fall to has not taken it.
    assert found.items[1].assignees == ()


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (TicketQuery(), {"order": "changeddate DESC"}),
        (TicketQuery(order=Order.STILL), {"order": "changeddate"}),
        (TicketQuery(order=Order.NEW), {"order": "bug_id DESC"}),
        (TicketQuery(author="abe@example.org"), {"creator": "abe@example.org"}),
        (TicketQuery(unassigned=True), {"status": "NEW"}),
    ],
)
async def test_it_is_asked_for_no_more_than_is_wanted(
    query: TicketQuery, asked: dict[str, str], bugzilla: Bugzilla, outside: Outside
) -> None:
    outside.paths["/rest/bug"] = says(bugs())
    await bugzilla.tickets(query)
    where = {"product": "Lamps", "component": "wick", "resolution": "---"}
    assert queries(outside)[0].items() >= {**where, **asked}.items()


async def test_what_waits_for_somebody_is_theirs_or_asks_them(
    bugzilla: Bugzilla, outside: Outside
) -> None:
    def behave(request: Request) -> bytes | int:
        theirs = b"assigned_to" in request.args
        return says(bugs(bug(1), bug(2)) if theirs else bugs(bug(2), bug(3)))(request)

    outside.paths["/rest/bug"] = behave
    found = await bugzilla.tickets(TicketQuery(assignee="abe@example.org"))
    assert [one.number for one in found.items] == [1, 2, 3]
    assert [query.get("v1") for query in queries(outside)] == [None, "abe@example.org"]


async def test_nobody_is_looked_for_by_another_name_than_an_email_address(
    bugzilla: Bugzilla, outside: Outside
) -> None:
    for query in (TicketQuery(assignee="abe"), TicketQuery(author="abe")):
        error = await failing(bugzilla.tickets(query))
        assert str(error) == "127.0.0.1 knows people by e-mail address, and none is set"
    assert outside.seen == []


async def test_the_bugs_of_several_components_cost_one_request(
    bugzilla: Bugzilla, outside: Outside
) -> None:
    outside.paths["/rest/bug"] = says(bugs(bug(1), bug(2, component=["oil"])))
    found = await bugzilla.tickets_of(["wick", "oil"])
    assert [one.place for one in found.items] == ["wick", "oil"]
    [seen] = outside.seen
    assert "component=wick&component=oil" in seen.uri


async def test_of_the_bugs_that_moved_last_it_is_known_who_commented(
    bugzilla: Bugzilla, outside: Outside
) -> None:
    for number in range(1, MOST_TALKS + 3):
        talk = comments(number, "abe@example.org", "zoe@example.org", "abe@example.org")
        outside.paths[f"/rest/bug/{number}/comment"] = says(talk)
    times = {number: f"2026-11-23T12:{number:02}:00Z" for number in range(1, MOST_TALKS + 3)}
    made = [bug(number, last_change_time=time) for number, time in times.items()]
    outside.paths["/rest/bug"] = says(bugs(*made))
    found = await bugzilla.tickets(TicketQuery(speakers_since=NOON))
    heard = {one.number: one.speakers for one in found.items}
    assert len(heard) == MOST_TALKS + 2
    assert (heard[1], heard[2], heard[3]) == ((), (), ("abe", "zoe"))
    assert queries(outside)[1]["new_since"] == "2026-11-24T12:00:00Z"
