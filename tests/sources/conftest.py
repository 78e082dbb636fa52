"""Outside services, and sessions that ask them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.interfaces import IHostnameResolver, IReactorPluggableNameResolver
from twisted.internet.task import Clock
from zope.interface import implementer

from hubs.config import Services, Sources
from hubs.sources.session import Session
from tests.sources.outside import Outside

#: Tuesday, 24 November 2026, 12:00 UTC.
NOON = 1795521600.0


@implementer(IReactorPluggableNameResolver)
class Reactor:
    """The real reactor with a clock that a test moves."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.clock.advance(NOON)
        self.callLater = self.clock.callLater
        self.seconds = self.clock.seconds
        self._real = cast("Any", reactor)
        self.nameResolver: IHostnameResolver = self._real.nameResolver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


@pytest.fixture
def timed() -> Reactor:
    """Give a reactor whose time stands still."""
    return Reactor()


@pytest_twisted.async_yield_fixture
async def outside() -> AsyncIterator[Outside]:
    """Give an outside service without any path yet."""
    outside = Outside()
    outside.open()
    yield outside
    await outside.close()


@pytest.fixture
def settings() -> Sources:
    """Give the settings of the session; a test class of its own may give others."""
    return Sources(max_size=100_000, tokens={"127.0.0.1:1": "nobody's"})  # type: ignore[dict-item]


@pytest_twisted.async_yield_fixture
async def session(outside: Outside, settings: Sources, timed: Reactor) -> AsyncIterator[Session]:
    """Give a session that trusts the outside service, and whose time stands still."""
    session = Session(settings, Services(datagrepper=outside.url()), timed)
    yield session
    await session.close()


@pytest_twisted.async_yield_fixture
async def session_for(
    settings: Sources, timed: Reactor
) -> AsyncIterator[Callable[[Services], Session]]:
    """Give what makes sessions that trust some services, and whose time stands still."""
    sessions = []

    def make(services: Services) -> Session:
        sessions.append(Session(settings, services, timed))
        return sessions[-1]

    yield make
    for session in sessions:
        await session.close()
