"""A request to an outside service: what is asked of whom, and whether an address is one at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Self
from urllib.parse import urlencode

import attrs
from hyperlink import URL, URLParseError

from hubs.sources.errors import AddressError

#: What a query may say: texts and numbers, several for one name too.
Parameters = Mapping[str, str | int | Sequence[str]]

#: The longest address that is asked for, characters.
LONGEST_ADDRESS = 8192
_LONGEST_SHOWN = 80
_PORTS = {"http": 80, "https": 443}
# Strict, so that no two readers of an address see two hosts in it.
_HOST = re.compile(r"[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?\.?")


@attrs.frozen
class Request:
    """What is asked of whom.

    Attributes:
        url: The address, in ASCII and without a fragment.
        origin: Its scheme, host and port.
        typed: Whether a person typed the address, so that nothing about it is to be trusted.
        method: The HTTP method.
        accept: The media types that are wanted.
        headers: What else is said; not told to whom we are redirected elsewhere.
        body: What is sent along.
        repeatable: Whether asking twice does no more than asking once.
    """

    url: str
    origin: tuple[str, str, int]
    typed: bool = False
    method: str = "GET"
    accept: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    repeatable: bool = True

    @classmethod
    def to(cls, address: str, params: Parameters | None = None, *, typed: bool = False) -> Self:
        """Make a request to an address.

        Args:
            address: An absolute http or https address.
            params: What to add to its query.
            typed: Whether a person typed it.

        Returns:
            A request to get what is there.

        Raises:
            AddressError: It is no such address.
        """
        url = _read(address)
        text = url.to_text()
        if params:
            text += ("&" if url.query else "?") + urlencode(params, doseq=True)
        return cls(text, (url.scheme, url.host, url.port or 0), typed)

    @property
    def host(self) -> str:
        """The host, with its port if that is an unusual one, as in ``localhost:8080``."""
        scheme, host, port = self.origin
        return host if port == _PORTS[scheme] else f"{host}:{port}"

    @property
    def part(self) -> str:
        """The first step of its path: services count requests by such parts."""
        return next(iter(URL.from_text(self.url).path), "")

    def redirected(self, location: str) -> Self:
        """Follow a redirect.

        Args:
            location: Where to, maybe relative to here.

        Returns:
            The request to make there; one to elsewhere is as little trusted as a typed address.

        Raises:
            AddressError: That is no address that we fetch.
        """
        try:
            target = URL.from_text(self.url).click(location).to_text()
        except (URLParseError, ValueError):
            raise AddressError(self.host, "redirects to what is no address") from None
        there = type(self).to(target)
        if there.origin == self.origin:
            return attrs.evolve(self, url=there.url)
        return attrs.evolve(there, accept=self.accept, typed=True)


def _read(address: str) -> URL:
    shown = address if len(address) <= _LONGEST_SHOWN else f"{address[:_LONGEST_SHOWN]}…"
    if len(address) > LONGEST_ADDRESS or not address.isprintable():
        raise AddressError(repr(shown), f"is no address of at most {LONGEST_ADDRESS} characters")
    try:
        url = URL.from_text(URL.from_text(address.strip()).to_uri().normalize().to_text())
    except (URLParseError, ValueError):
        raise AddressError(repr(shown), "is no address") from None
    if url.scheme not in _PORTS:
        raise AddressError(repr(shown), "is no address that begins with http:// or https://")
    if url.userinfo:
        # It may hold a password, so it is not shown.
        raise AddressError(f"An address at {url.host}", "holds a name or password, and may not")
    if not _HOST.fullmatch(url.host) or not url.port or not 0 < url.port < 2**16:
        raise AddressError(repr(shown), "names no host")
    return url.replace(fragment="")
