"""Whom we trust with what: tokens, private networks, and addresses that people typed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.ssl import Certificate, PrivateCertificate, trustRootFromCertificates
from twisted.logger import capturedLogs, formatEvent
from twisted.web.client import BrowserLikePolicyForHTTPS

from hubs.config import Services, Sources
from hubs.sources.errors import AddressError, CertificateError, SourceError, UnreadableError
from hubs.sources.session import MOST_REDIRECTS, Session
from tests.certificate import certificate_for_localhost
from tests.sources.conftest import Reactor
from tests.sources.names import Names
from tests.sources.outside import Outside, redirects, says
from tests.until import until

SECRET = "geheim"  # noqa: S105 - of a test


class Internet(Reactor):
    """A reactor for which one public address leads to a server of ours."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.connected: list[tuple[str, int]] = []
        self.nameResolver = Names(
            {"feeds.example": [["8.8.8.8"], ["127.0.0.1"]], "inside.example": [["10.1.2.3"]]}
        )
        self._port = port

    def connectTCP(self, host: str, port: int, *more: Any, **named: Any) -> Any:
        self.connected.append((host, port))
        there = ("127.0.0.1", self._port) if host == "8.8.8.8" else (host, port)
        return self._real.connectTCP(*there, *more, **named)


@pytest_twisted.async_yield_fixture
async def elsewhere() -> AsyncIterator[Outside]:
    """Give another outside service, that no setting names."""
    elsewhere = Outside()
    elsewhere.open()
    elsewhere.paths["/feed"] = says(b"<rss/>")
    yield elsewhere
    await elsewhere.close()


@pytest_twisted.async_yield_fixture
async def internet(outside: Outside, elsewhere: Outside) -> AsyncIterator[tuple[Internet, Session]]:
    """Give a session with a token, and the reactor it runs on."""
    internet = Internet(elsewhere.port)
    settings = Sources(tokens={outside.host: SECRET})  # type: ignore[dict-item]
    session = Session(settings, Services(datagrepper=outside.url("/api")), internet)
    yield internet, session
    await session.close()


async def refused(asking: Any) -> SourceError:
    with pytest.raises(SourceError) as caught:
        await asking
    return caught.value


async def test_a_token_goes_to_its_host_alone(
    internet: tuple[Internet, Session], outside: Outside, elsewhere: Outside
) -> None:
    _, session = internet
    outside.paths["/a"] = says([])
    await session.get(outside.url("/a"))
    assert outside.seen[-1].headers["authorization"] == f"Bearer {SECRET}"
    await session.get("http://feeds.example/feed")
    assert "authorization" not in elsewhere.seen[-1].headers


async def test_a_token_may_say_of_what_kind_it_is(outside: Outside) -> None:
    settings = Sources(tokens={outside.host: "token abc"})  # type: ignore[dict-item]
    session = Session(settings, Services(datagrepper=outside.url()), reactor)
    outside.paths["/a"] = says([])
    await session.get(outside.url("/a"))
    assert outside.seen[-1].headers["authorization"] == "token abc"
    await session.close()


async def test_a_token_stays_at_home_on_the_way_elsewhere(
    internet: tuple[Internet, Session], outside: Outside, elsewhere: Outside
) -> None:
    _, session = internet
    outside.paths["/a"] = redirects("http://feeds.example/feed")
    answer = await session.get(outside.url("/a"), headers={"private-token": SECRET})
    assert (answer.body, answer.url) == (b"<rss/>", "http://feeds.example/feed")
    assert SECRET in str(outside.seen[-1].headers)
    assert SECRET not in str(elsewhere.seen[-1].headers)


async def test_a_redirect_on_the_same_host_keeps_what_was_said(
    internet: tuple[Internet, Session], outside: Outside
) -> None:
    _, session = internet
    outside.paths["/a"] = redirects("b?c=d", 301)
    outside.paths["/b"] = says([])
    await session.get(outside.url("/a"), headers={"x-fields": "a"})
    assert outside.seen[-1].uri == "/b?c=d"
    assert outside.seen[-1].headers["authorization"] == f"Bearer {SECRET}"
    assert outside.seen[-1].headers["x-fields"] == "a"


async def test_who_types_the_address_of_a_trusted_host_gets_neither_token_nor_way_in(
    internet: tuple[Internet, Session], outside: Outside
) -> None:
    _, session = internet
    outside.paths["/a"] = says([], etag='"1"')
    await session.get(outside.url("/a"))
    # Also now that there is a connection, and an answer that is kept.
    error = await refused(session.get(outside.url("/a"), typed=True))
    assert isinstance(error, AddressError)
    assert len(outside.seen) == 1


async def test_a_token_is_not_sent_in_the_clear_unless_the_settings_say_so(
    outside: Outside, elsewhere: Outside
) -> None:
    internet = Internet(elsewhere.port)
    settings = Sources(tokens={"feeds.example": SECRET})  # type: ignore[dict-item]
    session = Session(settings, Services(datagrepper=outside.url()), internet)
    await session.get("http://feeds.example/feed")
    assert "authorization" not in elsewhere.seen[-1].headers
    await session.close()


