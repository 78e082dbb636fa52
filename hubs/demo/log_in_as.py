"""The demo's way to log in: one chooses who to be. It exists in the demo alone."""

from __future__ import annotations

from importlib.resources import files

import attrs
from klein import Klein
from twisted.web.iweb import IRequest
from werkzeug.exceptions import NotFound

from hubs.database.people_store import PeopleStore
from hubs.demo.cast import PEOPLE
from hubs.klein_app.login.way import LOGIN, WayIn
from hubs.klein_app.paths import next_path
from hubs.klein_app.portal import Portal
from hubs.klein_app.sessions import Sessions, session_of
from hubs.widgets.defaults import person_widgets

_TEMPLATE = "log_in_as.html"
_PEOPLE = {person.username: person for person in PEOPLE}


@attrs.frozen(eq=False)
class LogInAs:
    """Lets whoever looks at the demo be one of its people.

    Attributes:
        portal: What all pages share.
        sessions: Where who has logged in is kept.
        people: Where people are.
    """

    app = Klein()
    portal: Portal
    sessions: Sessions
    people: PeopleStore

    @app.route(LOGIN, methods=["GET"])
    async def choose(self, request: IRequest) -> str:
        """Show everybody there is."""
        if session_of(request) is None:
            await self.portal.read(self.sessions.begin(request))
        values = {"people": PEOPLE, "next": next_path(request)}
        return self.portal.page(request, _TEMPLATE, values)

    @app.route(LOGIN, methods=["POST"], endpoint="chosen")
    async def log_in(self, request: IRequest) -> str:
        """Log in as one of them."""
        fields: dict[bytes, list[bytes]] = request.args or {}
        person = _PEOPLE.get(fields.get(b"username", [b""])[0].decode("utf-8", "replace"))
        if person is None:
            raise NotFound
        viewer = await self.portal.read(
            self.people.welcome(person.username, person.full_name, person_widgets())
        )
        await self.portal.read(self.sessions.begin(request, viewer))
        return self.portal.go_to(request, next_path(request))


def log_in_as(people: PeopleStore) -> WayIn:
    """Make the demo's way to log in.

    Args:
        people: Where people are.

    Returns:
        It.
    """
    text = (files("hubs.demo") / _TEMPLATE).read_text(encoding="utf-8")
    return WayIn(
        lambda portal, sessions: LogInAs(portal, sessions, people), templates={_TEMPLATE: text}
    )
