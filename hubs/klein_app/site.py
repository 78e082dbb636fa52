"""The root of the site: what every answer says, and how it is packed."""

from __future__ import annotations

import functools
import gzip
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from twisted.python.failure import Failure
from twisted.web.iweb import _IRequestEncoder
from twisted.web.resource import EncodingResourceWrapper, IResource, Resource
from twisted.web.server import GzipEncoderFactory, Request
from zope.interface import implementer

from hubs.klein_app.api import answers
from hubs.klein_app.api.problem import ProblemError
from hubs.klein_app.assets import STATIC
from hubs.klein_app.portal import is_kept_nowhere

#: How many answers are kept compressed, for who is given the same one.
COMPRESSED = 64
#: What no page of ours asks a browser for.
_UNUSED_FEATURES = (
    *("browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"),
    *("microphone", "midi", "payment", "publickey-credentials-get", "serial", "usb"),
)
YEAR = 365 * 86_400


def make_site(pages: IResource, static: IResource, headers: Mapping[str, str]) -> IResource:
    """Put the site together.

    Args:
        pages: Answers with HTML; what it answers is compressed.
        static: Answers below ``/static/``, where files are kept compressed.
        headers: What every answer has, as `security_headers` gives it.

    Returns:
        The root for a `twisted.web.server.Site`.
    """
    return EncodingResourceWrapper(_Root(pages, static, headers), [_PageCompressor()])


class _PageCompressor(GzipEncoderFactory):
    """Compresses pages."""

    # A third of the time of the highest level, for two hundredths more bytes.
    compressLevel = 6  # noqa: N815 - the name is Twisted's

    def encoderForRequest(self, request: Request) -> Any:
        """Give an encoder to who takes one."""
        if _is_static(request) or super().encoderForRequest(request) is None:
            return None
        return _WholeAnswer(request, self.compressLevel)


@implementer(_IRequestEncoder)
class _WholeAnswer:
    """Compresses an answer as a whole, the same one once for all; what is secret is not kept."""

    def __init__(self, request: Request, level: int) -> None:
        self._request = request
        self._level = level
        self._parts: list[bytes] = []

    def encode(self, data: bytes) -> bytes:
        """Wait for the rest."""
        self._parts.append(data)
        return b""

    def finish(self) -> bytes:
        """Give all of it."""
        compress = _compressed.__wrapped__ if is_kept_nowhere(self._request) else _compressed
        return compress(b"".join(self._parts), self._level)


@functools.lru_cache(maxsize=COMPRESSED)
def _compressed(data: bytes, level: int) -> bytes:
    return gzip.compress(data, level, mtime=0)


class _Root(Resource):
    """Gives each request to the pages or to the static files, with the headers of both."""

    isLeaf = True

    def __init__(self, pages: IResource, static: IResource, headers: Mapping[str, str]) -> None:
        super().__init__()
        self._pages = pages
        self._static = static
        self._headers = headers

    def render(self, request: Request) -> Any:
        """Answer."""
        for name, value in self._headers.items():
            request.setHeader(name, value)
        if _is_static(request):
            return self._static.render(request)
        request.setHeader("Vary", "Accept-Encoding, Accept-Language, Cookie, HX-Request")
        request.setHeader("Cache-Control", "no-cache")
        if not _is_utf8(request):
            said = "This address is not in UTF-8."
            if answers.is_call(request):
                return answers.refuse(request, Failure(ProblemError(HTTPStatus.BAD_REQUEST, said)))
            request.setResponseCode(HTTPStatus.BAD_REQUEST)
            request.setHeader("Content-Type", "text/plain; charset=utf-8")
            return f"{said}\n".encode()
        return self._pages.render(request)


def _is_static(request: Request) -> bool:
    return bool(request.path.startswith(STATIC.encode()))


def _is_utf8(request: Request) -> bool:
    # klein would log an error for each request that is not.
    try:
        b"/".join(request.postpath or ()).decode("utf-8")
        request.getRequestHostname().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def security_headers(sse_url: str, *, under_tls: bool, login_origin: str = "") -> dict[str, str]:
    """Give the headers that keep a browser from doing what no page of ours wants.

    Args:
        sse_url: Where browsers find the event streams, which pages connect to.
        login_origin: Where people log in, so where forms that log them out lead to in the end;
            empty if only here.
        under_tls: Whether people find the portal under TLS, which then they never do without.

    Returns:
        Values by name.
    """
    parts = urlsplit(sse_url)
    streams = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "font-src": "'self'",
        "connect-src": f"'self'{streams}",
        "base-uri": "'none'",
        "form-action": f"'self' {login_origin}".rstrip(),
        "frame-ancestors": "'none'",
    }
    headers = {
        "Content-Security-Policy": "; ".join(" ".join(rule) for rule in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _UNUSED_FEATURES),
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    if under_tls:
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return headers
