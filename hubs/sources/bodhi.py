"""Bodhi: https://bodhi.fedoraproject.org/docs/server_api/rest/.

Its pages: ``updates.html`` and ``releases.html``. Its times have no zone, and are of UTC.
"""

from __future__ import annotations

import datetime
import enum
from http import HTTPStatus
from urllib.parse import quote, urlencode

import attrs
from pydantic import TypeAdapter

from hubs.sources.api import MOST_PAGES, Api
from hubs.sources.errors import StatusError
from hubs.sources.request import Parameters
from hubs.sources.session import Session
from hubs.sources.shape import Link, NaiveTime, Shape
from hubs.sources.tickets import Found

#: How many updates or releases are asked for at once; the service gives up to a thousand.
ROWS = 50


class Status(enum.StrEnum):
    """How far an update is."""

    PENDING = "pending"
    TESTING = "testing"


@attrs.frozen
class Update:
    """An update of a distribution.

    Attributes:
        alias: Its name, as in ``FEDORA-2026-1a2b3c4d5e``.
        title: What it is called: by its packager, or by its first build.
        others: How many more builds it has, if it is called by the first.
        url: Its page.
        author: The account name of its packager.
        release: Of which release it is, as in ``Fedora 44``.
        status: How far it is.
        request: Where it is asked to go next, as in ``stable``; empty for nowhere.
        karma: How its tests went: those that were good less those that were bad.
        wanted: The karma with which it goes to the stable updates by itself; None if it does not.
        kind: As in ``security`` or ``bugfix``.
        severity: As in ``urgent`` or ``unspecified``.
        ready: Whether it may go to the stable updates, and nobody has asked for that.
        since: Since when it has been as far as it is, seconds since the epoch.
        testers: The account names of those who said how their tests went.
    """

    alias: str
    title: str
    others: int
    url: str
    author: str
    release: str
    status: Status
    request: str
    karma: int
    wanted: int | None
    kind: str
    severity: str
    ready: bool
    since: float
    testers: tuple[str, ...]


@attrs.frozen
class UpdateQuery:
    """Which updates are wanted.

    Attributes:
        user: Those of the packager of this name; empty for everybody's.
        packages: Those that have one of these packages; empty for all.
        statuses: Those that are so far.
        critical: Only those of packages without which a system does not work.
    """

    user: str = ""
    packages: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = (Status.TESTING,)
    critical: bool = False


class Phase(enum.StrEnum):
    """Where a release is on its way."""

    RAWHIDE = "rawhide"
    BRANCHED = "branched"
    BETA = "beta"
    STABLE = "stable"


@attrs.frozen
class Release:
    """A release of a distribution that is made or cared for.

    Attributes:
        name: As in ``F44``.
        title: As in ``Fedora 44``.
        family: Of which distribution it is, as in ``FEDORA`` or ``FEDORA-EPEL``.
        version: Its number, as in ``44``.
        phase: Where it is on its way.
        frozen: Whether only some of its updates may go on at present.
        released: The day on which it came out; None if it did not, or nobody wrote it down.
        end: The day until which it is cared for; None if that is not known.
    """

    name: str
    title: str
    family: str
    version: str
    phase: Phase
    frozen: bool
    released: datetime.date | None
    end: datetime.date | None


class _User(Shape):
    name: str


class _Comment(Shape):
    karma: int
    user: _User


class _Build(Shape):
    nvr: str


class _Of(Shape):
    long_name: str


class _Update(Shape):
    alias: str
    display_name: str | None = None
    url: Link
    user: _User
    release: _Of
    status: Status
    request: str | None
    karma: int | None
    stable_karma: int | None = None
    autokarma: bool = False
    type: str
    severity: str
    meets_testing_requirements: bool = False
    date_submitted: NaiveTime
    date_testing: NaiveTime | None = None
    comments: tuple[_Comment, ...] = ()
    builds: tuple[_Build, ...]


class _Updates(Shape):
    updates: list[_Update]
    page: int
    pages: int


