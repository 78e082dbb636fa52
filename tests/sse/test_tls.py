"""Event streams under TLS, where the transport wraps another."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_twisted
from twisted.internet.ssl import PrivateCertificate

from hubs.model.reload import Reload
from tests.certificate import certificate_for_localhost
from tests.sse.portal import Portal
from tests.until import until

# Twisted hands pyOpenSSL its own kind of certificate.
pytestmark = pytest.mark.filterwarnings("ignore:Passing pyOpenSSL .* objects:DeprecationWarning")


@pytest.fixture(scope="module")
def certificate() -> PrivateCertificate:
    """Give a certificate for ``localhost`` that vouches for itself."""
    return certificate_for_localhost()


@pytest_twisted.async_yield_fixture
async def secure_portal(certificate: PrivateCertificate) -> AsyncIterator[Portal]:
    """Give a portal that listens under TLS."""
    portal = Portal()
    await portal.open(certificate)
    yield portal
    await portal.close()


async def test_events_arrive_missed_ones_first(secure_portal: Portal) -> None:
    known = secure_portal.publish(Reload.feed(1))
    secure_portal.publish(Reload.widget(1, 5))
    browser = await secure_portal.look_at(1, known)
    secure_portal.publish(Reload.feed(1))
    await browser.until(lambda: len(browser.events) == 2)
    assert [event.name for event in browser.events] == ["widget-5", "feed"]


async def test_who_does_not_read_is_cut_off(secure_portal: Portal) -> None:
    slow, other = await secure_portal.look_at(1), await secure_portal.look_at(1)
    slow.connection.pauseProducing()
    published = []
    while not secure_portal.broker.closed_because_slow:
        published.append(secure_portal.publish(Reload(1, "x" * 10_000)))
        await other.until(lambda: other.last_event_id == published[-1])
    assert secure_portal.broker.open_streams == 1
    slow.connection.resumeProducing()
    await slow.until_closed()


async def test_stopping_closes_every_stream_after_what_was_sent(secure_portal: Portal) -> None:
    browser = await secure_portal.look_at(1)
    secure_portal.publish(Reload.feed(1))
    await secure_portal.broker.stopService()
    await browser.until_closed()
    assert len(browser.events) == 1


async def test_a_browser_that_leaves_is_forgotten(secure_portal: Portal) -> None:
    browser = await secure_portal.look_at(1)
    browser.connection.loseConnection()
    await until(lambda: secure_portal.broker.open_streams == 0)
