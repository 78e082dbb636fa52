"""A FASJSON, and the Kerberos realm that guards it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor

from hubs.accounts.fasjson import FasjsonAccounts
from hubs.accounts.negotiate import Negotiate
from hubs.config import Services, Sources
from hubs.sources.session import Session
from tests.accounts.fasjson_server import Fasjson


@pytest_twisted.async_yield_fixture
async def session(fasjson: Fasjson) -> AsyncIterator[Session]:
    settings = Sources(timeout=60)
    session = Session(settings, Services(fasjson=fasjson.address), reactor)
    yield session
    await session.close()


@pytest.fixture
def accounts(session: Session, keytab: Path) -> FasjsonAccounts:
    return FasjsonAccounts(session, Negotiate(keytab, reactor).token, 500)
