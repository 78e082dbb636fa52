"""A resource on a real port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from twisted.internet import reactor
from twisted.internet.endpoints import serverFromString
from twisted.web.resource import IResource, Resource
from twisted.web.server import Request, Site

from hubs.klein_app.bounded import BoundedRequest
from tests.klein_app.visitor import Visitor


@asynccontextmanager
async def serving(resource: IResource) -> AsyncIterator[Visitor]:
    """Serve, and give a visitor."""
    site = Site(resource, requestFactory=BoundedRequest, reactor=reactor, timeout=None)
    port = await serverFromString(reactor, "tcp:0:interface=127.0.0.1").listen(site)
    yield Visitor(f"http://127.0.0.1:{port.getHost().port}")
    await port.stopListening()


class Root(Resource):
    """A portal with other things beside, each at a path that it puts there."""

    def __init__(self, pages: IResource) -> None:
        super().__init__()
        self._pages = pages

    def getChild(self, path: bytes, request: Request) -> IResource:
        request.postpath = [path, *(request.postpath or [])]
        request.prepath = []
        return self._pages
