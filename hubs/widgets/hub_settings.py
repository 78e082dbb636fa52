"""Changes the settings of hubs, and keeps what their widgets show in step."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping

import attrs
from twisted.logger import Logger

from hubs.database.hub_store import HubStore
from hubs.database.settings_store import Changed, SettingsStore
from hubs.model.reload import AccessChange, Reload
from hubs.model.settings import SOURCES
from hubs.widgets.arrange import AskRefresh, TellBrowsers, TellOfAccess, functions_of
from hubs.widgets.registry import Registry


@attrs.frozen
class HubSettings:
    """Changes the settings of hubs for their owners: the one place where that is done.

    Each change is checked, stored with its line of the audit trail, its message and what concerns
    the hub, and told to the browsers that look at it. Nobody is asked here whether they may do it:
    ask `hubs.model.permissions` for ``CONFIGURE`` before.

    Attributes:
        hubs: The SQL store.
        registry: The widgets there are.
        ask_refresh: Puts a refresh into the queue of work.
        tell_browsers: Tells the browsers that look at a hub.
        tell_of_access: Has event streams asked anew, once who may see a hub has changed.
    """

    hubs: HubStore
    registry: Registry
    ask_refresh: AskRefresh
    tell_browsers: TellBrowsers
    tell_of_access: TellOfAccess

    _log = Logger()

    async def change(
        self, hub_id: int, actor: str, wanted: Mapping[str, object], version: int | None
    ) -> Changed:
        """Change some settings of a hub, all that are wanted or none.

        Args:
            hub_id: The hub; it exists.
            actor: The account name of who does it.
            wanted: The settings by name, as `hubs.model.settings.settings_of` has them.
            version: That of the hub when the actor saw it; None to change it however it is.

        Returns:
            What has changed.

        Raises:
            SettingsError: A setting cannot be what is wanted.
            ClashError: Somebody else has changed one of them since that version.
        """
        store = SettingsStore(self.hubs.pool, functions_of(self.registry))
        changed = await store.change(hub_id, actor, wanted, version)
        if "visibility" in changed.keys:
            # First of all: whoever may not see it any more is sent away.
            await self.tell_of_access(AccessChange(hub_id))
        if changed.keys:
            await self._or_later(self.tell_browsers(Reload.head(hub_id)))
        if any(key.startswith(SOURCES) for key in changed.keys):
            await self._refresh(changed)
        return changed

    async def _refresh(self, changed: Changed) -> None:
        functions = functions_of(self.registry)
        for widget in changed.widgets:
            for function in functions(changed.after, widget):
                await self._or_later(self.ask_refresh(widget, function))
        await self._or_later(self.tell_browsers(Reload.everything(changed.after.id)))

    async def _or_later(self, telling: Awaitable[None]) -> None:
        # What was changed is stored. Whoever looks next sees it, and asks for what is missing.
        try:
            await telling
        except Exception as error:
            self._log.warn("Nobody was told of a change of settings: {error}", error=error)
