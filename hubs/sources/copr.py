"""Copr: https://copr.fedorainfracloud.org/api_3/docs.

Its builds: ``/build/list``, of one project at a time; its projects: ``/project/list``.
"""

from __future__ import annotations

import re
from typing import Self
from urllib.parse import quote

import attrs
from pydantic import TypeAdapter

from hubs.sources.api import Api
from hubs.sources.builds import Build, State
from hubs.sources.errors import NotFoundError
from hubs.sources.session import Session
from hubs.sources.shape import Shape

#: How many of somebody's projects are looked at: those that they made last.
MOST_PROJECTS = 8
#: Of how many builds those that failed are found: to ask for them alone has it read all there are.
ROWS = 100
_STEP = r"[\w+-][\w.+-]{0,99}"
_PROJECT = re.compile(rf"(@?{_STEP})/({_STEP})", re.ASCII)
_PAGE = re.compile(rf"https?://[\w.:-]+/coprs/(g/)?({_STEP})/({_STEP})([/?#].*)?", re.ASCII)
_STATES = {
    **dict.fromkeys(("importing", "pending", "starting", "running", "waiting"), State.RUNNING),
    **dict.fromkeys(("succeeded", "forked"), State.DONE),
    "failed": State.FAILED,
    "canceled": State.CANCELED,
}


@attrs.frozen
class Project:
    """A project.

    Attributes:
        owner: The account name of whose it is, or that of a group with an ``@`` before it.
        name: Its name.
    """

    owner: str
    name: str

    @classmethod
    def read(cls, line: str) -> Self | None:
        """Read what somebody typed.

        Args:
            line: Owner and name, as in ``@lamp-sig/lamps``, or the address of one of its pages.

        Returns:
            The project, or None if it is none.
        """
        line = line.strip()
        if found := _PROJECT.fullmatch(line):
            return cls(found[1], found[2])
        if page := _PAGE.fullmatch(line):
            return cls(f"@{page[2]}" if page[1] else page[2], page[3])
        return None

    @property
    def full_name(self) -> str:
        """What people call it, as in ``@lamp-sig/lamps``."""
        return f"{self.owner}/{self.name}"

    @property
    def path(self) -> str:
        """The path of its page, as in ``/coprs/g/lamp-sig/lamps``."""
        return f"/coprs/{quote(self.owner.replace('@', 'g/', 1))}/{quote(self.name)}"


class _Source(Shape):
    name: str | None = None
    version: str | None = None


class _Build(Shape):
    id: int
    state: str
    source_package: _Source
    submitter: str | None = None
    submitted_on: float
    started_on: float | None = None
    ended_on: float | None = None


class _Builds(Shape):
    items: list[_Build]


class _Project(Shape):
    name: str
    ownername: str


class _Projects(Shape):
    items: list[_Project]


_BUILDS = TypeAdapter(_Builds)
_PROJECTS = TypeAdapter(_Projects)


class Copr:
    """Asks Copr."""

    def __init__(self, session: Session) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
        """
        self._base = session.services.copr
        self._api = Api(session, f"{self._base}/api_3")

    async def projects(self, owner: str) -> list[Project]:
        """Find the projects of somebody.

        Args:
            owner: Their account name, or that of a group with an ``@`` before it.

        Returns:
            Those that were made last; none if it does not know them.

        Raises:
            SourceError: They could not be had.
        """
        params: dict[str, str | int] = {"ownername": owner, "limit": MOST_PROJECTS}
        try:
            found = await self._api.read("/project/list/", _PROJECTS, params)
        except NotFoundError:
            return []
        return [Project(one.ownername, one.name) for one in found.items[:MOST_PROJECTS]]

    async def builds(self, project: Project, count: int, *, failed: bool = False) -> list[Build]:
        """Find the last builds of a project.

        Args:
            project: It.
            count: How many at the most.
            failed: Whether only those that failed.

        Returns:
            Them, the last first.

        Raises:
            SourceError: They could not be had.
        """
        params: dict[str, str | int] = {
            "ownername": project.owner,
            "projectname": project.name,
            "limit": ROWS if failed else count,
        }
        found = await self._api.read("/build/list/", _BUILDS, params)
        latest = sorted(found.items, key=lambda one: one.id, reverse=True)
        builds = [self._build(project, one) for one in latest if one.state in _STATES]
        return [one for one in builds if not failed or one.state is State.FAILED][:count]

    def page(self, project: Project) -> str:
        """Give the address of the page of a project."""
        return f"{self._base}{project.path}/"

    def _build(self, project: Project, one: _Build) -> Build:
        source = one.source_package
        named = [text for text in (source.name, source.version) if text]
        return Build(
            place=project.full_name,
            package=source.name or "",
            title="-".join(named) or f"#{one.id}",
            url=f"{self.page(project)}build/{one.id}/",
            owner=one.submitter or "",
            state=_STATES[one.state],
            since=one.ended_on or one.started_on or one.submitted_on,
        )
