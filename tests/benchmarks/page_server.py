"""A server of hub pages for ``tests.benchmarks.page``, as one would write it with Flask.

The same templates, SQL, widgets and cache, each waited for where it is asked; gunicorn runs
``tests.benchmarks.page_server:app``.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import flask
from psycopg2.pool import ThreadedConnectionPool
from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import Clock

from hubs.cache.files import FileCache
from hubs.config import Services, Sources
from hubs.database.hub_store import HubStore
from hubs.feeds.postgres import PostgresFeeds
from hubs.klein_app.assets import Assets
from hubs.klein_app.boxes import Boxes
from hubs.klein_app.languages import ENGLISH
from hubs.klein_app.templating import Templates
from hubs.model.hub import HubType
from hubs.model.viewer import NOBODY, Viewer
from hubs.sources.session import Session
from hubs.widgets.base import Stores
from hubs.widgets.registry import Registry

T = TypeVar("T")
P = ParamSpec("P")


class BlockingPool:
    """Runs SQL as one does without Twisted."""

    def __init__(self, url: str) -> None:
        self._pool = ThreadedConnectionPool(8, 8, url)

    async def query(self, sql: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        """Wait for the rows of a statement."""
        connection = self._pool.getconn()
        with connection, connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows = cursor.fetchall()
        self._pool.putconn(connection)
        return rows


class BlockingCache(FileCache):
    """Reads files as one does without Twisted."""

    def _in_thread(
        self, function: Callable[P, T], *arguments: P.args, **more: P.kwargs
    ) -> Deferred[T]:
        return succeed(function(*arguments, **more))


def now(work: Coroutine[Deferred[Any], Any, T]) -> T:
    """Give what work that never waits comes to."""
    results: list[T] = []
    Deferred.fromCoroutine(work).addCallback(results.append)
    return results[0]


#: What is never used without Twisted.
nothing: Any = None
pool: Any = BlockingPool(os.environ["HUBS_BENCHMARK_DATABASE"])
clock = Clock()
registry = Registry.from_entry_points()
templates = Templates(registry, Assets.load(), clock)
sources = Session(Sources(), Services(), reactor)
stores = Stores(HubStore(pool), PostgresFeeds(pool), sources)


async def ask_nobody(*_: object, **__: object) -> None:
    """Leave the cache as it is."""


cache = BlockingCache(
    Path(os.environ["HUBS_BENCHMARK_CACHE"]), nothing, clock.seconds, keep=1e6, max_value=1 << 20
)
boxes = Boxes(stores, cache, registry, templates, ask_nobody, clock)
app = flask.Flask(__name__)


@app.route("/t/<name>/")
def hub(name: str) -> flask.Response:
    """Show the hub of a team."""
    view = now(stores.hubs.page(HubType.TEAM, name, NOBODY))
    if view is None:
        flask.abort(404)
    values = {
        "viewer": Viewer(),
        "csrf_token": "",
        "login_link": "",
        "site_url": "",
        "canonical": "",
        "languages": [(ENGLISH, "?speak=en")],
        "view": view,
        "hub": view.hub,
        "boxes": now(boxes.make(view.hub, view.visible_widgets, ENGLISH)),
        "idle_days": None,
        "stream": "/sse/?hub=1&since=1-0",
    }
    html = templates.render("hub.html", values, ENGLISH).encode()
    response = flask.Response(gzip.compress(html, 6), mimetype="text/html")
    response.headers["Content-Encoding"] = "gzip"
    return response
