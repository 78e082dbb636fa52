"""The way into the API: by a personal token, or by the session of a browser."""

from __future__ import annotations

from http import HTTPStatus

import attrs
from klein.interfaces import ISession, SessionMechanism
from twisted.web.iweb import IRequest
from werkzeug.exceptions import Unauthorized

from hubs.database.token_store import TokenStore
from hubs.klein_app.api.problem import ProblemError
from hubs.klein_app.gate import SAFE, ForgedError, Gate
from hubs.klein_app.portal import Portal
from hubs.klein_app.sessions import Session


@attrs.frozen
class ApiGate:
    """Finds out who calls, and stops those who may not change anything.

    Attributes:
        portal: What all pages share.
        gate: The way into the pages.
    """

    portal: Portal
    gate: Gate

    async def admit(self, request: IRequest) -> None:
        """Let a call in.

        Args:
            request: The call; from here on `hubs.klein_app.sessions.viewer_of` says who it is from.

        Raises:
            ProblemError: Its token is not valid or does not suffice, or another site made a browser
                send it.
            Unauthorized: It would change something, and is from nobody in particular.
            ServiceUnavailable: Nobody can say who calls.
        """
        given = request.getHeader("Authorization")
        if given is not None:
            await self._admit_token(request, given)
            return
        session = await self.gate.recognize(request)
        if request.method in SAFE:
            return
        if session is None or not session.viewer.logged_in:
            raise Unauthorized
        try:
            self.gate.check(request, session)
        except ForgedError:
            raise ProblemError(
                HTTPStatus.FORBIDDEN,
                "A change by the session of a browser needs the header X-CSRF-Token, with what the "
                "pages of that session have, and comes from no other site. Programs use tokens.",
            ) from None

    async def _admit_token(self, request: IRequest, given: str) -> None:
        scheme, _, secret = given.partition(" ")
        now = self.portal.clock.seconds()
        store = TokenStore(self.portal.stores.hubs.pool)
        found = None
        if scheme.lower() == "bearer":
            found = await self.portal.read(store.find(secret.strip(), now))
        if found is None:
            raise ProblemError(
                HTTPStatus.UNAUTHORIZED,
                "Expected Authorization: Bearer TOKEN with a token that is valid: one made at "
                "/settings/tokens/ that has neither ended nor been revoked.",
                headers={"WWW-Authenticate": 'Bearer realm="Fedora Hubs", error="invalid_token"'},
            )
        viewer, token = found
        if request.method not in SAFE and not token.may_write:
            raise ProblemError(
                HTTPStatus.FORBIDDEN, "This token is for reading. It takes one that may change."
            )
        # There is nothing a session of its own could do: it has no name, and no form carries it.
        session = Session("", bool(request.isSecure()), SessionMechanism.Header, viewer, "")
        request.setComponent(ISession, session)  # type: ignore[attr-defined]
