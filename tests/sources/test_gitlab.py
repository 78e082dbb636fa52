from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from hubs.config import Services
from hubs.sources.gitlab import GitLab
from hubs.sources.place import Place, Service
from hubs.sources.pull_requests import Checks, PullRequest, PullRequestQuery
from hubs.sources.session import Session
from hubs.sources.tickets import Order, Ticket, TicketQuery
from tests.sources.conftest import NOON
from tests.sources.gitlab import API, HOME, issue, merge_request, place, services, user
from tests.sources.outside import Outside, queries, says

DAY = 86_400.0


@pytest.fixture
def project(outside: Outside, session_for: Callable[[Services], Session]) -> GitLab:
    return GitLab(session_for(services(outside.url())), place(outside.url()))


@pytest.fixture
def everything(outside: Outside, session_for: Callable[[Services], Session]) -> GitLab:
    return GitLab(session_for(services(outside.url())), Place(Service.GITLAB, outside.url()))


async def test_issues_become_tickets(project: GitLab, outside: Outside) -> None:
    outside.paths[f"{HOME}/issues"] = says([issue(1)])
    found = await project.tickets(TicketQuery())
    assert found.items == (
        Ticket(
            place="lamps/oil/wick",
            number=1,
            title="The wick smokes",
            url="https://gitlab.com/lamps/oil/wick/-/issues/1",
            author="teacup",
            assignees=("custard",),
            labels=("smoke",),
            created=NOON - 4 * DAY,
            updated=NOON - DAY,
            comments=3,
        ),
    )


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (TicketQuery(), {"order_by": "updated_at", "sort": "desc"}),
        (TicketQuery(order=Order.STILL), {"order_by": "updated_at", "sort": "asc"}),
        (TicketQuery(order=Order.NEW), {"order_by": "created_at", "sort": "desc"}),
        (TicketQuery(assignee="custard"), {"assignee_username": "custard"}),
        (TicketQuery(author="teacup"), {"author_username": "teacup"}),
        (TicketQuery(unassigned=True), {"assignee_id": "None"}),
    ],
)
async def test_it_is_asked_for_no_more_than_is_wanted(
    query: TicketQuery, asked: dict[str, str], project: GitLab, outside: Outside
) -> None:
    outside.paths[f"{HOME}/issues"] = says([])
    await project.tickets(query)
    assert queries(outside)[0].items() >= {"state": "opened", **asked}.items()


async def test_who_commented_lately_is_known_by_one_request(
    project: GitLab, outside: Outside
) -> None:
    def event(name: str, iid: int, **note: Any) -> dict[str, Any]:
        said = {"noteable_iid": iid, "noteable_type": "Issue", "system": False, **note}
        return {"action_name": "commented on", "author_username": name, "note": said}

    outside.paths[f"{HOME}/issues"] = says([issue(1), issue(2)])
    outside.paths[f"{HOME}/events"] = says(
        [
            event("abe", 1),
            event("zoe", 1),
            event("bot", 1, system=True),
            event("abe", 2, noteable_type="MergeRequest"),
            {"author_username": "abe", "note": None},
        ]
    )
    found = await project.tickets(TicketQuery(speakers_since=NOON))
    assert [one.speakers for one in found.items] == [("abe", "zoe"), ()]
    assert queries(outside)[1]["after"] == "2026-11-23"


async def test_all_of_it_is_searched_for_one_person(everything: GitLab, outside: Outside) -> None:
    outside.paths[f"{API}/issues"] = says([issue(1)])
    outside.paths[f"{API}/merge_requests"] = says([merge_request(12)])
    [ticket] = (await everything.tickets(TicketQuery(assignee="abe", speakers_since=NOON))).items
    [one] = (await everything.pull_requests(PullRequestQuery(reviewer="abe"))).items
    assert (ticket.place, one.place) == ("lamps/oil/wick", "lamps/oil/wick")
    assert [query["scope"] for query in queries(outside)] == ["all", "all"]
    assert queries(outside)[1]["reviewer_username"] == "abe"


@pytest.mark.parametrize(
    ("pipeline", "checks"),
    [
        (None, Checks.NONE),
        ("success", Checks.PASSED),
        ("failed", Checks.FAILED),
        ("running", Checks.RUNNING),
        ("manual", Checks.RUNNING),
    ],
)
async def test_merge_requests_are_read_and_looked_at(
    pipeline: str | None, checks: Checks, project: GitLab, outside: Outside
) -> None:
    outside.paths[f"{HOME}/merge_requests"] = says([merge_request(12, draft=True)])
    one = f"{HOME}/merge_requests/12"
    outside.paths[one] = says({"head_pipeline": pipeline and {"id": 1, "status": pipeline}})
    outside.paths[f"{one}/approvals"] = says({"approved_by": [{"user": user("teacup")}]})
    [found] = (await project.pull_requests(PullRequestQuery())).items
    assert found == PullRequest(
        place="lamps/oil/wick",
        number=12,
        title="Trim the wick",
        url="https://gitlab.com/lamps/oil/wick/-/merge_requests/12",
        author="teacup",
        reviewers=("marzipan",),
        labels=("smoke",),
        draft=True,
        created=NOON - 4 * DAY,
        updated=NOON - DAY,
        head=f"{12:040x}",
    )
    looked = await project.looked_at(found)
    assert looked == attrs.evolve(found, checks=checks, answered=False)
    outside.paths[f"{one}/approvals"] = says({"approved_by": [{"user": user("abe")}]})
    assert (await project.looked_at(found)).answered
