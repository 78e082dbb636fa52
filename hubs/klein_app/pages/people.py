"""Who is in a team, who asks to be, and what was changed by whom."""

from __future__ import annotations

import enum

import attrs
from klein import Klein
from twisted.web.iweb import IRequest

from hubs.database.changes import audit_trail
from hubs.klein_app.forms import field_of
from hubs.klein_app.portal import HUB, Portal
from hubs.klein_app.role_changes import RoleChange, RoleChanges
from hubs.klein_app.setting_words import LABELS, say_setting
from hubs.model.hub import HubType, hub_path
from hubs.model.permissions import Action
from hubs.model.person import Role
from hubs.model.viewer import HubView

#: Lines of the audit trail on one page.
LINES = 50
#: No line has a number of more digits.
_MOST_DIGITS = 18


class Tab(enum.Enum):
    """A part of the people of a team."""

    PENDING = "pending"
    MEMBERS = "members"
    OWNERS = "owners"


@attrs.frozen
class PeoplePages:
    """Shows who is in a team, and lets its owners decide that.

    Attributes:
        portal: What all pages share.
        roles: Changes roles.
    """

    app = Klein()
    portal: Portal
    roles: RoleChanges

    @app.route("/t/<name>/people/", methods=["GET"])
    async def people(self, request: IRequest, name: str) -> str:
        """Show the people of a team; to its owners also those who ask to join."""
        portal = self.portal
        view = await portal.hub(request, "t", name, Action.SEE_CONTENT)
        decides = view.may(Action.CONFIGURE)
        seated = await portal.read(self.roles.store.seated(view.hub.id))
        requests = await portal.read(self.roles.store.requests(view.hub.id)) if decides else []
        names = {one.username for one in seated} | {one.username for one in requests}
        known = await portal.read(portal.stores.hubs.known_people(names))
        members = [one for one in seated if not one.is_owner]
        owners = [one for one in seated if one.is_owner]
        counts = {Tab.PENDING: len(requests)} if decides else {}
        counts |= {Tab.MEMBERS: len(members), Tab.OWNERS: len(owners)}
        values = {
            "view": view,
            "hub": view.hub,
            "decides": decides,
            "tab": _tab(request, counts),
            "tabs": counts,
            "requests": requests,
            "members": members,
            "owners": owners,
            "paths": {one: hub_path(HubType.USER, one) for one in known},
        }
        return portal.page(request, "people.html", values)

    @app.route(
        "/t/<name>/people/<any(approve, decline, member, owner, remove):what>/", methods=["POST"]
    )
    async def decide(self, request: IRequest, name: str, what: str) -> str:
        """Let somebody in or not, or change what they are."""
        view = await self.portal.hub(request, "t", name, Action.CONFIGURE)
        change = self._decision(view, what, field_of(request, "username").strip())
        path = f"{view.hub.path}people/?tab={_NEXT[what].value}"
        return await self.roles.make(request, view.hub, change, path)

    @app.route(f"{HUB}/history/", methods=["GET"])
    async def history(self, request: IRequest, kind: str, name: str) -> str:
        """Show owners what was changed, and by whom."""
        view = await self.portal.hub(request, kind, name, Action.CONFIGURE)
        before = _asked(request, "before")
        number = int(before) if before.isdecimal() and len(before) <= _MOST_DIGITS else None
        pool = self.portal.stores.hubs.pool
        lines = await self.portal.read(audit_trail(pool, view.hub.id, number, LINES + 1))
        older = lines[LINES - 1].id if len(lines) > LINES else None
        language = self.portal.language(request)
        values = {
            "view": view,
            "hub": view.hub,
            "lines": lines[:LINES],
            "older": older,
            "labels": LABELS,
            "say": lambda key, value: say_setting(key, value, language),
        }
        return self.portal.page(request, "history.html", values)

    def _decision(self, view: HubView, what: str, username: str) -> RoleChange:
        store, hub_id, actor = self.roles.store, view.hub.id, view.viewer
        if what == "approve":
            return store.approve(hub_id, actor, username)
        if what == "decline":
            return store.decline(hub_id, actor, username)
        role = {"member": Role.MEMBER, "owner": Role.OWNER}.get(what)
        return store.seat(hub_id, actor, username, role)


_NEXT = {
    "approve": Tab.PENDING,
    "decline": Tab.PENDING,
    "member": Tab.MEMBERS,
    "owner": Tab.OWNERS,
    "remove": Tab.MEMBERS,
}


def _asked(request: IRequest, name: str) -> str:
    given: dict[bytes, list[bytes]] = request.args or {}
    return given.get(name.encode(), [b""])[0].decode("ascii", "replace")


def _tab(request: IRequest, counts: dict[Tab, int]) -> Tab:
    """Choose the part that is asked for; else who waits for an answer, or the members."""
    wanted = {tab.value: tab for tab in counts}.get(_asked(request, "tab"))
    if wanted is not None:
        return wanted
    return next(tab for tab in (*counts, Tab.OWNERS) if counts[tab] or tab is Tab.OWNERS)
