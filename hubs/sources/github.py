"""GitHub: https://docs.github.com/en/rest, version 2022-11-28.

Its pages: ``/rest/issues/issues#list-repository-issues``, ``/rest/issues/comments``,
``/rest/search/search#search-issues-and-pull-requests``, ``/rest/pulls/pulls#list-pull-requests``,
``/rest/pulls/reviews``, ``/rest/checks/runs`` and ``/rest/commits/statuses``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import attrs
from pydantic import Field, TypeAdapter

from hubs.sources.api import Api
from hubs.sources.moment import iso
from hubs.sources.place import Place
from hubs.sources.pull_requests import Checks, PullRequest, PullRequestQuery, summed_up
from hubs.sources.request import Parameters
from hubs.sources.session import Session
from hubs.sources.shape import Link, Shape, Time, read
from hubs.sources.tickets import Found, Order, Ticket, TicketQuery

#: The most that it gives on a page.
ROWS = 100
_ACCEPT = "application/vnd.github+json"
_VERSION = {"x-github-api-version": "2022-11-28"}
_ORDERS = {
    Order.MOVED: {"sort": "updated", "direction": "desc"},
    Order.STILL: {"sort": "updated", "direction": "asc"},
    Order.NEW: {"sort": "created", "direction": "desc"},
}
_REVIEWS = {"APPROVED", "CHANGES_REQUESTED", "COMMENTED"}
_BAD = {"failure", "timed_out", "cancelled", "action_required", "startup_failure"}
_STATES = {"success": Checks.PASSED, "pending": Checks.RUNNING}


class _User(Shape):
    login: str


class _Label(Shape):
    name: str


class _Issue(Shape):
    number: int
    title: str
    html_url: Link
    user: _User | None
    labels: list[_Label | str]
    created_at: Time
    updated_at: Time
    assignees: tuple[_User, ...] = ()
    comments: int = 0
    draft: bool = False
    pull_request: dict[str, Any] | None = None
    repository_url: str = ""


class _Search(Shape):
    total_count: int
    items: list[_Issue]


class _Comment(Shape):
    user: _User | None
    issue_url: str


class _Head(Shape):
    sha: str


class _Pull(_Issue):
    head: _Head
    requested_reviewers: tuple[_User, ...] = ()


class _Review(Shape):
    user: _User | None
    state: str


class _Run(Shape):
    status: str
    conclusion: str | None


class _Runs(Shape):
    check_runs: list[_Run]


class _Combined(Shape):
    state: str
    total_count: int = Field(ge=0)


_ISSUES = TypeAdapter(list[_Issue])
_SEARCH = TypeAdapter(_Search)
_COMMENTS = TypeAdapter(list[_Comment])
_PULLS = TypeAdapter(list[_Pull])
_PULL = TypeAdapter(_Pull)
_REVIEW_LIST = TypeAdapter(list[_Review])
_RUNS = TypeAdapter(_Runs)
_COMBINED = TypeAdapter(_Combined)


class GitHub:
    """A repository at GitHub, or all of it for one person."""

    def __init__(self, session: Session, place: Place) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
            place: The repository.
        """
        self._place = place
        self._api = Api(session, session.services.github, accept=_ACCEPT, headers=_VERSION)

    async def tickets(self, query: TicketQuery) -> Found[Ticket]:
        """See `Tracker`."""
        if self._place.everything:
            found = await self._search("issue", _ORDERS[query.order], _who(query))
            return Found([_ticket(_home(one), one) for one in found.items], found.whole)
        assignee = "none" if query.unassigned else query.assignee
        narrowed = {"assignee": assignee, "creator": query.author}
        params: dict[str, str | int] = {
            "state": "open",
            "per_page": ROWS,
            **_ORDERS[query.order],
            **{name: value for name, value in narrowed.items() if value},
        }
        found = await self._api.linked_list(f"{self._repository}/issues", _ISSUES, params)
        # What it calls issues are pull requests, too.
        issues = [one for one in found.items if one.pull_request is None]
        speakers = await self._speakers(query.speakers_since)
        tickets = [_ticket(self._place.path, one, speakers.get(one.number)) for one in issues]
        return Found(tickets, found.whole)

    async def pull_requests(self, query: PullRequestQuery) -> Found[PullRequest]:
        """See `Forge`."""
        order = _ORDERS[Order.MOVED]
        if self._place.everything:
            who = f"author:{query.author}" if query.author else f"review-requested:{query.reviewer}"
            items = await self._search("pr", order, who)
            asked = (query.reviewer,) if query.reviewer else ()
            return Found([_found_pull(one, asked) for one in items.items], items.whole)
        params: Parameters = {"state": "open", "per_page": ROWS, **order}
        found = await self._api.linked_list(f"{self._repository}/pulls", _PULLS, params)
        return Found([_pull(self._place.path, one) for one in found.items], found.whole)

    async def looked_at(self, pull_request: PullRequest) -> PullRequest:
        """See `Forge`."""
        home = f"/repos/{pull_request.place}"
        pull = f"{home}/pulls/{pull_request.number}"
        head = pull_request.head or (await self._api.read(pull, _PULL)).head.sha
        many = {"per_page": ROWS}
        runs = await self._api.read(f"{home}/commits/{head}/check-runs", _RUNS, many)
        combined = await self._api.read(f"{home}/commits/{head}/status", _COMBINED)
        reviews = await self._api.read(f"{pull}/reviews", _REVIEW_LIST, many)
        checks = [_of_run(run) for run in runs.check_runs]
        if combined.total_count:
            checks.append(_STATES.get(combined.state, Checks.FAILED))
        others = [
            one for one in reviews if one.user is None or one.user.login != pull_request.author
        ]
        answered = any(one.state in _REVIEWS for one in others)
        return attrs.evolve(pull_request, head=head, checks=summed_up(checks), answered=answered)

    @property
    def _repository(self) -> str:
        return f"/repos/{self._place.path}"

    async def _search(self, kind: str, order: dict[str, str], who: str) -> Found[_Issue]:
        params: Parameters = {
            "q": f"is:{kind} is:open {who}".strip(),
            "sort": order["sort"],
            "order": order["direction"],
            "per_page": ROWS,
        }
        items: list[_Issue] = []
        async for answer in self._api.linked("/search/issues", params):
            page = read(answer, _SEARCH)
            items += page.items
        return Found(tuple(items), len(items) >= page.total_count)

    async def _speakers(self, since: float | None) -> dict[int, set[str]]:
        """Say who commented on which issue."""
        names: dict[int, set[str]] = defaultdict(set)
        if since is None:
            return names
        params: Parameters = {"since": iso(since), "sort": "updated", "per_page": ROWS}
        path = f"{self._repository}/issues/comments"
        for comment in (await self._api.linked_list(path, _COMMENTS, params)).items:
            number = comment.issue_url.rpartition("/")[2]
            if number.isdecimal() and comment.user is not None:
                names[int(number)].add(comment.user.login)
        return names


