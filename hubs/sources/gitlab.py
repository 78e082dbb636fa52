"""GitLab: https://docs.gitlab.com/api/, version 4.

Its pages: ``/issues/``, ``/merge_requests/``, ``/merge_request_approvals/`` and ``/events/``.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from urllib.parse import quote

import attrs
from pydantic import TypeAdapter

from hubs.sources.api import Api
from hubs.sources.place import Place
from hubs.sources.pull_requests import Checks, PullRequest, PullRequestQuery, summed_up
from hubs.sources.request import Parameters
from hubs.sources.session import Session
from hubs.sources.shape import Link, Shape, Time
from hubs.sources.tickets import Found, Order, Ticket, TicketQuery

#: The most that it gives on a page.
ROWS = 100
_ORDERS = {
    Order.MOVED: {"order_by": "updated_at", "sort": "desc"},
    Order.STILL: {"order_by": "updated_at", "sort": "asc"},
    Order.NEW: {"order_by": "created_at", "sort": "desc"},
}
_DAY = 86_400
_STATES = {
    "success": Checks.PASSED,
    "skipped": Checks.NONE,
    "failed": Checks.FAILED,
    "canceled": Checks.FAILED,
}


class _User(Shape):
    username: str


class _References(Shape):
    full: str


class _Issue(Shape):
    iid: int
    title: str
    web_url: Link
    author: _User | None
    assignees: tuple[_User, ...] = ()
    labels: list[str]
    created_at: Time
    updated_at: Time
    user_notes_count: int = 0
    references: _References | None = None


class _MergeRequest(_Issue):
    draft: bool = False
    reviewers: tuple[_User, ...] = ()
    sha: str | None = None


class _Note(Shape):
    noteable_iid: int | None = None
    noteable_type: str = ""
    system: bool = False


class _Event(Shape):
    author_username: str
    note: _Note | None = None


class _Pipeline(Shape):
    status: str


class _Details(Shape):
    head_pipeline: _Pipeline | None = None


class _Approval(Shape):
    user: _User


class _Approvals(Shape):
    approved_by: list[_Approval]


_ISSUES = TypeAdapter(list[_Issue])
_MERGE_REQUESTS = TypeAdapter(list[_MergeRequest])
_EVENTS = TypeAdapter(list[_Event])
_DETAILS = TypeAdapter(_Details)
_APPROVALS = TypeAdapter(_Approvals)


class GitLab:
    """A project at a GitLab, or all of it for one person."""

    def __init__(self, session: Session, place: Place) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
            place: The project.
        """
        self._place = place
        self._api = Api.at(session, place.base, session.services.gitlab, "/api/v4")

    async def tickets(self, query: TicketQuery) -> Found[Ticket]:
        """See `Tracker`."""
        narrowed = {
            "assignee_username": query.assignee,
            "author_username": query.author,
            "assignee_id": "None" if query.unassigned else "",
        }
        found = await self._api.linked_list(
            f"{self._home}/issues", _ISSUES, self._params(_ORDERS[query.order], narrowed)
        )
        speakers = await self._speakers(query.speakers_since)
        tickets = [self._ticket(one, speakers.get(one.iid, set())) for one in found.items]
        return Found(tickets, found.whole)

    async def pull_requests(self, query: PullRequestQuery) -> Found[PullRequest]:
        """See `Forge`."""
        narrowed = {"author_username": query.author, "reviewer_username": query.reviewer}
        params = self._params(_ORDERS[Order.MOVED], narrowed)
        found = await self._api.linked_list(f"{self._home}/merge_requests", _MERGE_REQUESTS, params)
        return Found([self._pull_request(one) for one in found.items], found.whole)

    async def looked_at(self, pull_request: PullRequest) -> PullRequest:
        """See `Forge`."""
        path = f"{_project(pull_request.place)}/merge_requests/{pull_request.number}"
        details = await self._api.read(path, _DETAILS)
        approvals = await self._api.read(f"{path}/approvals", _APPROVALS)
        pipeline = details.head_pipeline
        checks = [] if pipeline is None else [_STATES.get(pipeline.status, Checks.RUNNING)]
        answered = any(one.user.username != pull_request.author for one in approvals.approved_by)
        return attrs.evolve(pull_request, checks=summed_up(checks), answered=answered)

    @property
    def _home(self) -> str:
        return "" if self._place.everything else _project(self._place.path)

    def _params(self, order: dict[str, str], narrowed: dict[str, str]) -> dict[str, str | int]:
        whole = {"scope": "all"} if self._place.everything else {}
        given = {name: value for name, value in narrowed.items() if value}
        return {"state": "opened", "per_page": ROWS, **whole, **order, **given}

    async def _speakers(self, since: float | None) -> dict[int, set[str]]:
        """Say who commented on which issue."""
        names: dict[int, set[str]] = defaultdict(set)
        if since is None or self._place.everything:
            return names
        # The day itself is left out.
        after = datetime.datetime.fromtimestamp(since - _DAY, datetime.UTC).date()
        params: Parameters = {"action": "commented", "after": str(after), "per_page": ROWS}
        for event in (await self._api.linked_list(f"{self._home}/events", _EVENTS, params)).items:
            note = event.note
            if note and note.noteable_type == "Issue" and note.noteable_iid and not note.system:
                names[note.noteable_iid].add(event.author_username)
        return names

    def _where(self, one: _Issue) -> str:
        full = one.references.full if one.references else ""
        return self._place.path or full.partition("#")[0].partition("!")[0]

    def _ticket(self, issue: _Issue, speakers: set[str]) -> Ticket:
        return Ticket(
            place=self._where(issue),
            number=issue.iid,
            title=issue.title,
            url=issue.web_url,
            author=_name(issue.author),
            assignees=tuple(one.username for one in issue.assignees),
            labels=tuple(issue.labels),
            created=issue.created_at,
            updated=issue.updated_at,
            comments=issue.user_notes_count,
            speakers=tuple(sorted(speakers)),
        )

    def _pull_request(self, one: _MergeRequest) -> PullRequest:
        return PullRequest(
            place=self._where(one),
            number=one.iid,
            title=one.title,
            url=one.web_url,
            author=_name(one.author),
            reviewers=tuple(reviewer.username for reviewer in one.reviewers),
            labels=tuple(one.labels),
            draft=one.draft,
            created=one.created_at,
            updated=one.updated_at,
            head=one.sha or "",
        )


def _project(path: str) -> str:
    return f"/projects/{quote(path, safe='')}"


def _name(user: _User | None) -> str:
    return user.username if user else ""
