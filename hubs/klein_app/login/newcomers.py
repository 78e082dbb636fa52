"""Gives people who log in for the first time a hub with what they have."""

from __future__ import annotations

import attrs
from twisted.internet import defer
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from hubs.accounts.interfaces import AccountsError, IAccounts
from hubs.database.people_store import PeopleStore
from hubs.klein_app.login.provider import Identity
from hubs.klein_app.portal import Portal
from hubs.model.hub import HubType
from hubs.model.viewer import Viewer
from hubs.widgets.defaults import Belongings, person_widgets

#: How long somebody waits, once, for what their account says, seconds.
PATIENCE = 5.0


@attrs.frozen
class Newcomers:
    """Finds those who log in, and makes the hubs of those who come for the first time.

    Attributes:
        people: Where people are.
        accounts: Says what they have; asked of who has no hub, and of nobody else.
    """

    people: PeopleStore
    accounts: IAccounts

    _log = Logger()

    async def welcome(self, portal: Portal, identity: Identity) -> Viewer:
        """Find who has just logged in; the first time, make them and their hub.

        Args:
            portal: What all pages share.
            identity: Who they are.

        Returns:
            The person.

        Raises:
            ServiceUnavailable: A store cannot be reached.
        """
        username = identity.username
        hub = await portal.read(portal.stores.hubs.hub_named(HubType.USER, username))
        has = await self._has(username, portal.clock) if hub is None else Belongings()
        welcoming = self.people.welcome(username, identity.full_name, person_widgets(has=has))
        return await portal.read(welcoming)

    async def _has(self, username: str, clock: IReactorTime) -> Belongings:
        """Ask what somebody has; where that is not to be had, they have a hub all the same."""
        asking = Deferred.fromCoroutine(self._ask(username))
        try:
            return await asking.addTimeout(PATIENCE, clock)
        except (AccountsError, defer.TimeoutError) as error:
            self._log.warn(
                "{username} gets the hub of who has nothing: {error}",
                username=username,
                error=error,
            )
            return Belongings()

    async def _ask(self, username: str) -> Belongings:
        profile = await self.accounts.profile(username)
        if profile is None:
            # Who keeps to themselves has nothing that everybody may know.
            return Belongings()
        return Belongings(profile, await self.accounts.groups_of(username))
