"""Which host is trusted with what, whatever service is there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_twisted

from hubs.config import Services, Sources
from hubs.sources.errors import AddressError
from hubs.sources.place import Place, Service
from hubs.sources.services import tracker
from hubs.sources.session import Session
from hubs.sources.tickets import TicketQuery
from tests.sources import bugzilla, forgejo, github, gitlab, pagure
from tests.sources.asking import failing
from tests.sources.conftest import Reactor
from tests.sources.outside import Outside, says

#: By service, a path and what it says of no tickets.
NONE = {
    Service.GITHUB: (f"{github.HOME}/issues", []),
    Service.GITLAB: (f"{gitlab.HOME}/issues", []),
    Service.FORGEJO: (f"{forgejo.HOME}/issues", []),
    Service.PAGURE: (f"{pagure.HOME}/issues", pagure.page("issues")),
    Service.BUGZILLA: ("/rest/bug", bugzilla.bugs()),
}


def place(service: Service, url: str) -> Place:
    """Give a place at a service of that address; that of GitHub is in the settings alone."""
    places = {
        Service.GITHUB: github.PLACE,
        Service.GITLAB: gitlab.place(url),
        Service.FORGEJO: forgejo.place(url),
        Service.PAGURE: pagure.place(url),
        Service.BUGZILLA: bugzilla.place(url),
    }
    return places[service]


@pytest_twisted.async_yield_fixture
async def session(outside: Outside, timed: Reactor) -> AsyncIterator[Session]:
    """Give a session that has a secret for the outside service, and trusts all services there."""
    url = outside.url()
    services = Services(
        github=f"{url}/gh", gitlab=(url,), forgejo=(url,), pagure=(url,), bugzilla=(url,)
    )
    tokens = {outside.host: "secret"}
    session = Session(Sources(tokens=tokens), services, timed)  # type: ignore[arg-type]
    yield session
    await session.close()


@pytest.mark.parametrize("service", Service)
async def test_a_service_of_the_settings_gets_its_token(
    service: Service, session: Session, outside: Outside
) -> None:
    path, none = NONE[service]
    outside.paths[path] = says(none)
    found = await tracker(session, place(service, outside.url())).tickets(TicketQuery())
    assert found.items == ()
    assert outside.seen[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize("service", [one for one in Service if one is not Service.GITHUB])
async def test_another_one_is_asked_as_a_stranger_would_and_not_in_a_private_network(
    service: Service, session: Session, outside: Outside
) -> None:
    session.services = Services()
    error = await failing(tracker(session, place(service, outside.url())).tickets(TicketQuery()))
    assert isinstance(error, AddressError)
    assert str(error) == "127.0.0.1 is in a private network, so it is not asked"
    assert outside.seen == []
