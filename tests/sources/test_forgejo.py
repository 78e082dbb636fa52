from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from hubs.config import Services
from hubs.sources.errors import AddressError
from hubs.sources.forgejo import Forgejo
from hubs.sources.place import Place, Service
from hubs.sources.pull_requests import Checks, PullRequest, PullRequestQuery
from hubs.sources.session import Session
from hubs.sources.tickets import Order, Ticket, TicketQuery
from tests.sources.conftest import NOON
from tests.sources.forgejo import HOME, issue, place, pull, services, user
from tests.sources.outside import Outside, queries, says

DAY = 86_400.0


@pytest.fixture
def repository(outside: Outside, session_for: Callable[[Services], Session]) -> Forgejo:
    return Forgejo(session_for(services(outside.url())), place(outside.url()))


async def test_issues_become_tickets_with_or_without_lists(
    repository: Forgejo, outside: Outside
) -> None:
    bare = issue(2, assignees=None, labels=None)
    outside.paths[f"{HOME}/issues"] = says([issue(1), bare])
    found = await repository.tickets(TicketQuery())
    assert found.items[0] == Ticket(
        place="lamps/wick",
        number=1,
        title="The wick smokes",
        url="https://forge.example/lamps/wick/issues/1",
        author="teacup",
        assignees=("custard",),
        labels=("smoke",),
        created=NOON - 4 * DAY,
        updated=NOON - DAY,
        comments=3,
    )
    assert (found.items[1].assignees, found.items[1].labels) == ((), ())


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (TicketQuery(), {"sort": "recentupdate"}),
        (TicketQuery(order=Order.STILL), {"sort": "leastupdate"}),
        (TicketQuery(order=Order.NEW), {"sort": "latest"}),
        (TicketQuery(assignee="custard"), {"assigned_by": "custard"}),
        (TicketQuery(author="teacup"), {"created_by": "teacup"}),
    ],
)
async def test_it_is_asked_for_no_more_than_is_wanted(
    query: TicketQuery, asked: dict[str, str], repository: Forgejo, outside: Outside
) -> None:
    outside.paths[f"{HOME}/issues"] = says([])
    await repository.tickets(query)
    assert queries(outside)[0].items() >= {"state": "open", "type": "issues", **asked}.items()


async def test_who_commented_lately_is_known_by_one_request(
    repository: Forgejo, outside: Outside
) -> None:
    url = "https://forge.example/lamps/wick/issues/"
    outside.paths[f"{HOME}/issues"] = says([issue(1), issue(2)])
    outside.paths[f"{HOME}/issues/comments"] = says(
        [
            {"issue_url": address, "user": user(name)}
            for address, name in ((f"{url}1", "abe"), (f"{url}1", "zoe"), ("", "abe"))
        ]
    )
    found = await repository.tickets(TicketQuery(speakers_since=NOON))
    assert [one.speakers for one in found.items] == [("abe", "zoe"), ()]
    assert queries(outside)[1]["since"] == "2026-11-24T12:00:00Z"


def test_all_of_one_cannot_be_asked_about_somebody(
    outside: Outside, session_for: Callable[[Services], Session]
) -> None:
    with pytest.raises(AddressError, match="one repository at a time"):
        Forgejo(session_for(Services()), Place(Service.FORGEJO, outside.url()))


@pytest.mark.parametrize(
    ("state", "checks"),
    [
        ("", Checks.NONE),
        ("success", Checks.PASSED),
        ("pending", Checks.RUNNING),
        ("failure", Checks.FAILED),
        ("error", Checks.FAILED),
    ],
)
async def test_pull_requests_are_read_and_looked_at(
    state: str, checks: Checks, repository: Forgejo, outside: Outside
) -> None:
    outside.paths[f"{HOME}/pulls"] = says([pull(12)])
    outside.paths[f"{HOME}/commits/{12:040x}/status"] = says({"state": state, "statuses": None})
    reviews = [{"user": user("abe"), "state": "REQUEST_REVIEW"}]
    outside.paths[f"{HOME}/pulls/12/reviews"] = says(reviews)
    [found] = (await repository.pull_requests(PullRequestQuery())).items
    assert found == PullRequest(
        place="lamps/wick",
        number=12,
        title="Trim the wick",
        url="https://forge.example/lamps/wick/pulls/12",
        author="teacup",
        reviewers=("marzipan",),
        labels=("smoke",),
        draft=False,
        created=NOON - 4 * DAY,
        updated=NOON - DAY,
        head=f"{12:040x}",
    )
    looked = await repository.looked_at(found)
    assert looked == attrs.evolve(found, checks=checks, answered=False)
    reviews.append({"user": user("abe"), "state": "REQUEST_CHANGES"})
    outside.paths[f"{HOME}/pulls/12/reviews"] = says(reviews)
    assert (await repository.looked_at(found)).answered
