"""The one way in: every request to a page passes here before the page sees it."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from twisted.internet.defer import CancelledError
from twisted.logger import Logger
from twisted.web.iweb import IRequest
from werkzeug.exceptions import Forbidden, ServiceUnavailable

from hubs.klein_app.sessions import Session, Sessions

#: The field of a form that carries the token of the session.
CSRF_FIELD = "csrf_token"
#: The header that carries it in requests of htmx and other programs on a page.
CSRF_HEADER = "X-CSRF-Token"
#: What changes nothing (RFC 9110, section 9.2.1).
SAFE = {b"GET", b"HEAD", b"OPTIONS"}


class ForgedError(Forbidden):
    """A request that changes something does not come from a page of ours, or from an old one."""


class Gate:
    """Finds the session of each request, and stops what another site made a browser send."""

    _log = Logger()

    def __init__(self, sessions: Sessions) -> None:
        """Prepare.

        Args:
            sessions: Where sessions are found.
        """
        self._sessions = sessions

    async def admit(self, request: IRequest) -> None:
        """Let a request in.

        Args:
            request: The request; from here on `hubs.klein_app.sessions.viewer_of` says who it is
                from.

        Raises:
            ForgedError: It would change something, and does not come from one of our pages.
            ServiceUnavailable: Nobody can say whose session it is.
        """
        session = await self.recognize(request)
        if request.method not in SAFE:
            self.check(request, session)

    def check(self, request: IRequest, session: Session | None) -> None:
        """Make sure that what would change something comes from one of our pages.

        Args:
            request: The request.
            session: Its session.

        Raises:
            ForgedError: It does not.
        """
        check_origin(request)
        check_token(request, session)

    async def recognize(self, request: IRequest) -> Session | None:
        """Find the session of a request.

        Args:
            request: The request.

        Returns:
            The session, or None.

        Raises:
            ServiceUnavailable: Redis cannot be asked.
        """
        try:
            return await self._sessions.find(request)
        except CancelledError:
            raise  # The browser left.
        except Exception as error:
            self._log.error("Sessions cannot be read: {error}", error=error)
            raise ServiceUnavailable from error


def check_origin(request: IRequest) -> None:
    """Refuse what a browser says another site has sent.

    Browsers say so in ``Sec-Fetch-Site`` (https://www.w3.org/TR/fetch-metadata/), older ones in
    ``Origin`` (RFC 6454); a program that is no browser says neither.

    Args:
        request: The request.

    Raises:
        ForgedError: It comes from another origin.
    """
    site = request.getHeader("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise ForgedError
        return
    origin = request.getHeader("Origin")
    if origin is not None and urlsplit(origin).netloc != request.getHeader("Host"):
        raise ForgedError


def check_token(request: IRequest, session: Session | None) -> None:
    """Refuse what does not carry the token of the session.

    Args:
        request: The request.
        session: Its session.

    Raises:
        ForgedError: There is no session, or the token is missing or another.
    """
    fields: dict[bytes, list[bytes]] = request.args or {}
    sent = request.getHeader(CSRF_HEADER)
    token = sent.encode() if sent is not None else fields.get(CSRF_FIELD.encode(), [b""])[0]
    if session is None or not secrets.compare_digest(token, session.csrf_token.encode()):
        raise ForgedError
