"""Answers to requests that no page can answer."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import cast
from urllib.parse import urlsplit

import attrs
from klein import Klein
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.web.iweb import IRequest
from werkzeug.exceptions import HTTPException, MethodNotAllowed, ServiceUnavailable, Unauthorized
from werkzeug.routing import RequestRedirect

from hubs.klein_app.api import answers
from hubs.klein_app.gate import Gate
from hubs.klein_app.messages import message_for
from hubs.klein_app.paths import own_path
from hubs.klein_app.portal import Portal


@attrs.frozen
class Errors:
    """Handles what pages raise.

    Attributes:
        portal: Answers.
        gate: Says who asked, where no page was found to ask it.
    """

    portal: Portal
    gate: Gate

    _log = Logger()

    def handle_those_of(self, app: Klein) -> None:
        """Handle every error of an application.

        Args:
            app: The application.
        """
        app.handle_errors(RequestRedirect)(self.moved)
        app.handle_errors(HTTPException)(self.refused)
        app.handle_errors(Exception)(self.broken)

    def moved(self, request: IRequest, failure: Failure) -> str | bytes:
        """Send whoever left out the last slash to the page, if there is one."""
        if answers.is_call(request):
            return answers.refuse(request, failure)
        request.setResponseCode(HTTPStatus.PERMANENT_REDIRECT)
        error = cast("RequestRedirect", failure.value)
        path, query = urlsplit(error.new_url).path, urlsplit(request.uri).query
        request.setHeader(
            "Location", path + (f"?{query.decode('ascii', 'replace')}" if query else "")
        )
        return ""

    async def refused(self, request: IRequest, failure: Failure) -> str | bytes:
        """Say in friendly words what is wrong with a request, or with us."""
        if answers.is_call(request):
            return answers.refuse(request, failure)
        error = failure.value
        if isinstance(error, Unauthorized) and self.portal.login_path:
            return self.portal.go_to(request, self.portal.login_link(request))
        if isinstance(error, MethodNotAllowed):
            request.setHeader("Allow", ", ".join(sorted(error.valid_methods or ())))
        if not isinstance(error, ServiceUnavailable):
            await self.gate.recognize(request)
        return self._message(request, getattr(error, "code", None))

    def broken(self, request: IRequest, failure: Failure) -> str | bytes:
        """Say sorry; what went wrong is in the log alone, under a number that the page names."""
        if answers.is_call(request):
            return answers.refuse(request, failure)
        if isinstance(failure.value, ServiceUnavailable):
            return self._message(request, HTTPStatus.SERVICE_UNAVAILABLE)
        incident = secrets.token_hex(4)
        self._log.failure(
            "Incident {incident}: {path} cannot be shown",
            failure,
            incident=incident,
            path=request.path.decode("latin-1"),
        )
        return self._message(request, HTTPStatus.INTERNAL_SERVER_ERROR, incident=incident)

    def _message(self, request: IRequest, code: int | None, **more: str) -> str:
        message = message_for(code)
        if message.status >= HTTPStatus.INTERNAL_SERVER_ERROR and request.method in {
            b"GET",
            b"HEAD",
        }:
            more["again"] = own_path(request.uri.decode("ascii", "replace"))
        values = {"message": message, **more}
        return self.portal.page(request, "message.html", values, message.status)
