from __future__ import annotations

from collections.abc import Callable

import pytest

from hubs.config import Services
from hubs.sources.api import MOST_PAGES
from hubs.sources.github import GitHub
from hubs.sources.pull_requests import Checks, PullRequest, PullRequestQuery
from hubs.sources.session import Session
from hubs.sources.tickets import Order, Ticket, TicketQuery
from tests.sources.asking import failing
from tests.sources.conftest import NOON
from tests.sources.github import (
    EVERYWHERE,
    HOME,
    PLACE,
    found_pull,
    issue,
    pull,
    search,
    services,
    user,
)
from tests.sources.outside import Outside, queries, says

DAY = 86_400.0


@pytest.fixture
def github(outside: Outside, session_for: Callable[[Services], Session]) -> Session:
    return session_for(services(outside.url()))


async def test_issues_become_tickets_and_pull_requests_among_them_do_not(
    github: Session, outside: Outside
) -> None:
    outside.paths[f"{HOME}/issues"] = says(
        [issue(1), found_pull(2), issue(3, user=None, assignees=[], labels=["bare"])]
    )
    found = await GitHub(github, PLACE).tickets(TicketQuery())
    first = Ticket(
        place="lamps/wick",
        number=1,
        title="The wick smokes",
        url="https://github.com/lamps/wick/issues/1",
        author="teacup",
        assignees=("custard",),
        labels=("smoke",),
        created=NOON - 4 * DAY,
        updated=NOON - DAY,
        comments=3,
    )
    assert found.whole
    assert found.items[0] == first
    assert [one.number for one in found.items] == [1, 3]
    assert (found.items[1].author, found.items[1].labels) == ("", ("bare",))
    [seen] = outside.seen
    assert seen.headers["accept"] == "application/vnd.github+json"
    assert seen.headers["x-github-api-version"] == "2022-11-28"


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        (TicketQuery(), {"sort": "updated", "direction": "desc"}),
        (TicketQuery(order=Order.STILL), {"sort": "updated", "direction": "asc"}),
        (TicketQuery(order=Order.NEW), {"sort": "created", "direction": "desc"}),
        (TicketQuery(assignee="custard"), {"assignee": "custard"}),
        (TicketQuery(author="teacup"), {"creator": "teacup"}),
        (TicketQuery(unassigned=True), {"assignee": "none"}),
    ],
)
async def test_it_is_asked_for_no_more_than_is_wanted(
    query: TicketQuery, asked: dict[str, str], github: Session, outside: Outside
) -> None:
    outside.paths[f"{HOME}/issues"] = says([])
    await GitHub(github, PLACE).tickets(query)
    assert queries(outside)[0].items() >= {"state": "open", **asked}.items()


async def test_there_is_a_bound_to_what_is_read(github: Session, outside: Outside) -> None:
    page = f'<{outside.url(f"{HOME}/issues")}?page=2>; rel="next"'
    outside.paths[f"{HOME}/issues"] = says([issue(1)], link=page)
    found = await GitHub(github, PLACE).tickets(TicketQuery())
    assert (len(found.items), found.whole, len(outside.seen)) == (MOST_PAGES, False, MOST_PAGES)


async def test_a_next_page_that_is_elsewhere_is_not_followed(
    github: Session, outside: Outside
) -> None:
    outside.paths[f"{HOME}/issues"] = says([], link='<http://10.0.0.1/>; rel="next"')
    error = await failing(GitHub(github, PLACE).tickets(TicketQuery()))
    assert str(error) == f"{outside.host} names a next page that is elsewhere"


async def test_who_commented_lately_is_known_by_one_request(
    github: Session, outside: Outside
) -> None:
    url = "https://api.github.com/repos/lamps/wick/issues/"
    outside.paths[f"{HOME}/issues"] = says([issue(1), issue(2)])
    outside.paths[f"{HOME}/issues/comments"] = says(
        [
            {"issue_url": f"{url}{number}", "user": name and user(name)}
            for number, name in ((1, "abe"), (1, "zoe"), (1, "abe"), (9, "abe"), (2, None))
        ]
    )
    found = await GitHub(github, PLACE).tickets(TicketQuery(speakers_since=NOON))
    assert [one.speakers for one in found.items] == [("abe", "zoe"), ()]
    assert queries(outside)[1]["since"] == "2026-11-24T12:00:00Z"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (TicketQuery(assignee="custard"), "is:issue is:open assignee:custard"),
        (TicketQuery(author="teacup"), "is:issue is:open author:teacup"),
    ],
)
async def test_all_of_it_is_searched_for_one_person(
    query: TicketQuery, words: str, github: Session, outside: Outside
) -> None:
    outside.paths["/gh/search/issues"] = says(search(issue(1), total=1000))
    found = await GitHub(github, EVERYWHERE).tickets(query)
    assert (found.items[0].place, found.whole) == ("lamps/wick", False)
    assert queries(outside)[0].items() >= {"q": words, "sort": "updated"}.items()


