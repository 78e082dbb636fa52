"""The root of the site: what every answer says, and how it is packed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from twisted.web.resource import EncodingResourceWrapper, IResource, Resource
from twisted.web.server import GzipEncoderFactory, Request

from hubs.klein_app.assets import STATIC


def make_site(pages: IResource, static: IResource, sse_url: str) -> IResource:
    """Put the site together.

    Args:
        pages: Answers with HTML; what it answers is compressed.
        static: Answers below ``/static/``, where files are kept compressed.
        sse_url: Where browsers find the event streams: a path, or a whole address.

    Returns:
        The root for a `twisted.web.server.Site`.
    """
    return EncodingResourceWrapper(_Root(pages, static, sse_url), [_PageCompressor()])


class _PageCompressor(GzipEncoderFactory):
    """Compresses pages."""

    # A third of the time of the highest level, for two hundredths more bytes.
    compressLevel = 6  # noqa: N815 - the name is Twisted's

    def encoderForRequest(self, request: Request) -> Any:
        """Give an encoder to who takes one."""
        return None if _is_static(request) else super().encoderForRequest(request)


class _Root(Resource):
    """Gives each request to the pages or to the static files, with the headers of both."""

    isLeaf = True

    def __init__(self, pages: IResource, static: IResource, sse_url: str) -> None:
        super().__init__()
        self._pages = pages
        self._static = static
        self._headers = security_headers(sse_url)

    def render(self, request: Request) -> Any:
        """Answer."""
        for name, value in self._headers.items():
            request.setHeader(name, value)
        if _is_static(request):
            return self._static.render(request)
        request.setHeader("Vary", "Accept-Encoding, HX-Request")
        request.setHeader("Cache-Control", "no-cache")
        if not _is_utf8(request):
            request.setResponseCode(HTTPStatus.BAD_REQUEST)
            request.setHeader("Content-Type", "text/plain; charset=utf-8")
            return b"This address is not in UTF-8.\n"
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


def security_headers(sse_url: str) -> dict[str, str]:
    """Give the headers that keep a browser from doing what no page of ours wants.

    Args:
        sse_url: Where browsers find the event streams, which pages connect to.

    Returns:
        Values by name.
    """
    parts = urlsplit(sse_url)
    streams = f" {parts.scheme}://{parts.netloc}" if parts.netloc else ""
    policy = {
        "default-src": "'self'",
        "connect-src": f"'self'{streams}",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "object-src": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(" ".join(rule) for rule in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
