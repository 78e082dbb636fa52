from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from hubs.config import Services
from hubs.sources.pagure import Pagure
from hubs.sources.place import Place, Service
from hubs.sources.pull_requests import Checks, PullRequest, PullRequestQuery
from hubs.sources.session import Session
from hubs.sources.tickets import Order, Ticket, TicketQuery
from tests.sources.conftest import NOON
from tests.sources.outside import Outside, queries, says
from tests.sources.pagure import HOME, comment, issue, page, place, project, request, services

DAY = 86_400.0


@pytest.fixture
def wick(outside: Outside, session_for: Callable[[Services], Session]) -> Pagure:
    return Pagure(session_for(services(outside.url())), place(outside.url()))


@pytest.fixture
def everything(outside: Outside, session_for: Callable[[Services], Session]) -> Pagure:
    return Pagure(session_for(services(outside.url())), Place(Service.PAGURE, outside.url()))


async def test_issues_become_tickets_and_notes_of_changes_are_no_comments(
    wick: Pagure, outside: Outside
) -> None:
    said = [
        comment("abe", NOON - DAY),
        comment("zoe", NOON - 9 * DAY),
        comment("custard", NOON - DAY, notification=True),
    ]
    old = issue(2, assignee=None, full_url=None)
    outside.paths[f"{HOME}/issues"] = says(page("issues", issue(1, comments=said), old))
    found = await wick.tickets(TicketQuery(speakers_since=NOON - 7 * DAY))
    assert found.items[0] == Ticket(
        place="rpms/wick",
        number=1,
        title="The wick smokes",
        url="https://src.example/rpms/wick/issue/1",
        author="teacup",
        assignees=("custard",),
        labels=("smoke",),
        created=NOON - 4 * DAY,
        updated=NOON - DAY,
        comments=2,
        speakers=("abe",),
    )
    assert found.items[1].assignees == ()
    assert found.items[1].url == outside.url("/rpms/wick/issue/2")


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (TicketQuery(), {"order": "desc"}),
        (TicketQuery(order=Order.STILL), {"order": "asc"}),
        (TicketQuery(assignee="custard"), {"assignee": "custard"}),
        (TicketQuery(author="teacup"), {"author": "teacup"}),
    ],
)
async def test_it_is_asked_for_no_more_than_is_wanted(
    query: TicketQuery, asked: dict[str, str], wick: Pagure, outside: Outside
) -> None:
    outside.paths[f"{HOME}/issues"] = says(page("issues"))
    await wick.tickets(query)
    assert queries(outside)[0].items() >= {"status": "Open", **asked}.items()


@pytest.mark.parametrize(
    ("query", "key", "left_out"),
    [
        (TicketQuery(assignee="abe"), "issues_assigned", "author"),
        (TicketQuery(author="abe"), "issues_created", "assignee"),
    ],
)
async def test_all_of_it_is_searched_for_one_person(
    query: TicketQuery, key: str, left_out: str, everything: Pagure, outside: Outside
) -> None:
    found = page(key, issue(1, project=project()), pages=1)
    found[f"pagination_{key}"] = {**found["pagination"], "pages": 9}
    outside.paths["/api/0/user/abe/issues"] = says(found)
    tickets = await everything.tickets(query)
    assert tickets.items[0].place == "rpms/wick"
    assert not tickets.whole
    assert queries(outside)[0][left_out] == "0"


@pytest.mark.parametrize(
    ("query", "path", "reviewers"),
    [
        (PullRequestQuery(author="abe"), "filed", ("custard",)),
        (PullRequestQuery(reviewer="abe"), "actionable", ("abe",)),
    ],
)
async def test_pull_requests_are_searched_for_one_person(
    query: PullRequestQuery,
    path: str,
    reviewers: tuple[str, ...],
    everything: Pagure,
    outside: Outside,
) -> None:
    outside.paths[f"/api/0/user/abe/requests/{path}"] = says(page("requests", request(12)))
    [found] = (await everything.pull_requests(query)).items
    assert (found.place, found.reviewers) == ("rpms/wick", reviewers)


@pytest.mark.parametrize(
    ("states", "checks"),
    [
        ([], Checks.NONE),
        (["success", "success"], Checks.PASSED),
        (["success", "pending"], Checks.RUNNING),
        (["pending", "error"], Checks.FAILED),
    ],
)
async def test_pull_requests_are_read_and_looked_at(
    states: list[str], checks: Checks, wick: Pagure, outside: Outside
) -> None:
    own = [comment("teacup", NOON)]
    outside.paths[f"{HOME}/pull-requests"] = says(
        page("requests", request(12, comments=own), request(13))
    )
    flags = {"flags": [{"status": state, "username": "ci"} for state in states]}
    outside.paths[f"{HOME}/pull-request/12/flag"] = says(flags)
    first, second = (await wick.pull_requests(PullRequestQuery())).items
    assert first == PullRequest(
        place="rpms/wick",
        number=12,
        title="Trim the wick",
        url="https://src.example/rpms/wick/pull-request/12",
        author="teacup",
        reviewers=("custard",),
        labels=("smoke",),
        draft=False,
        created=NOON - 4 * DAY,
        updated=NOON - DAY,
        head=f"{12:040x}",
        answered=False,
    )
    assert second.answered
    assert await wick.looked_at(first) == attrs.evolve(first, checks=checks)