async def test_pull_requests_are_read(github: Session, outside: Outside) -> None:
    outside.paths[f"{HOME}/pulls"] = says([pull(12, draft=True)])
    found = await GitHub(github, PLACE).pull_requests(PullRequestQuery())
    assert found.items == (
        PullRequest(
            place="lamps/wick",
            number=12,
            title="Trim the wick",
            url="https://github.com/lamps/wick/pull/12",
            author="teacup",
            reviewers=("marzipan",),
            labels=("smoke",),
            draft=True,
            created=NOON - 4 * DAY,
            updated=NOON - DAY,
            head=f"{12:040x}",
        ),
    )


@pytest.mark.parametrize(
    ("query", "words", "reviewers"),
    [
        (PullRequestQuery(author="teacup"), "is:pr is:open author:teacup", ()),
        (PullRequestQuery(reviewer="abe"), "is:pr is:open review-requested:abe", ("abe",)),
    ],
)
async def test_pull_requests_are_searched_for_one_person_and_their_end_asked_for(
    query: PullRequestQuery,
    words: str,
    reviewers: tuple[str, ...],
    github: Session,
    outside: Outside,
) -> None:
    outside.paths["/gh/search/issues"] = says(search(found_pull(12)))
    outside.paths[f"{HOME}/pulls/12"] = says(pull(12))
    outside.paths[f"{HOME}/pulls/12/reviews"] = says([])
    outside.paths[f"{HOME}/commits/{12:040x}/check-runs"] = says({"check_runs": []})
    outside.paths[f"{HOME}/commits/{12:040x}/status"] = says({"state": "pending", "total_count": 0})
    forge = GitHub(github, EVERYWHERE)
    [one] = (await forge.pull_requests(query)).items
    assert queries(outside)[0]["q"] == words
    assert (one.place, one.reviewers, one.head) == ("lamps/wick", reviewers, "")
    looked = await forge.looked_at(one)
    assert (looked.head, looked.checks, looked.answered) == (f"{12:040x}", Checks.NONE, False)


@pytest.mark.parametrize(
    ("runs", "state", "checks"),
    [
        ([], None, Checks.NONE),
        ([("completed", "success"), ("completed", "skipped")], None, Checks.PASSED),
        ([("completed", "success"), ("in_progress", None)], None, Checks.RUNNING),
        ([("queued", None), ("completed", "timed_out")], None, Checks.FAILED),
        ([("completed", "success")], "failure", Checks.FAILED),
        ([("completed", "success")], "pending", Checks.RUNNING),
        ([], "success", Checks.PASSED),
    ],
)
async def test_what_the_machines_say_is_summed_up(
    runs: list[tuple[str, str | None]],
    state: str | None,
    checks: Checks,
    github: Session,
    outside: Outside,
) -> None:
    commit = f"{HOME}/commits/{12:040x}"
    outside.paths[f"{HOME}/pulls"] = says([pull(12)])
    outside.paths[f"{HOME}/pulls/12/reviews"] = says(
        [{"user": user("teacup"), "state": "COMMENTED"}, {"user": user("abe"), "state": "PENDING"}]
    )
    outside.paths[f"{commit}/check-runs"] = says(
        {"check_runs": [{"status": status, "conclusion": end} for status, end in runs]}
    )
    outside.paths[f"{commit}/status"] = says(
        {"state": state or "pending", "total_count": 1 if state else 0}
    )
    forge = GitHub(github, PLACE)
    [one] = (await forge.pull_requests(PullRequestQuery())).items
    looked = await forge.looked_at(one)
    assert (looked.checks, looked.answered) == (checks, False)
    outside.paths[f"{HOME}/pulls/12/reviews"] = says([{"user": None, "state": "APPROVED"}])
    assert (await forge.looked_at(one)).answered
