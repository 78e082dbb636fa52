"""A FASJSON, and the Kerberos realm that guards it, for whoever needs them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.web.server import Site

from tests.accounts.fasjson_server import Fasjson
from tests.accounts.kerberos import Realm


@pytest.fixture(scope="session")
def kerberos_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    with Realm(tmp_path_factory.mktemp("kerberos")) as realm:
        yield realm


@pytest.fixture
def kerberos(kerberos_server: Realm, monkeypatch: pytest.MonkeyPatch) -> Realm:
    for name, value in kerberos_server.environment().items():
        monkeypatch.setenv(name, value)
    # The tickets of whoever runs the tests are none of ours.
    monkeypatch.setenv("KRB5CCNAME", "MEMORY:nobody")
    return kerberos_server


@pytest_twisted.async_yield_fixture
async def fasjson(kerberos: Realm) -> AsyncIterator[Fasjson]:
    server = Fasjson(kerberos.keytab("HTTP/localhost"))
    endpoint = TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1")
    port = await endpoint.listen(Site(server.app.resource(), timeout=None))
    server.address = f"http://localhost:{port.getHost().port}/fasjson"
    yield server
    await port.stopListening()


@pytest.fixture
def keytab(kerberos: Realm) -> Path:
    return kerberos.keytab("hubs/worker")
