"""Pagure, which dist-git runs, too: https://pagure.io/api/0/; each one has its own manual there.

What is asked: ``api_view_issues``, ``api_view_user_issues``, ``api_pull_request_views``,
``api_view_user_requests_filed``, ``api_view_user_requests_actionable`` and
``api_pull_request_get_flag``.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar
from urllib.parse import quote

import attrs
from pydantic import TypeAdapter

from hubs.sources.api import MOST_PAGES, Api
from hubs.sources.place import Place
from hubs.sources.pull_requests import Checks, PullRequest, PullRequestQuery, summed_up
from hubs.sources.session import Session
from hubs.sources.shape import Link, Shape, Time
from hubs.sources.tickets import Found, Order, Ticket, TicketQuery

#: The most that it gives on a page.
ROWS = 100
_STATES = {"success": Checks.PASSED, "pending": Checks.RUNNING}


class _User(Shape):
    name: str


class _Comment(Shape):
    user: _User
    date_created: Time
    notification: bool = False


class _Project(Shape):
    fullname: str = ""
    full_url: Link | None = None


class _Item(Shape):
    id: int
    title: str
    user: _User
    assignee: _User | None = None
    tags: tuple[str, ...] = ()
    comments: tuple[_Comment, ...] = ()
    date_created: Time
    last_updated: Time
    full_url: Link | None = None
    project: _Project | None = None


class _Request(_Item):
    commit_stop: str | None = None


class _Pagination(Shape):
    pages: int = 1


class _Page(Protocol):
    @property
    def last(self) -> int: ...


class _Issues(Shape):
    issues: list[_Item]
    pagination: _Pagination = _Pagination()

    @property
    def last(self) -> int:
        return self.pagination.pages


class _Assigned(Shape):
    issues_assigned: list[_Item]
    pagination_issues_assigned: _Pagination = _Pagination()

    @property
    def issues(self) -> list[_Item]:
        return self.issues_assigned

    @property
    def last(self) -> int:
        return self.pagination_issues_assigned.pages


class _Created(Shape):
    issues_created: list[_Item]
    pagination_issues_created: _Pagination = _Pagination()

    @property
    def issues(self) -> list[_Item]:
        return self.issues_created

    @property
    def last(self) -> int:
        return self.pagination_issues_created.pages


class _Requests(Shape):
    requests: list[_Request]
    pagination: _Pagination = _Pagination()

    @property
    def last(self) -> int:
        return self.pagination.pages


class _Flag(Shape):
    status: str


class _Flags(Shape):
    flags: list[_Flag]


_ISSUES = TypeAdapter(_Issues)
_ASSIGNED = TypeAdapter(_Assigned)
_CREATED = TypeAdapter(_Created)
_REQUESTS = TypeAdapter(_Requests)
_FLAGS = TypeAdapter(_Flags)
_P = TypeVar("_P", bound=_Page)


class Pagure:
    """A project at a Pagure, or all of it for one person."""

    def __init__(self, session: Session, place: Place) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
            place: The project.
        """
        self._place = place
        self._api = Api.at(session, place.base, session.services.pagure, "/api/0")

    async def tickets(self, query: TicketQuery) -> Found[Ticket]:
        """See `Tracker`. It orders tickets by when they were filed, and by nothing else."""
        pages: list[Any]
        if not self._place.everything:
            order = "asc" if query.order is Order.STILL else "desc"
            narrowed = {"assignee": query.assignee, "author": query.author, "order": order}
            pages = await self._pages(f"/{self._place.path}/issues", _ISSUES, narrowed)
        else:
            path = f"/user/{quote(query.assignee or query.author, safe='')}/issues"
            if query.assignee:
                pages = await self._pages(path, _ASSIGNED, {"author": "0"})
            else:
                pages = await self._pages(path, _CREATED, {"assignee": "0"})
        since = query.speakers_since
        tickets = [self._ticket(one, since) for page in pages for one in page.issues]
        return Found(tickets, pages[-1].last <= len(pages))

    async def pull_requests(self, query: PullRequestQuery) -> Found[PullRequest]:
        """See `Forge`."""
        if not self._place.everything:
            path, narrowed = f"/{self._place.path}/pull-requests", {"author": query.author}
        else:
            kind = "filed" if query.author else "actionable"
            name = quote(query.author or query.reviewer, safe="")
            path, narrowed = f"/user/{name}/requests/{kind}", {}
        pages = await self._pages(path, _REQUESTS, narrowed)
        # What is actionable waits for them, whoever it is assigned to.
        asked = (query.reviewer,) if self._place.everything and query.reviewer else ()
        found = [self._pull_request(one, asked) for page in pages for one in page.requests]
        return Found(found, pages[-1].last <= len(pages))

    async def looked_at(self, pull_request: PullRequest) -> PullRequest:
        """See `Forge`."""
        path = f"/{pull_request.place}/pull-request/{pull_request.number}/flag"
        flags = (await self._api.read(path, _FLAGS)).flags
        checks = [_STATES.get(flag.status, Checks.FAILED) for flag in flags]
        return attrs.evolve(pull_request, checks=summed_up(checks))

    async def _pages(self, path: str, shape: TypeAdapter[_P], narrowed: dict[str, str]) -> list[_P]:
        """Read pages by number: the addresses it gives of them may name another scheme."""
        params: dict[str, str | int] = {"status": "Open", "per_page": ROWS}
        params |= {name: value for name, value in narrowed.items() if value}
        first = await self._api.read(path, shape, params)
        others = range(2, min(first.last, MOST_PAGES) + 1)
        return [
            first,
            *[await self._api.read(path, shape, {**params, "page": page}) for page in others],
        ]

    def _where(self, item: _Item) -> str:
        return self._place.path or (item.project.fullname if item.project else "")

    def _url(self, item: _Item, kind: str) -> str:
        return item.full_url or f"{self._place.base}/{self._where(item)}/{kind}/{item.id}"

    def _ticket(self, issue: _Item, since: float | None) -> Ticket:
        said = [comment for comment in issue.comments if not comment.notification]
        late = said if since is None else [one for one in said if one.date_created >= since]
        return Ticket(
            place=self._where(issue),
            number=issue.id,
            title=issue.title,
            url=self._url(issue, "issue"),
            author=issue.user.name,
            assignees=(issue.assignee.name,) if issue.assignee else (),
            labels=tuple(issue.tags),
            created=issue.date_created,
            updated=issue.last_updated,
            comments=len(said),
            speakers=tuple(sorted({one.user.name for one in late})),
        )

    def _pull_request(self, request: _Request, asked: tuple[str, ...]) -> PullRequest:
        said = [one for one in request.comments if not one.notification]
        assigned = (request.assignee.name,) if request.assignee else ()
        return PullRequest(
            place=self._where(request),
            number=request.id,
            title=request.title,
            url=self._url(request, "pull-request"),
            author=request.user.name,
            reviewers=asked or assigned,
            labels=tuple(request.tags),
            draft=False,
            created=request.date_created,
            updated=request.last_updated,
            head=request.commit_stop or "",
            answered=any(one.user.name != request.user.name for one in said),
        )
