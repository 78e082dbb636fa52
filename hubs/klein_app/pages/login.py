"""Logging in by OpenID Connect: the way out to the account system, and the way back."""

from __future__ import annotations

from urllib.parse import urlencode

import attrs
from klein import Klein
from twisted.logger import Logger
from twisted.web.iweb import IRequest

from hubs.klein_app.login.errors import (
    DeniedError,
    LoginError,
    OldLoginError,
    UntrustedError,
)
from hubs.klein_app.login.flow import Flow, Flows
from hubs.klein_app.login.newcomers import Newcomers
from hubs.klein_app.login.provider import Identity, Provider
from hubs.klein_app.login.way import LOGIN
from hubs.klein_app.paths import next_path
from hubs.klein_app.portal import Portal
from hubs.klein_app.sessions import Sessions, session_of, viewer_of

#: Where browsers come back to.
CALLBACK = f"{LOGIN}callback/"


@attrs.frozen(eq=False)
class LoginPages:
    """Logs people in.

    Attributes:
        portal: What all pages share.
        sessions: Where who has logged in is kept.
        flows: Where log-ins that have begun are kept.
        provider: The account system.
        newcomers: Makes the hubs of those who come for the first time.
        redirect_uri: The whole address of `CALLBACK`.
    """

    app = Klein()
    portal: Portal
    sessions: Sessions
    flows: Flows
    provider: Provider
    newcomers: Newcomers
    redirect_uri: str

    _log = Logger()

    @app.route(LOGIN, methods=["GET"])
    async def begin(self, request: IRequest) -> str:
        """Send the browser to the account system."""
        path = next_path(request)
        if viewer_of(request).logged_in:
            return self.portal.go_to(request, path)
        try:
            return self.portal.go_to(request, await self._way_out(request, path))
        except LoginError as error:
            return self._failed(request, error, path)

    @app.route(CALLBACK, methods=["GET"])
    async def come_back(self, request: IRequest) -> str:
        """Log in whoever comes back from the account system."""
        waiting = self.flows.take(session_of(request), _said(request, "state"))
        flow = await self.portal.read(waiting)
        path = flow.next if flow else "/"
        if viewer_of(request).logged_in:
            return self.portal.go_to(request, path)
        try:
            identity = await self._identify(request, flow)
        except LoginError as error:
            return self._failed(request, error, path)
        viewer = await self.newcomers.welcome(self.portal, identity)
        await self.portal.read(self.sessions.begin(request, viewer))
        return self.portal.go_to(request, path)

    async def _identify(self, request: IRequest, flow: Flow | None) -> Identity:
        if flow is None:
            raise OldLoginError("no log-in of that browser waits")
        # RFC 9207: another account system might have sent them.
        if _said(request, "iss") not in {"", await self.provider.issuer()}:
            raise UntrustedError(f"they came back from {_said(request, 'iss')!r}")
        if _said(request, "error"):
            raise DeniedError(f"the account system says {_said(request, 'error')!r}")
        return await self.provider.identify(flow, _said(request, "code"), self.redirect_uri)

    async def _way_out(self, request: IRequest, path: str) -> str:
        session = session_of(request)
        if session is None:
            session = await self.portal.read(self.sessions.begin(request))
        flow = await self.portal.read(self.flows.begin(session, path))
        return await self.provider.login_url(flow, self.redirect_uri)

    def _failed(self, request: IRequest, error: LoginError, path: str) -> str:
        self._log.warn("Somebody was not logged in: {error}", error=error)
        again = f"{LOGIN}?{urlencode({'next': path})}"
        values = {"message": error.message, "again": again}
        return self.portal.page(request, "message.html", values, error.message.status)


def _said(request: IRequest, name: str) -> str:
    fields: dict[bytes, list[bytes]] = request.args or {}
    return fields.get(name.encode(), [b""])[0].decode("utf-8", "replace")