def _who(query: TicketQuery) -> str:
    if query.assignee:
        return f"assignee:{query.assignee}"
    return f"author:{query.author}" if query.author else ""


def _login(user: _User | None) -> str:
    return user.login if user else ""


def _labels(issue: _Issue) -> tuple[str, ...]:
    return tuple(one if isinstance(one, str) else one.name for one in issue.labels)


def _home(issue: _Issue) -> str:
    return issue.repository_url.partition("/repos/")[2]


def _ticket(place: str, issue: _Issue, speakers: set[str] | None = None) -> Ticket:
    return Ticket(
        place=place,
        number=issue.number,
        title=issue.title,
        url=issue.html_url,
        author=_login(issue.user),
        assignees=tuple(one.login for one in issue.assignees),
        labels=_labels(issue),
        created=issue.created_at,
        updated=issue.updated_at,
        comments=issue.comments,
        speakers=tuple(sorted(speakers or ())),
    )


def _found_pull(
    issue: _Issue, reviewers: tuple[str, ...], place: str = "", head: str = ""
) -> PullRequest:
    return PullRequest(
        place=place or _home(issue),
        number=issue.number,
        title=issue.title,
        url=issue.html_url,
        author=_login(issue.user),
        reviewers=reviewers,
        labels=_labels(issue),
        draft=issue.draft,
        created=issue.created_at,
        updated=issue.updated_at,
        head=head,
    )


def _pull(place: str, pull: _Pull) -> PullRequest:
    reviewers = tuple(one.login for one in pull.requested_reviewers)
    return _found_pull(pull, reviewers, place, pull.head.sha)


def _of_run(run: _Run) -> Checks:
    if run.status != "completed":
        return Checks.RUNNING
    return Checks.FAILED if run.conclusion in _BAD else Checks.PASSED
