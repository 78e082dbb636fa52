"""The settings of a hub, for its owners."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import attrs
from pydantic import Field, JsonValue, RootModel
from twisted.web.iweb import IRequest

from hubs.database.settings_store import ClashError
from hubs.klein_app.api.answers import seen_version
from hubs.klein_app.api.operation import Operations
from hubs.klein_app.api.problem import ProblemError
from hubs.klein_app.api.sent import unusable, wrong
from hubs.klein_app.api.values import Value
from hubs.klein_app.attempt import attempt
from hubs.klein_app.portal import HUB, Portal
from hubs.model.hub import Hub
from hubs.model.permissions import Action
from hubs.model.settings import SettingsError, settings_of
from hubs.model.viewer import HubView
from hubs.widgets.hub_settings import HubSettings


class SettingsValue(Value):
    """All that can be set of a hub."""

    version: int = Field(description="Rises with each change, whoever makes it.")
    settings: dict[str, Any] = Field(description="Texts, and lists where there are several.")

    @classmethod
    def of(cls, hub: Hub) -> SettingsValue:
        """Tell of the settings of a hub."""
        return cls(version=hub.version, settings=settings_of(hub))


class SomeSettings(RootModel[dict[str, JsonValue]]):
    """Any of the settings, by name."""


@attrs.frozen
class SettingsResource:
    """Reads and changes settings.

    Attributes:
        portal: What all pages share.
        hub_settings: Changes them.
    """

    operations = Operations("Settings")
    app = operations.app
    portal: Portal
    hub_settings: HubSettings

    @operations.get(f"{HUB}/settings/", Action.CONFIGURE)
    async def settings(self, view: HubView) -> SettingsValue:
        """Give all that can be set of a hub."""
        return SettingsValue.of(view.hub)

    @operations.change("PATCH", f"{HUB}/settings/", Action.CONFIGURE, versioned=True)
    async def change(self, request: IRequest, view: HubView, body: SomeSettings) -> SettingsValue:
        """Change some settings, all that are sent or none; what others changed beside stays."""
        changing = self._changed(view, body.root, seen_version(request))
        outcome = await self.portal.read(attempt(changing, ProblemError))
        if isinstance(outcome, ProblemError):
            raise outcome
        return SettingsValue.of(outcome)

    async def _changed(
        self, view: HubView, wanted: dict[str, JsonValue], version: int | None
    ) -> Hub:
        try:
            changed = await self.hub_settings.change(
                view.hub.id, view.viewer.username, wanted, version
            )
        except SettingsError as error:
            raise unusable(
                [
                    wrong(f"body.{name}", wanted.get(name), str(problem))
                    for name, problem in error.problems.items()
                ]
            ) from None
        except ClashError as error:
            raise ProblemError(
                HTTPStatus.PRECONDITION_FAILED,
                f"{error}. Read them again, and then change that.".capitalize(),
            ) from None
        return changed.after
