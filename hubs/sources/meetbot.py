"""The minutes of meetings: mote, which knows what meetings were, and the files of its bot.

The pages of https://github.com/fedora-infra/mote ask ``/fragedpt/`` as we do; it has no manual.
The files are ``ROOM/DATE/NAME.DATE-TIME.html``, of the bot on Matrix,
https://github.com/GregSutcliffe/maubot-meetings, and before it of the one on IRC,
https://github.com/openstack-infra/meetbot.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Annotated, Self
from urllib.parse import unquote, urlsplit

import attrs
from pydantic import BeforeValidator, TypeAdapter

from hubs.sources.api import Api
from hubs.sources.errors import UnreadableError
from hubs.sources.minutes import HelpRequest, help_requests
from hubs.sources.session import Session
from hubs.sources.shape import Shape

#: How many days of one room are looked through for its last meetings.
MOST_DAYS = 4
_PATH = re.compile(
    r"/+(?P<room>[^/]+)/\d{4}-\d\d-\d\d/"
    r"(?P<name>[^/]+)[.-](?P<start>\d{4}-\d\d-\d\d-\d\d\.\d\d)(\.log)?\.(html|txt)"
)
_START = "%Y-%m-%d-%H.%M"
_HTML = "text/html"
#: What the minutes of both bots begin their list with; so mote finds it too.
_HEADING = "Meeting summary"


class _Slugs(Shape):
    summary: str


class _Listed(Shape):
    slug: _Slugs


# What it does not know is an empty object, where a list was asked for too.
_MEETINGS: TypeAdapter[list[_Listed]] = TypeAdapter(
    Annotated[list[_Listed], BeforeValidator(lambda found: found or [])]
)
_DAYS = TypeAdapter(dict[str, str])


@attrs.frozen
class Meeting:
    """A meeting that was.

    Attributes:
        name: What it is called in addresses, as in ``fedora-council-meeting``.
        room: Where it was, likewise, as in ``meeting_matrix_fedoraproject-org``.
        start: When it began, seconds since the epoch.
        path: Of its minutes on either host, as in ``/ROOM/2026-11-24/NAME.2026-11-24-14.01.html``.
    """

    name: str
    room: str
    start: float
    path: str

    @classmethod
    def read(cls, address: str) -> Self | None:
        """Read the address of its minutes or of its log.

        Args:
            address: It, or its path.

        Returns:
            The meeting; None if it is the address of none.
        """
        try:
            path = urlsplit(address).path
            found = _PATH.fullmatch(unquote(path))
            if found is None:
                return None
            start = datetime.datetime.strptime(found["start"], _START)
        except ValueError:
            return None
        # No step of it can be one that leads upwards: a room or a name has a letter in its slug.
        room, name = slug(found["room"]), slug(found["name"])
        if not room or not name:
            return None
        page = re.sub(r"(\.log)?\.(html|txt)$", ".html", "/" + path.lstrip("/"))
        return cls(name, room, start.replace(tzinfo=datetime.UTC).timestamp(), page)

    @property
    def title(self) -> str:
        """Its name as people write it, as in ``fedora council meeting``."""
        return self.name.replace("-", " ").replace("_", " ")


class Meetbot:
    """Asks mote, and reads the files."""

    def __init__(self, session: Session) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
        """
        services = session.services
        self._session = session
        self._page, self._files = services.meetbot, services.meetbot_files
        self._api = Api(session, self._page)

    def minutes(self, meeting: Meeting) -> str:
        """Give the address of the minutes of a meeting, for people."""
        return self._page + meeting.path

    def log(self, meeting: Meeting) -> str:
        """Give the address of the log of a meeting, for people."""
        return self._page + meeting.path.removesuffix(".html") + ".log.html"

    def known(self, address: str) -> Meeting | None:
        """Read an address that the bus told.

        Args:
            address: Of minutes or of a log.

        Returns:
            The meeting; None if it is on another host, or of none.
        """
        meeting = Meeting.read(address)
        ours = {urlsplit(base).netloc for base in (self._page, self._files)}
        return meeting if meeting and urlsplit(address).netloc in ours else None

    async def named(self, name: str, most: int = 3) -> list[Meeting]:
        """Find the last meetings of a name.

        Args:
            name: As whoever began them gave it, as in ``Fedora Council Meeting``.
            most: How many.

        Returns:
            The newest first.

        Raises:
            SourceError: They could not be had.
        """
        wanted = slug(name)
        found = await self._list({"rqstdata": "srchmeet", "srchtext": wanted})
        return _newest([one for one in found if one.name == wanted], most)

    async def held_in(self, room: str, most: int = 3) -> list[Meeting]:
        """Find the last meetings in a room.

        Args:
            room: As in ``#meeting:fedoraproject.org`` or ``#fedora-meeting``.
            most: How many.

        Returns:
            The newest first; only those of its last days.

        Raises:
            SourceError: They could not be had.
        """
        asked = {"channame": slug_of_room(room)}
        days = await self._api.read("/fragedpt/", _DAYS, {**asked, "rqstdata": "listdate"})
        found: list[Meeting] = []
        for day in sorted(days, reverse=True)[:MOST_DAYS]:
            found += await self._list({**asked, "rqstdata": "listmeet", "datename": day})
            if len(found) >= most:
                break
        return _newest(found, most)

    async def help_requests(self, meeting: Meeting) -> list[HelpRequest]:
        """Find what help was asked for in a meeting.

        Args:
            meeting: The meeting.

        Returns:
            The requests in its minutes, in their order.

        Raises:
            SourceError: The minutes could not be had, or are none.
        """
        answer = await self._session.get(self._files + meeting.path, accept=_HTML)
        text, page, log = answer.text(), self.minutes(meeting), self.log(meeting)
        if _HEADING not in text:
            raise UnreadableError(answer.host, "answered with what are no minutes")
        return await self._session.apart(lambda _: help_requests(text, page, log), answer)

    async def _list(self, asked: dict[str, str]) -> list[Meeting]:
        listed = await self._api.read("/fragedpt/", _MEETINGS, asked)
        found = [Meeting.read(one.slug.summary) for one in listed]
        return [one for one in found if one is not None]


def slug(name: str) -> str:
    """Give a name as it stands in addresses.

    Args:
        name: As people write it; underscores of the bot of IRC stay.

    Returns:
        As python-slugify, which the bot uses, gives it for names in Latin letters.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")


def slug_of_room(room: str) -> str:
    """Give the name of a room as it stands in addresses.

    Args:
        room: As in ``#meeting:fedoraproject.org``.

    Returns:
        As in ``meeting_matrix_fedoraproject-org``.
    """
    return slug(room.replace(":", "_matrix_"))


def _newest(meetings: list[Meeting], most: int) -> list[Meeting]:
    return sorted(meetings, key=lambda one: -one.start)[:most]
