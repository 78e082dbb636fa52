"""What people do to follow a hub, to join a team and to leave it."""

from __future__ import annotations

from urllib.parse import quote

import attrs
from klein import Klein
from twisted.web.iweb import IRequest
from wtforms import TextAreaField
from wtforms.validators import Length

from hubs.klein_app.forms import PageForm, read_form
from hubs.klein_app.portal import HUB, Portal
from hubs.klein_app.role_changes import RoleChanges
from hubs.model.permissions import Action
from hubs.model.person import Role, highest
from hubs.model.viewer import HubView
from hubs.model.words import gettext_noop
from hubs.widgets.markdown import to_html

#: What a team says to those who want to join is this setting of its hub, in Markdown.
REQUIREMENTS = "requirements"
_LONGEST_WORDS = 500


class JoinForm(PageForm):
    """What somebody says who wants to join."""

    words = TextAreaField(
        gettext_noop("A sentence about you, if you like"), [Length(max=_LONGEST_WORDS)]
    )


@attrs.frozen
class JoiningPages:
    """Lets people follow, join and leave.

    Attributes:
        portal: What all pages share.
        roles: Changes roles.
        groups_url: Where the pages of account groups are, without a slash at the end.
    """

    app = Klein()
    portal: Portal
    roles: RoleChanges
    groups_url: str

    @app.route(f"{HUB}/<any(star, subscribe):what>/", methods=["POST"])
    async def follow(self, request: IRequest, kind: str, name: str, what: str) -> str:
        """Star a hub or subscribe to it."""
        view = await self.portal.hub(request, kind, name, Action.FOLLOW)
        await self.portal.read(self.roles.store.follow(view.hub.id, view.viewer, _ROLES[what]))
        return self.portal.go_to(request, view.hub.path)

    @app.route(f"{HUB}/<any(unstar, unsubscribe):what>/", methods=["POST"])
    async def unfollow(self, request: IRequest, kind: str, name: str, what: str) -> str:
        """Undo that."""
        view = await self.portal.hub(request, kind, name, Action.FOLLOW)
        await self.portal.read(self.roles.store.unfollow(view.hub.id, view.viewer, _ROLES[what]))
        return self.portal.go_to(request, view.hub.path)

    @app.route("/t/<name>/join/", methods=["GET"])
    async def join(self, request: IRequest, name: str) -> str:
        """Say what it takes to join a team, or what one is to it already."""
        view = await self.portal.hub(request, "t", name, Action.ASK_TO_JOIN)
        form = read_form(JoinForm, request, self.portal.language(request))
        return self._page(request, view, form)

    @app.route("/t/<name>/join/", methods=["POST"], endpoint="ask")
    async def ask(self, request: IRequest, name: str) -> str:
        """Ask a team to become a member."""
        view = await self.portal.hub(request, "t", name, Action.ASK_TO_JOIN)
        form = read_form(JoinForm, request, self.portal.language(request))
        if not form.validate():
            return self._page(request, view, form)
        words = " ".join((form.words.data or "").split())
        asking = self.roles.store.ask(view.hub.id, view.viewer, words)
        return await self.roles.make(request, view.hub, asking, view.hub.path)

    @app.route("/t/<name>/withdraw/", methods=["POST"])
    async def withdraw(self, request: IRequest, name: str) -> str:
        """Ask no longer."""
        view = await self.portal.hub(request, "t", name, Action.ASK_TO_JOIN)
        asking = self.roles.store.decline(view.hub.id, view.viewer, view.viewer.username)
        return await self.roles.make(request, view.hub, asking, view.hub.path)

    @app.route("/t/<name>/leave/", methods=["POST"])
    async def leave(self, request: IRequest, name: str) -> str:
        """Leave a team."""
        view = await self.portal.hub(request, "t", name, Action.ASK_TO_JOIN)
        viewer = view.viewer
        leaving = self.roles.store.seat(view.hub.id, viewer, viewer.username, None)
        # Who has left a private team may not see its page any more.
        after = "/teams/" if not HubView(view.hub, viewer).may(Action.SEE_LISTED) else view.hub.path
        return await self.roles.make(request, view.hub, leaving, after)

    def _page(self, request: IRequest, view: HubView, form: JoinForm) -> str:
        values = {
            "view": view,
            "hub": view.hub,
            "form": form,
            "role": highest(view.roles),
            "requirements": to_html(str(view.hub.config.get(REQUIREMENTS, ""))),
            "group_link": f"{self.groups_url}/{quote(view.standing.group)}/",
        }
        return self.portal.page(request, "join.html", values)


_ROLES = {
    "star": Role.STARGAZER,
    "unstar": Role.STARGAZER,
    "subscribe": Role.SUBSCRIBER,
    "unsubscribe": Role.SUBSCRIBER,
}
