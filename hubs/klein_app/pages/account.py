"""What one does with one's own account, whatever the way one has logged in by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
from klein import Klein
from twisted.logger import Logger
from twisted.web.iweb import IRequest

from hubs.klein_app.login.errors import LoginError
from hubs.klein_app.portal import Portal
from hubs.klein_app.sessions import Sessions, viewer_of
from hubs.model.reload import AccessChange


@attrs.frozen(eq=False)
class AccountPages:
    """Logs people out.

    Attributes:
        portal: What all pages share.
        sessions: Where who is logged in is kept.
        after_logout: Says where browsers go then: a path, or an address of the account system.
    """

    app = Klein()
    portal: Portal
    sessions: Sessions
    after_logout: Callable[[], Awaitable[str]]

    _log = Logger()

    @app.route("/settings/", methods=["GET"])
    async def settings(self, request: IRequest) -> str:
        """Say who is logged in, and what they can do about it."""
        viewer = self.portal.person(request)
        count = await self.portal.read(self.sessions.count(viewer.person_id))
        return self.portal.page(request, "settings.html", {"count": count})

    @app.route("/logout/", methods=["POST"])
    async def log_out(self, request: IRequest) -> str:
        """Log out of this browser."""
        viewer = viewer_of(request)
        await self.portal.read(self.sessions.end(request))
        return await self._left(request, viewer.person_id)

    @app.route("/logout/everywhere/", methods=["POST"])
    async def log_out_everywhere(self, request: IRequest) -> str:
        """Log out of all browsers."""
        viewer = viewer_of(request)
        await self.portal.read(self.sessions.end_all(request))
        return await self._left(request, viewer.person_id)

    async def _left(self, request: IRequest, person_id: int) -> str:
        if person_id:
            await self.portal.read(self.portal.tell_of_access(AccessChange(person_id=person_id)))
        try:
            where = await self.after_logout()
        except LoginError as error:
            self._log.warn("Who logs out stays logged in elsewhere: {error}", error=error)
            where = "/"
        return self.portal.go_to(request, where)
