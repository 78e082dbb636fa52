"""What pages share that change who is in a hub: they change it, or say why not."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.web.iweb import IRequest

from hubs.database import interests
from hubs.database.role_store import RoleError, RoleStore, Why
from hubs.klein_app.attempt import attempt
from hubs.klein_app.portal import Portal
from hubs.klein_app.refusals import REFUSALS
from hubs.model.hub import Hub
from hubs.model.reload import AccessChange, Reload
from hubs.widgets.arrange import AskRefresh, TellBrowsers

#: A change, as `RoleStore` has them.
RoleChange = Coroutine[Deferred[Any], Any, int]


@attrs.frozen
class RoleChanges:
    """Changes roles for pages.

    Attributes:
        portal: What all pages share.
        ask_refresh: Has what widgets show of a changed team found anew.
        tell_browsers: Has the head of the hub, which says who is what, fetched anew.
    """

    portal: Portal
    ask_refresh: AskRefresh
    tell_browsers: TellBrowsers

    @property
    def store(self) -> RoleStore:
        """Where roles are."""
        return RoleStore(self.portal.stores.hubs.pool)

    async def make(self, request: IRequest, hub: Hub, change: RoleChange, path: str) -> str:
        """Make a change, and go on to a page.

        Args:
            request: The request.
            hub: The hub.
            change: The change.
            path: The path of the page.

        Returns:
            The body of the answer: that of a page that says why, if the change was refused.

        Raises:
            ServiceUnavailable: See `Portal.read`.
        """
        portal, why = self.portal, await self.apply(hub, change)
        if why is not None:
            message = REFUSALS[why]
            values = {"message": message, "back": path}
            return portal.page(request, "message.html", values, message.status)
        return portal.go_to(request, path)

    async def apply(self, hub: Hub, change: RoleChange) -> Why | None:
        """Make a change.

        Args:
            hub: The hub.
            change: The change.

        Returns:
            Why it was refused; None if it was made, or there was nothing to change.

        Raises:
            ServiceUnavailable: See `Portal.read`.
        """
        portal = self.portal
        outcome = await portal.read(attempt(change, RoleError))
        if isinstance(outcome, RoleError):
            return outcome.why
        if outcome:
            await portal.read(portal.tell_of_access(AccessChange(hub.id, outcome)))
            await portal.read(self._refresh(hub))
        return None

    async def _refresh(self, hub: Hub) -> None:
        await self.tell_browsers(Reload.head(hub.id))
        # Of a private hub no message does it.
        pool = self.portal.stores.hubs.pool
        for concern in await interests.concerned(pool, [f"team:{hub.name}"]):
            if concern.hub.id == hub.id and concern.widget and concern.function:
                await self.ask_refresh(concern.widget, concern.function)
