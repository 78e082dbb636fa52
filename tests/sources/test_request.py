"""Which addresses are fetched, and what is asked of them."""

from __future__ import annotations

import attrs
import pytest

from hubs.sources.errors import AddressError
from hubs.sources.request import Request


@pytest.mark.parametrize(
    ("address", "url", "host"),
    [
        ("https://a.example", "https://a.example/", "a.example"),
        (" HTTP://A.Example:80/b ", "http://a.example/b", "a.example"),
        ("https://a.example:8443/b?c=d e#f", "https://a.example:8443/b?c=d%20e", "a.example:8443"),
        ("https://ä.example/ö", "https://xn--4ca.example/%C3%B6", "xn--4ca.example"),
        ("http://10.0.0.1/", "http://10.0.0.1/", "10.0.0.1"),
    ],
)
def test_an_address_is_read(address: str, url: str, host: str) -> None:
    request = Request.to(address)
    assert (request.url, request.host) == (url, host)


@pytest.mark.parametrize(
    ("address", "complaint"),
    [
        ("", "'' is no address that begins with http"),
        ("a.example", "begins with http"),
        ("/etc/passwd", "begins with http"),
        ("ftp://a.example", "begins with http"),
        ("file:///etc/passwd", "begins with http"),
        ("javascript:alert(1)", "begins with http"),
        ("gopher://a.example:70/_x", "begins with http"),
        ("http://", "names no host"),
        ("http:/a.example", "names no host"),
        ("http://a.example:99999", "names no host"),
        ("http://a.example:0", "names no host"),
        ("http://a.example:x", "is no address"),
        ("http://a b.example", "is no address"),
        ("http://[::1]/", "is no address"),
        ("http://[fe80::1%25eth0]/", "is no address"),
        ("http://a.example\r\nHost: b.example", "is no address of at most"),
        ("http://a.example/" + "x" * 9000, "is no address of at most 8192 characters"),
        ("https://api.github.com\\@evil.example/", "An address at evil.example holds a name"),
        ("https://name:geheim@a.example/", "An address at a.example holds a name or password"),
    ],
)
def test_what_is_no_address_is_named(address: str, complaint: str) -> None:
    with pytest.raises(AddressError) as caught:
        Request.to(address)
    assert complaint in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert len(str(caught.value)) < 200


def test_parameters_are_added_and_escaped() -> None:
    url = "https://a.example/b?c=d"
    request = Request.to(url, {"q": "is:issue a+b&c", "page": 2, "topic": ["x", "y"]})
    assert request.url == f"{url}&q=is%3Aissue+a%2Bb%26c&page=2&topic=x&topic=y"
    assert Request.to("https://a.example/", {"q": "ö"}).url == "https://a.example/?q=%C3%B6"


def test_a_redirect_elsewhere_is_trusted_no_more_than_what_is_typed() -> None:
    request = attrs.evolve(
        Request.to("https://a.example/b/c"), accept="text/html", headers=(("x-key", "k"),)
    )
    near = request.redirected("../d")
    assert near == attrs.evolve(request, url="https://a.example/d")
    for elsewhere in ("https://b.example/", "http://a.example/", "https://a.example:8443/"):
        far = request.redirected(elsewhere)
        assert (far.url, far.typed, far.accept) == (elsewhere, True, "text/html")
        assert far.headers == ()
    with pytest.raises(AddressError):
        request.redirected("file:///etc/passwd")
    with pytest.raises(AddressError, match=r"a\.example redirects to what is no address"):
        request.redirected("http://[")


def test_a_part_is_the_first_step_of_the_path() -> None:
    assert Request.to("https://a.example/search/issues?q=x").part == "search"
    assert Request.to("https://a.example").part == ""
