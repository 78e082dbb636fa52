"""Paths of ours that a request names, for after it is done."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from twisted.web.iweb import IRequest

_LONGEST = 2000


def own_path(text: str) -> str:
    """Make sure that a text leads to a page of ours.

    Args:
        text: What a request says; anybody may have made it up.

    Returns:
        The path with its query, of printable ASCII; ``/`` if it leads anywhere else.
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    foreign = parts.scheme or parts.netloc or not text.startswith("/")
    # Browsers take a backslash for a slash, and two slashes for the begin of another host.
    if foreign or text.startswith("//") or "\\" in text or not text.isprintable():
        return "/"
    path = quote(text, safe="/?&=%#:@!$'()*+,;~-._")
    return path if len(path) <= _LONGEST else "/"


def next_path(request: IRequest) -> str:
    """Give the path that a request wants to go on to, in its parameter ``next``.

    Args:
        request: The request.

    Returns:
        A path of ours.
    """
    fields: dict[bytes, list[bytes]] = request.args or {}
    return own_path(fields.get(b"next", [b"/"])[0].decode("utf-8", "replace"))
