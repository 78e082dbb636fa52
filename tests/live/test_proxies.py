"""Hubs behind the proxies of etc/, each as the real server runs it."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest
from playwright.sync_api import Browser, expect

from tests.live.conftest import Site
from tests.live.proxies import Apache, Nginx, Proxy
from tests.live.test_live_page import entry, pushed
from tests.until import PATIENCE


@pytest.fixture(scope="module", params=[Nginx, Apache], ids=["nginx", "Apache"])
def proxy(
    request: pytest.FixtureRequest, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxy]:
    folder = tmp_path_factory.mktemp("proxy")
    # Its workers run under an account without rights.
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    with request.param(folder, site.port) as running:
        yield running


def trusting(proxy: Proxy) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(proxy.folder / "pem"))


def opened(proxy: Proxy, path: str, **headers: str) -> HTTPResponse:
    request = urllib.request.Request(proxy.url + path, headers=headers)
    answer: HTTPResponse = urllib.request.urlopen(
        request, timeout=PATIENCE, context=trusting(proxy)
    )
    return answer


def test_the_server_accepts_the_sample_without_a_word(proxy: Proxy) -> None:
    assert "warn" not in proxy.check().lower()


def test_a_page_comes_with_its_address_kept(proxy: Proxy) -> None:
    with opened(proxy, "/t/lantern-kernel/") as page:
        assert "Lantern Kernel" in page.read().decode()
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_who_comes_without_tls_is_sent_to_the_same_page_with_it(proxy: Proxy) -> None:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    opener = urllib.request.build_opener(Stay)
    with pytest.raises(urllib.error.HTTPError) as caught:
        opener.open(f"{proxy.plain_url}/t/lantern-kernel/", timeout=PATIENCE)
    with caught.value as answer:
        assert answer.status == 301
        assert answer.headers["Location"] == "https://localhost/t/lantern-kernel/"


def test_an_event_goes_on_as_it_comes(proxy: Proxy, site: Site) -> None:
    with opened(proxy, "/t/lantern-kernel/") as page:
        address = page.read().decode().partition("/sse/?hub=")[2].partition('"')[0]
    number = 1000 + proxy.port
    path = f"/sse/?hub={address.partition('&')[0]}"
    with opened(proxy, path, **{"Accept-Encoding": "gzip"}) as stream:
        assert stream.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert stream.headers["Content-Encoding"] is None
        site.bus.publish(pushed(number))
        while stream.readline() != b"event: feed\n":
            pass


def test_an_open_page_changes_over_http_2(proxy: Proxy, site: Site, browser: Browser) -> None:
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    with page.expect_response(lambda response: "/sse/" in response.url) as stream:
        page.goto(f"{proxy.url}/t/lantern-kernel/")
    assert stream.value.status == 200
    protocols = page.evaluate(
        "performance.getEntriesByType('navigation').map(entry => entry.nextHopProtocol)"
    )
    assert protocols == ["h2"]
    number = 2000 + proxy.port
    site.bus.publish(pushed(number))
    expect(entry(page, f"Change number {number}")).to_have_count(1)
    context.close()