async def test_no_token_is_in_an_error_a_log_or_a_representation(
    internet: tuple[Internet, Session], outside: Outside
) -> None:
    _, session = internet
    outside.paths["/a"] = says({}, 401)
    with capturedLogs() as logs:
        error = await refused(session.get(outside.url("/a")))
    said = [str(error), repr(error), repr(vars(session)), *map(formatEvent, logs)]
    assert SECRET in str(outside.seen[-1].headers)
    assert not [text for text in said if SECRET in text]
    assert SECRET not in repr(error.__context__)


@pytest.mark.parametrize("typed", [True, False])
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:{port}/feed",
        "http://127.1:{port}/feed",
        "http://2130706433:{port}/feed",
        "http://0x7f000001:{port}/feed",
        "http://localhost:{port}/feed",
        "http://0.0.0.0:{port}/feed",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
async def test_a_private_address_is_refused_however_it_is_written(
    address: str, typed: bool, elsewhere: Outside, session: Session
) -> None:
    error = await refused(session.get(address.format(port=elsewhere.port), typed=typed))
    assert isinstance(error, AddressError)
    assert "is in a private network, so it is not asked" in str(error)
    assert elsewhere.seen == []


@pytest.mark.parametrize("target", ["http://127.0.0.1:{port}/feed", "http://inside.example/feed"])
async def test_a_redirect_to_a_private_address_is_refused(
    target: str, internet: tuple[Internet, Session], outside: Outside, elsewhere: Outside
) -> None:
    reactor, session = internet
    outside.paths["/a"] = redirects(target.format(port=elsewhere.port))
    assert isinstance(await refused(session.get(outside.url("/a"))), AddressError)
    elsewhere.paths["/b"] = redirects(outside.url("/a"))
    error = await refused(session.get("http://feeds.example/b", typed=True))
    assert isinstance(error, AddressError)
    assert ("10.1.2.3", 80) not in reactor.connected
    assert len(outside.seen) == 1


async def test_a_typed_address_is_asked_at_the_address_that_was_looked_at(
    internet: tuple[Internet, Session], elsewhere: Outside
) -> None:
    reactor, session = internet
    answer = await session.get("http://feeds.example/feed", accept="text/xml", typed=True)
    assert answer.body == b"<rss/>"
    assert reactor.connected == [("8.8.8.8", 80)]
    assert elsewhere.seen[0].headers["host"] == "feeds.example"
    assert elsewhere.seen[0].headers["accept"] == "text/xml"


async def test_redirects_have_an_end(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = redirects("/a")
    error = await refused(session.get(outside.url("/a")))
    assert isinstance(error, UnreadableError)
    assert str(error) == f"{outside.host} redirects more than {MOST_REDIRECTS} times"
    assert len(outside.seen) == MOST_REDIRECTS + 1


@pytest.mark.parametrize("location", ["file:///etc/passwd", "gopher://a.example/", "http://["])
async def test_a_redirect_to_what_is_not_fetched_is_refused(
    location: str, session: Session, outside: Outside
) -> None:
    outside.paths["/a"] = redirects(location)
    assert isinstance(await refused(session.get(outside.url("/a"))), AddressError)


@pytest.fixture(scope="module")
def certificate() -> PrivateCertificate:
    """Give a certificate for ``localhost``."""
    return certificate_for_localhost()


@pytest.mark.filterwarnings("ignore:Passing pyOpenSSL .* objects:DeprecationWarning")
class TestUnderTls:
    """With certificates."""

    @pytest_twisted.async_yield_fixture
    async def secure(self, certificate: PrivateCertificate) -> AsyncIterator[Outside]:
        secure = Outside()
        secure.open(certificate)
        secure.paths["/a"] = says([1])
        yield secure
        await secure.close()

    def session(self, base: str, timed: Reactor, known: PrivateCertificate | None) -> Session:
        policy = None
        if known:
            root = trustRootFromCertificates([Certificate(known.original)])
            policy = BrowserLikePolicyForHTTPS(root)
        return Session(Sources(max_size=100_000), Services(datagrepper=base), timed, policy)

    async def test_a_host_with_its_certificate_is_asked(
        self, secure: Outside, certificate: PrivateCertificate, timed: Reactor
    ) -> None:
        session = self.session(secure.url(host="localhost"), timed, certificate)
        assert (await session.get(secure.url("/a", host="localhost"))).json(list) == [1]
        await session.close()

    async def test_a_host_without_is_not(self, secure: Outside, timed: Reactor) -> None:
        session = self.session(secure.url(host="localhost"), timed, None)
        error = await refused(session.get(secure.url("/a", host="localhost")))
        assert isinstance(error, CertificateError)
        assert f"localhost:{secure.port} has no valid certificate" in str(error)
        assert secure.seen == []

    async def test_a_certificate_of_another_is_none(
        self, secure: Outside, certificate: PrivateCertificate, timed: Reactor
    ) -> None:
        session = self.session(secure.url(), timed, certificate)
        assert isinstance(await refused(session.get(secure.url("/a"))), CertificateError)

    async def test_a_body_without_end_is_cut_off(
        self, secure: Outside, certificate: PrivateCertificate, timed: Reactor
    ) -> None:
        session = self.session(secure.url(host="localhost"), timed, certificate)
        secure.paths["/a"] = secure.pour
        await refused(session.get(secure.url("/a", host="localhost")))
        await until(lambda: bool(secure.lost))
