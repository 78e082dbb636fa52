"""The root of the site: what every answer says and how it is packed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from twisted.web.resource import EncodingResourceWrapper, IResource, Resource
from twisted.web.server import GzipEncoderFactory, Request

from hubs.klein_app.assets import STATIC


class PortalResource(Resource):
    """Gives each request to the pages or to the static files, with the headers of both."""

    isLeaf = True

    def __init__(self, pages: IResource, static: IResource, sse_url: str) -> None:
        """Put the site together.

        Args:
            pages: Answers with HTML; what it answers is compressed.
            static: Answers below ``/static/``.
            sse_url: Where browsers find the event streams.
        """
        super().__init__()
        self._pages = EncodingResourceWrapper(pages, [GzipEncoderFactory()])
        self._static = static
        self._headers = _security_headers(sse_url)

    def render(self, request: Request) -> Any:
        """Answer.

        Args:
            request: What is asked.

        Returns:
            What Twisted expects.
        """
        for name, value in self._headers.items():
            request.setHeader(name, value)
        if request.path.startswith(STATIC.encode()):
            return self._static.render(request)
        if not _is_utf8(request):
            request.setResponseCode(HTTPStatus.BAD_REQUEST)
            request.setHeader("Content-Type", "text/plain; charset=utf-8")
            return b"This address is not in UTF-8.\n"
        request.setHeader("Vary", "Accept-Encoding, HX-Request")
        request.setHeader("Cache-Control", "no-cache")
        return self._pages.render(request)


def _is_utf8(request: Request) -> bool:
    # klein would log an error for each request that is not.
    try:
        b"/".join(request.postpath or ()).decode("utf-8")
        request.getRequestHostname().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _security_headers(sse_url: str) -> dict[str, str]:
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
