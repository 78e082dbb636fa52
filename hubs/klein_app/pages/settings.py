"""The settings of a hub, for its owners."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import attrs
from klein import Klein
from twisted.web.iweb import IRequest
from werkzeug.exceptions import BadRequest

from hubs.database.settings_store import Changed, Clash, ClashError
from hubs.klein_app.attempt import attempt
from hubs.klein_app.forms import read_form
from hubs.klein_app.portal import HUB, Portal
from hubs.klein_app.setting_words import LABELS, say_setting
from hubs.klein_app.settings_forms import (
    ArchiveForm,
    GeneralForm,
    LookForm,
    SettingsForm,
    SourcesForm,
    VisibilityForm,
)
from hubs.model.hub import HubType
from hubs.model.permissions import Action
from hubs.model.settings import SettingsError, check, settings_of
from hubs.model.viewer import HubView
from hubs.widgets.hub_settings import HubSettings

#: No version has more digits.
_MOST_DIGITS = 9


class Part(enum.Enum):
    """A part of the settings, which has a page of its own."""

    GENERAL = "general"
    LOOK = "look"
    VISIBILITY = "visibility"
    SOURCES = "sources"
    ARCHIVE = "archive"


_FORMS: Mapping[Part, type[SettingsForm]] = {
    Part.GENERAL: GeneralForm,
    Part.LOOK: LookForm,
    Part.VISIBILITY: VisibilityForm,
    Part.SOURCES: SourcesForm,
    Part.ARCHIVE: ArchiveForm,
}
_OF_ALL = "<any(general, look, visibility):part>"
_OF_TEAMS = "<any(sources, archive):part>"


@attrs.frozen
class SettingsPages:
    """Lets owners change what a hub is.

    Attributes:
        portal: What all pages share.
        settings: Changes settings.
    """

    app = Klein()
    portal: Portal
    settings: HubSettings

    @app.route(f"{HUB}/settings/", methods=["GET"])
    async def start(self, request: IRequest, kind: str, name: str) -> str:
        """Lead to the first part."""
        view = await self.portal.hub(request, kind, name, Action.CONFIGURE)
        return self.portal.go_to(request, _path(view, Part.GENERAL))

    @app.route(f"{HUB}/settings/{_OF_ALL}/", methods=["GET"])
    async def show(self, request: IRequest, kind: str, name: str, part: str) -> str:
        """Show what is set."""
        view = await self.portal.hub(request, kind, name, Action.CONFIGURE)
        form = self._form(request, view, Part(part))
        form.show(settings_of(view.hub), view.hub.version)
        return self._page(request, view, Part(part), form)

    @app.route(f"{HUB}/settings/{_OF_ALL}/", methods=["POST"], endpoint="change")
    async def change(self, request: IRequest, kind: str, name: str, part: str) -> str:
        """Set it."""
        view = await self.portal.hub(request, kind, name, Action.CONFIGURE)
        return await self._change(request, view, Part(part))

    @app.route(f"/t/<name>/settings/{_OF_TEAMS}/", methods=["GET"])
    async def show_team(self, request: IRequest, name: str, part: str) -> str:
        """Show what is set of a team."""
        return await self.show(request, "t", name, part)

    @app.route(f"/t/<name>/settings/{_OF_TEAMS}/", methods=["POST"], endpoint="change_team")
    async def change_team(self, request: IRequest, name: str, part: str) -> str:
        """Set it."""
        return await self.change(request, "t", name, part)

    @app.route(f"{HUB}/settings/<any(general, sources):part>/check/", methods=["POST"])
    async def check(self, request: IRequest, kind: str, name: str, part: str) -> str:
        """Say what is wrong with what somebody is typing, and change nothing."""
        view = await self.portal.hub(request, kind, name, Action.CONFIGURE)
        form = self._form(request, view, Part(part))
        try:
            check(view.hub.type, form.wanted())
        except SettingsError as error:
            form.tell(error)
        request.setHeader("Cache-Control", "no-store")
        return self.portal.page(request, "hub_settings_check.html", {"form": form})

    async def _change(self, request: IRequest, view: HubView, part: Part) -> str:
        form = self._form(request, view, part)
        changing = self.settings.change(
            view.hub.id, view.viewer.username, form.wanted(), _version(form)
        )
        outcome = await self.portal.read(attempt(attempt(changing, SettingsError), ClashError))
        if isinstance(outcome, Changed):
            done = "saved" if outcome.keys else "same"
            return self.portal.go_to(request, f"{_path(view, part)}?{done}=1")
        if isinstance(outcome, SettingsError):
            form.tell(outcome)
            return self._page(request, view, part, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        # What was typed stays, beside what others have changed meanwhile; sent again, it replaces
        # what the page says is there.
        form.show({**settings_of(outcome.hub), **outcome.mine}, outcome.hub.version)
        clashes = [self._told(request, clash) for clash in outcome.clashes]
        view = attrs.evolve(view, hub=outcome.hub)
        return self._page(request, view, part, form, clashes, status=HTTPStatus.CONFLICT)

    def _told(self, request: IRequest, clash: Clash) -> dict[str, Any]:
        language = self.portal.language(request)
        values = {"before": clash.before, "theirs": clash.theirs, "mine": clash.mine}
        said = {name: say_setting(clash.key, value, language) for name, value in values.items()}
        known = clash.time is not None
        return {
            "label": LABELS[clash.key],
            "actor": clash.actor,
            "time": clash.time,
            **said,
            "before": said["before"] if known else None,
        }

    def _form(self, request: IRequest, view: HubView, part: Part) -> SettingsForm:
        form = read_form(_FORMS[part], request, self.portal.language(request))
        form.offer(view.hub.type, settings_of(view.hub))
        return form

    def _page(
        self,
        request: IRequest,
        view: HubView,
        part: Part,
        form: SettingsForm,
        clashes: list[dict[str, Any]] | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> str:
        parts = [one for one in Part if one not in _TEAMS or view.hub.type is HubType.TEAM]
        values = {
            "view": view,
            "hub": view.hub,
            "part": part,
            "parts": parts,
            "form": form,
            "clashes": clashes or [],
            "done": next((one for one in ("saved", "same") if _asked(request, one)), ""),
        }
        return self.portal.page(request, "hub_settings.html", values, status)


_TEAMS = {Part.SOURCES, Part.ARCHIVE}


def _version(form: SettingsForm) -> int:
    version = form.version.data or ""
    if not version.isdecimal() or len(version) > _MOST_DIGITS:
        raise BadRequest
    return int(version)


def _path(view: HubView, part: Part) -> str:
    return f"{view.hub.path}settings/{part.value}/"


def _asked(request: IRequest, name: str) -> bool:
    given: dict[bytes, list[bytes]] = request.args or {}
    return name.encode() in given
