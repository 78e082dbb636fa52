"""What all pages need: whose request it is, what they read, and how they answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import urlencode

import attrs
from markupsafe import escape
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.web.http import CACHED
from twisted.web.http_headers import Headers
from twisted.web.iweb import IRequest
from werkzeug.exceptions import Forbidden, NotFound, ServiceUnavailable, Unauthorized

from hubs.klein_app.language_choice import (
    choices,
    chosen_before,
    chosen_now,
    remember_choice,
)
from hubs.klein_app.languages import Language, Languages
from hubs.klein_app.paths import own_path
from hubs.klein_app.sessions import session_of, viewer_of
from hubs.klein_app.templating import Templates
from hubs.model.hub import HubType
from hubs.model.permissions import Action
from hubs.model.reload import AccessChange
from hubs.model.viewer import HubView, Viewer
from hubs.widgets.base import Stores

T = TypeVar("T")
TellOfAccess = Callable[[AccessChange], Coroutine[Deferred[Any], Any, None]]

#: The path of a hub in routes: ``kind`` and ``name`` are what `Portal.hub` wants.
HUB = "/<any(u, t):kind>/<name>"
#: The longest that a page waits for a store, seconds.
STORE_SECONDS = 10.0
#: When whoever found something away may ask again, seconds.
RETRY_AFTER = "10"
_TYPES = {"u": HubType.USER, "t": HubType.TEAM}


@attrs.frozen
class Portal:
    """Shared by all groups of pages.

    Attributes:
        stores: Hubs and feeds.
        templates: Ours and those of the widgets.
        languages: What readers may read.
        clock: What time is.
        tell_of_access: Has event streams asked anew, once who may see a hub has changed.
        url: Where people find the portal, without a slash at the end; empty if it was not said.
        login_path: Where people log in; empty if they cannot.
    """

    stores: Stores
    templates: Templates
    languages: Languages
    clock: IReactorTime
    tell_of_access: TellOfAccess
    url: str = ""
    login_path: str = ""

    _log = Logger()

    def page(
        self,
        request: IRequest,
        template: str,
        values: Mapping[str, Any],
        status: HTTPStatus = HTTPStatus.OK,
    ) -> str:
        """Answer with a page.

        Args:
            request: Who asks is said in the masthead.
            template: The name of its template, as in ``hub.html``.
            values: The variables of the template, beside ``viewer``, ``csrf_token``,
                ``login_link``, ``site_url``, ``canonical`` and ``languages``.
            status: The status of the answer.

        Returns:
            HTML; nothing if the browser says that it has it.
        """
        session, language = session_of(request), self.language(request)
        request.setResponseCode(status)
        request.setHeader("Content-Type", "text/html; charset=utf-8")
        request.setHeader("Content-Language", language.tag)
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            request.setHeader("Retry-After", RETRY_AFTER)
        shared = {
            "viewer": viewer_of(request),
            "csrf_token": session.csrf_token if session else "",
            "login_link": self.login_link(request),
            "site_url": self.url,
            "canonical": _canonical(request, self.url) if status is HTTPStatus.OK else "",
            "languages": choices(request, self.languages),
        }
        remember_choice(request, self.languages)
        if session and not is_kept_nowhere(request):
            request.setHeader("Cache-Control", "private, no-cache")
        html = self.templates.render(template, {**shared, **values}, language)
        is_known = status is HTTPStatus.OK and _is_known(request, html, values.get("stream", ""))
        return "" if is_known else html

    def login_link(self, request: IRequest) -> str:
        """Give the path where whoever asks logs in, to come back here; empty if they cannot."""
        if not self.login_path or request.method not in {b"GET", b"HEAD"}:
            return self.login_path
        here = own_path(request.uri.decode("ascii", "replace"))
        if here == "/" or here.startswith(self.login_path):
            return self.login_path
        return f"{self.login_path}?{urlencode({'next': here})}"

    def language(self, request: IRequest) -> Language:
        """Give the language that whoever asks has chosen, or likes best of those we speak."""
        chosen = (chosen_now(request), chosen_before(request))
        return self.languages.choose(request.getHeader("Accept-Language"), *chosen)

    def go_to(self, request: IRequest, path: str) -> str:
        """Send the browser to a page of ours, after it has changed something.

        Args:
            request: The request.
            path: The path of the page.

        Returns:
            The body of the answer.
        """
        request.setResponseCode(HTTPStatus.SEE_OTHER)
        request.setHeader("Location", path)
        return ""

    async def read(self, reading: Coroutine[Deferred[Any], Any, T]) -> T:
        """Wait for a store, but not for ever.

        Args:
            reading: What it is asked.

        Returns:
            What it answers.

        Raises:
            ServiceUnavailable: It fails, or takes longer than `STORE_SECONDS`; that is logged.
        """
        try:
            return await Deferred.fromCoroutine(reading).addTimeout(STORE_SECONDS, self.clock)
        except CancelledError:
            raise  # The browser left.
        except Exception as error:
            self._log.error("A store cannot be reached: {error}", error=error)
            raise ServiceUnavailable from error

    async def hub(
        self, request: IRequest, kind: str, name: str, action: Action = Action.SEE_LISTED
    ) -> HubView:
        """Find a hub for whoever asks, in one query, and make sure that they may do something.

        Args:
            request: The request.
            kind: ``u`` for the hub of a person, ``t`` for that of a team.
            name: Its name.
            action: What they want to do.

        Returns:
            The hub as they see it.

        Raises:
            NotFound: There is no such hub, or it is one that they may not know of.
            Unauthorized: They may not do it as long as they have not logged in.
            Forbidden: They may not do it.
            ServiceUnavailable: See `read`.
        """
        viewer = viewer_of(request)
        # PostgreSQL refuses some characters that no name has.
        found = (
            await self.read(self.stores.hubs.page(_TYPES[kind], name, viewer))
            if name.isprintable()
            else None
        )
        if found is None or not found.may(Action.SEE_LISTED):
            raise NotFound
        if not found.may(action):
            raise Forbidden if viewer.logged_in else Unauthorized
        return found

    def person(self, request: IRequest) -> Viewer:
        """Make sure that somebody is logged in.

        Args:
            request: The request.

        Returns:
            Who asks.

        Raises:
            Unauthorized: Nobody in particular; the answer leads to where one logs in.
        """
        viewer = viewer_of(request)
        if not viewer.logged_in:
            raise Unauthorized
        return viewer


def is_kept_nowhere(request: IRequest) -> bool:
    """Say whether the answer to a request is not to be kept, because its page has said so."""
    headers: Headers = request.responseHeaders
    return headers.getRawHeaders("Cache-Control") == ["no-store"]


def etag(body: bytes) -> bytes:
    """Give the tag of an answer (RFC 9110, section 8.8.3), the same for all its encodings.

    Args:
        body: What it says.

    Returns:
        The value of the header.
    """
    return f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'.encode()


def _is_known(request: IRequest, html: str, stream: str) -> bool:
    # From which moment on a page listens is not what it says: an old one hears what it missed.
    said = html.replace(str(escape(stream)), "") if stream else html
    return request.setETag(etag(said.encode())) is CACHED


def _canonical(request: IRequest, url: str) -> str:
    return f"{url}{request.path.decode('ascii', 'replace')}" if url else ""