class _Release(Shape):
    name: str
    long_name: str
    id_prefix: str
    version: str
    branch: str
    state: str
    setting_status: str | None = None
    released_on: datetime.date | None = None
    eol: datetime.date | None = None


class _Releases(Shape):
    releases: list[_Release]
    page: int
    pages: int


_UPDATES = TypeAdapter(_Updates)
_RELEASES = TypeAdapter(_Releases)


class Bodhi:
    """Asks Bodhi."""

    def __init__(self, session: Session) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
        """
        self._api = Api(session, session.services.bodhi)

    async def updates(self, query: UpdateQuery) -> Found[Update]:
        """Find updates, those that were submitted last first.

        Args:
            query: Which.

        Returns:
            Them.

        Raises:
            SourceError: They could not be had.
        """
        params: dict[str, str | int] = {
            "status": ",".join(query.statuses),
            "rows_per_page": ROWS,
        }
        if query.user:
            params["user"] = query.user
        if query.packages:
            params["packages"] = ",".join(query.packages)
        if query.critical:
            params["critpath"] = "true"
        try:
            return await self._updates(params)
        except StatusError as error:
            # It refuses to look for whom it has never seen.
            if query.user and error.status == HTTPStatus.BAD_REQUEST:
                return Found(())
            raise

    async def _updates(self, params: Parameters) -> Found[Update]:
        updates: list[Update] = []
        for number in range(1, MOST_PAGES + 1):
            page = await self._api.read("/updates/", _UPDATES, {**params, "page": number})
            updates += [_update(one) for one in page.updates]
            if number >= page.pages:
                return Found(updates)
        return Found(updates, whole=False)

    async def releases(self) -> Found[Release]:
        """Find the releases that are made or cared for.

        Returns:
            Them, in no order.

        Raises:
            SourceError: They could not be had.
        """
        params: dict[str, str | int] = {"exclude_archived": "true", "rows_per_page": ROWS}
        releases: list[Release] = []
        for number in range(1, MOST_PAGES + 1):
            page = await self._api.read("/releases/", _RELEASES, {**params, "page": number})
            releases += [_release(one) for one in page.releases if one.state != "disabled"]
            if number >= page.pages:
                return Found(releases)
        return Found(releases, whole=False)

    @property
    def releases_page(self) -> str:
        """The address of the page that shows the releases to people."""
        return f"{self._api.base}/releases/"

    def updates_page(self, query: UpdateQuery) -> str:
        """Give the address of the page that shows such updates to people.

        Args:
            query: Which.
        """
        if query.user:
            return f"{self._api.base}/users/{quote(query.user)}"
        asked = {"packages": ",".join(query.packages), "status": Status.TESTING.value}
        shown = urlencode({name: value for name, value in asked.items() if value})
        return f"{self._api.base}/updates/?{shown}"


def _update(one: _Update) -> Update:
    first = one.builds[0].nvr if one.builds else one.alias
    is_testing = one.status is Status.TESTING
    return Update(
        alias=one.alias,
        title=one.display_name or first,
        others=0 if one.display_name else max(0, len(one.builds) - 1),
        url=one.url,
        author=one.user.name,
        release=one.release.long_name,
        status=one.status,
        request=one.request or "",
        karma=one.karma or 0,
        wanted=one.stable_karma if one.autokarma else None,
        kind=one.type,
        severity=one.severity,
        ready=is_testing and not one.request and one.meets_testing_requirements,
        since=one.date_testing if is_testing and one.date_testing else one.date_submitted,
        testers=tuple(sorted({comment.user.name for comment in one.comments if comment.karma})),
    )


def _release(one: _Release) -> Release:
    if one.state == "current":
        phase = Phase.STABLE
    elif one.branch == "rawhide":
        phase = Phase.RAWHIDE
    elif one.setting_status == "post_beta":
        phase = Phase.BETA
    else:
        phase = Phase.BRANCHED
    return Release(
        name=one.name,
        title=one.long_name,
        family=one.id_prefix,
        version=one.version,
        phase=phase,
        frozen=one.state == "frozen",
        released=one.released_on,
        end=one.eol,
    )
