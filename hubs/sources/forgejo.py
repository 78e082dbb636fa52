"""Forgejo: https://forgejo.org/docs/latest/user/api-usage/.

Each one describes its API under ``/swagger.v1.json``. What is asked:
``issueListIssues``, ``issueGetRepoComments``, ``repoListPullRequests``,
``repoGetCombinedStatusByRef`` and ``repoListPullReviews``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated

import attrs
from pydantic import BeforeValidator, TypeAdapter

from hubs.sources.api import Api
from hubs.sources.errors import AddressError
from hubs.sources.moment import iso
from hubs.sources.place import Place
from hubs.sources.pull_requests import Checks, PullRequest, PullRequestQuery
from hubs.sources.request import Parameters
from hubs.sources.session import Session
from hubs.sources.shape import Link, Shape, Time
from hubs.sources.tickets import Found, Order, Ticket, TicketQuery

#: The most that it gives on a page, unless its operators say otherwise.
ROWS = 50
_ORDERS = {Order.MOVED: "recentupdate", Order.STILL: "leastupdate", Order.NEW: "latest"}
_STATES = {
    "": Checks.NONE,
    "success": Checks.PASSED,
    "pending": Checks.RUNNING,
    "warning": Checks.PASSED,
}
_REVIEWS = {"APPROVED", "REQUEST_CHANGES", "COMMENT"}


class _User(Shape):
    login: str


class _Label(Shape):
    name: str


# It writes null for an empty list.
_Users = Annotated[tuple[_User, ...], BeforeValidator(lambda found: found or ())]
_Labels = Annotated[tuple[_Label, ...], BeforeValidator(lambda found: found or ())]


class _Issue(Shape):
    number: int
    title: str
    html_url: Link
    user: _User | None
    labels: _Labels = ()
    assignees: _Users = ()
    created_at: Time
    updated_at: Time
    comments: int = 0


class _Head(Shape):
    sha: str


class _Pull(_Issue):
    draft: bool = False
    requested_reviewers: _Users = ()
    head: _Head


class _Comment(Shape):
    user: _User | None
    issue_url: str


class _Status(Shape):
    state: str


class _Review(Shape):
    user: _User | None
    state: str


_ISSUES = TypeAdapter(list[_Issue])
_COMMENTS = TypeAdapter(list[_Comment])
_PULLS = TypeAdapter(list[_Pull])
_STATUS = TypeAdapter(_Status)
_REVIEW_LIST = TypeAdapter(list[_Review])


class Forgejo:
    """A repository at a Forgejo. What concerns somebody else, it finds in one repository alone."""

    def __init__(self, session: Session, place: Place) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
            place: The repository.

        Raises:
            AddressError: No repository is named.
        """
        if place.everything:
            raise AddressError(place.host, "can only be asked about one repository at a time")
        self._place = place
        self._api = Api.at(session, place.base, session.services.forgejo, "/api/v1")
        self._home = f"/repos/{place.path}"

    async def tickets(self, query: TicketQuery) -> Found[Ticket]:
        """See `Tracker`."""
        narrowed = {"assigned_by": query.assignee, "created_by": query.author}
        params: dict[str, str | int] = {
            "state": "open",
            "type": "issues",
            "sort": _ORDERS[query.order],
            "limit": ROWS,
            **{name: value for name, value in narrowed.items() if value},
        }
        found = await self._api.linked_list(f"{self._home}/issues", _ISSUES, params)
        speakers = await self._speakers(query.speakers_since)
        tickets = [self._ticket(one, speakers.get(one.number, set())) for one in found.items]
        return Found(tickets, found.whole)

    async def pull_requests(self, query: PullRequestQuery) -> Found[PullRequest]:
        """See `Forge`."""
        del query  # It cannot be asked for less.
        params: Parameters = {"state": "open", "sort": "recentupdate", "limit": ROWS}
        found = await self._api.linked_list(f"{self._home}/pulls", _PULLS, params)
        return Found([self._pull_request(one) for one in found.items], found.whole)

    async def looked_at(self, pull_request: PullRequest) -> PullRequest:
        """See `Forge`."""
        pull = f"{self._home}/pulls/{pull_request.number}"
        status = await self._api.read(f"{self._home}/commits/{pull_request.head}/status", _STATUS)
        reviews = await self._api.read(f"{pull}/reviews", _REVIEW_LIST, {"limit": ROWS})
        answered = any(
            one.state in _REVIEWS and _login(one.user) != pull_request.author for one in reviews
        )
        checks = _STATES.get(status.state, Checks.FAILED)
        return attrs.evolve(pull_request, checks=checks, answered=answered)

    async def _speakers(self, since: float | None) -> dict[int, set[str]]:
        """Say who commented on which issue."""
        names: dict[int, set[str]] = defaultdict(set)
        if since is None:
            return names
        params: Parameters = {"since": iso(since), "limit": ROWS}
        path = f"{self._home}/issues/comments"
        for comment in (await self._api.linked_list(path, _COMMENTS, params)).items:
            number = comment.issue_url.rpartition("/")[2]
            if number.isdecimal() and comment.user is not None:
                names[int(number)].add(comment.user.login)
        return names

    def _ticket(self, issue: _Issue, speakers: set[str]) -> Ticket:
        return Ticket(
            place=self._place.path,
            number=issue.number,
            title=issue.title,
            url=issue.html_url,
            author=_login(issue.user),
            assignees=tuple(one.login for one in issue.assignees),
            labels=tuple(one.name for one in issue.labels),
            created=issue.created_at,
            updated=issue.updated_at,
            comments=issue.comments,
            speakers=tuple(sorted(speakers)),
        )

    def _pull_request(self, pull: _Pull) -> PullRequest:
        return PullRequest(
            place=self._place.path,
            number=pull.number,
            title=pull.title,
            url=pull.html_url,
            author=_login(pull.user),
            reviewers=tuple(one.login for one in pull.requested_reviewers),
            labels=tuple(one.name for one in pull.labels),
            draft=pull.draft,
            created=pull.created_at,
            updated=pull.updated_at,
            head=pull.head.sha,
        )


def _login(user: _User | None) -> str:
    return user.login if user else ""
