"""Who is with a hub: following, asking to join, leaving; and what its owners decide."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Literal

import attrs
from pydantic import Field

from hubs.database.role_store import Why
from hubs.klein_app.api.operation import Operations
from hubs.klein_app.api.problem import TYPES, ProblemError
from hubs.klein_app.api.sent import Body, Line
from hubs.klein_app.api.values import Moment, Value
from hubs.klein_app.portal import HUB, Portal
from hubs.klein_app.refusals import REFUSALS
from hubs.klein_app.role_changes import RoleChange, RoleChanges
from hubs.model.permissions import Action
from hubs.model.person import Role
from hubs.model.viewer import HubView

_FOLLOWING = f"{HUB}/<any(star, subscription):what>/"
_ROLES = {"star": Role.STARGAZER, "subscription": Role.SUBSCRIBER}


class Person(Value):
    """Somebody who is a member or an owner."""

    username: str
    full_name: str = Field(description="Their name as people say it; may be empty.")
    is_owner: bool
    from_group: bool = Field(description="Whether that is because of an account group.")
    since: Moment


class People(Value):
    """Who is in a team, by name."""

    people: tuple[Person, ...]


class JoinRequest(Value):
    """Somebody asks to become a member."""

    username: str
    full_name: str = Field(description="Their name as people say it; may be empty.")
    words: str = Field(description="What they say to it; may be empty.")
    time: Moment


class JoinRequests(Value):
    """Who asks to join a team, the oldest request first."""

    requests: tuple[JoinRequest, ...]


class Asking(Body):
    """Asks to become a member."""

    words: Annotated[Line, Field(max_length=500, description="What to say to it.")] = ""


class Seat(Body):
    """What somebody is from now on."""

    role: Literal["member", "owner"]


@attrs.frozen
class PeopleResource:
    """Changes who is with a hub.

    Attributes:
        portal: What all pages share.
        roles: Changes roles.
    """

    operations = Operations("People")
    app = operations.app
    portal: Portal
    roles: RoleChanges

    @operations.change("PUT", _FOLLOWING, Action.FOLLOW)
    async def follow(self, view: HubView, what: str) -> None:
        """Star a hub or subscribe to it."""
        await self.portal.read(self.roles.store.follow(view.hub.id, view.viewer, _ROLES[what]))

    @operations.change("DELETE", _FOLLOWING, Action.FOLLOW)
    async def unfollow(self, view: HubView, what: str) -> None:
        """Take the star back, or end the subscription."""
        await self.portal.read(self.roles.store.unfollow(view.hub.id, view.viewer, _ROLES[what]))

    @operations.change("PUT", "/t/<name>/request/", Action.ASK_TO_JOIN, conflicts=True)
    async def ask(self, view: HubView, body: Asking) -> None:
        """Ask a team to become a member; its owners decide."""
        words = " ".join(body.words.split())
        await self._apply(view, self.roles.store.ask(view.hub.id, view.viewer, words))

    @operations.change("DELETE", "/t/<name>/request/", Action.ASK_TO_JOIN)
    async def withdraw(self, view: HubView) -> None:
        """Ask no longer."""
        viewer = view.viewer
        await self._apply(view, self.roles.store.decline(view.hub.id, viewer, viewer.username))

    @operations.change("DELETE", "/t/<name>/membership/", Action.ASK_TO_JOIN, conflicts=True)
    async def leave(self, view: HubView) -> None:
        """Leave a team."""
        viewer = view.viewer
        await self._apply(view, self.roles.store.seat(view.hub.id, viewer, viewer.username, None))

    @operations.get("/t/<name>/people/", Action.SEE_CONTENT)
    async def people(self, view: HubView) -> People:
        """Give the members and owners of a team."""
        seated = await self.portal.read(self.roles.store.seated(view.hub.id))
        return People(people=tuple(Person(**attrs.asdict(one)) for one in seated))

    @operations.change("PUT", "/t/<name>/people/<username>/", Action.CONFIGURE, conflicts=True)
    async def seat(self, view: HubView, username: str, body: Seat) -> None:
        """Make somebody a member or an owner."""
        await self._seat(view, username, Role(body.role))

    @operations.change("DELETE", "/t/<name>/people/<username>/", Action.CONFIGURE, conflicts=True)
    async def remove(self, view: HubView, username: str) -> None:
        """Take somebody out of a team."""
        await self._seat(view, username, None)

    @operations.get("/t/<name>/requests/", Action.CONFIGURE)
    async def requests(self, view: HubView) -> JoinRequests:
        """Give who asks to join a team, to its owners."""
        asked = await self.portal.read(self.roles.store.requests(view.hub.id))
        return JoinRequests(requests=tuple(JoinRequest(**attrs.asdict(one)) for one in asked))

    @operations.change(
        "POST", "/t/<name>/requests/<username>/approval/", Action.CONFIGURE, conflicts=True
    )
    async def approve(self, view: HubView, username: str) -> None:
        """Make who asks for it a member."""
        await self._apply(view, self.roles.store.approve(view.hub.id, view.viewer, username))

    @operations.change("DELETE", "/t/<name>/requests/<username>/", Action.CONFIGURE, conflicts=True)
    async def decline(self, view: HubView, username: str) -> None:
        """Decline the request of somebody."""
        await self._apply(view, self.roles.store.decline(view.hub.id, view.viewer, username))

    async def _seat(self, view: HubView, username: str, role: Role | None) -> None:
        await self._apply(view, self.roles.store.seat(view.hub.id, view.viewer, username, role))

    async def _apply(self, view: HubView, change: RoleChange) -> None:
        why = await self.roles.apply(view.hub, change)
        if why is not None:
            raise _refusal(why)


def _refusal(why: Why) -> ProblemError:
    message = REFUSALS[why]
    return ProblemError(
        HTTPStatus(message.status),
        message.text,
        type_=f"{TYPES}{why.name.lower().replace('_', '-')}",
        title=message.title,
    )
