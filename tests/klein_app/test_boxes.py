from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

import attrs
import pytest
from twisted.internet import reactor
from twisted.internet.address import IPv4Address
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.task import Clock
from twisted.web.client import ResponseFailed
from twisted.web.server import Site

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached, ICache
from hubs.klein_app.assets import Assets
from hubs.klein_app.boxes import CONTEXT_SECONDS, AskForData, Boxes, State
from hubs.klein_app.languages import ENGLISH
from hubs.klein_app.templating import Templates
from hubs.model.hub import Hub, WidgetInstance
from hubs.widgets.about.widget import AboutWidget
from hubs.widgets.base import RETRY_SECONDS, SourceLink, Stores, Widget, cache_key
from hubs.widgets.members.widget import Members
from hubs.widgets.registry import Registry
from tests.hygiene import LoggedErrors
from tests.klein_app.conftest import NOON, MakeApp, Town
from tests.klein_app.visitor import Visitor
from tests.until import until


async def keep(cache: FileCache, town: Town, widget: WidgetInstance, cached: Cached) -> None:
    [function] = town.registry.widgets[widget.plugin].functions
    await cache.set(cache_key(widget, function), cached)


async def test_a_widget_without_data_asks_for_it_and_shows_a_placeholder(
    visitor: Visitor, town: Town, asked: list[tuple[int, str]]
) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "members")
    page = await visitor.get("/t/lamps/")
    assert "Members Being fetched. It will appear here by itself." in page.text
    assert asked == [(widget.id, "members")]


async def test_a_widget_with_data_asks_for_nothing(
    visitor: Visitor, town: Town, cache: FileCache, asked: list[tuple[int, str]]
) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "members")
    await keep(cache, town, widget, Cached([], time=NOON))
    page = await visitor.get("/t/lamps/")
    assert "Nobody has joined yet." in page.text
    assert asked == []


async def test_a_widget_that_could_not_be_refreshed_shows_its_last_good_data(
    visitor: Visitor, town: Town, cache: FileCache
) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "members")
    stale = Cached([], time=NOON - 7200, error="HTTP 500 secret", failed_at=NOON - 60)
    await keep(cache, town, widget, stale)
    page = await visitor.get("/t/lamps/")
    assert "This is from 2 hours ago; it could not be brought up to date 1 minute ago" in page.text
    assert "Nobody has joined yet." in page.text
    assert "secret" not in page.html


async def test_a_widget_says_why_its_source_gives_nothing_and_when_it_is_asked_again(
    visitor: Visitor, town: Town, cache: FileCache
) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "members")
    reason = "api.example wants no more <requests> for now"
    away = Cached(
        error="secret", failed_at=NOON - 60, reason=reason, retry_at=NOON + 600, value=None
    )
    await keep(cache, town, widget, away)
    page = await visitor.get("/t/lamps/")
    assert f"The last attempt failed 1 minute ago. {reason}. " in page.text
    assert "The next try is after 12:10 UTC." in page.text
    await keep(cache, town, widget, attrs.evolve(away, value=[], time=NOON - 7200, retry_at=None))
    page = await visitor.get("/t/lamps/")
    assert f"it could not be brought up to date 1 minute ago. {reason}." in page.text
    assert "next try" not in page.text


@pytest.mark.parametrize(
    ("since", "asks"), [(RETRY_SECONDS - 1, False), (61 + RETRY_SECONDS, True)]
)
async def test_a_widget_that_never_had_data_says_so_and_tries_again_later(
    visitor: Visitor,
    town: Town,
    cache: FileCache,
    asked: list[tuple[int, str]],
    since: float,
    *,
    asks: bool,
) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "members")
    await keep(cache, town, widget, Cached(error="HTTP 500", failed_at=NOON - since))
    page = await visitor.get("/t/lamps/")
    assert "This part cannot be shown right now. The last attempt failed" in page.text
    assert bool(asked) is asks


@pytest.mark.parametrize(
    ("cached", "says", "asks"),
    [
        (Cached([], time=NOON - 600), "Members updated 10 minutes ago", False),
        (Cached([], time=NOON - 7200), "Members from 2 hours ago, being brought up to date", True),
        (
            Cached([], time=NOON - 7200, error="x", failed_at=NOON - 90),
            "This is from 2 hours ago; it could not be brought up to date 1 minute ago",
            True,
        ),
        (
            Cached([], time=NOON - 7200, error="x", failed_at=NOON - 90, retry_at=NOON + 60),
            "This is from 2 hours ago; it could not be brought up to date 1 minute ago",
            False,
        ),
    ],
)
async def test_what_is_older_than_its_time_to_live_is_shown_and_asked_for(
    visitor: Visitor,
    town: Town,
    cache: FileCache,
    asked: list[tuple[int, str]],
    monkeypatch: pytest.MonkeyPatch,
    cached: Cached,
    says: str,
    *,
    asks: bool,
) -> None:
    monkeypatch.setattr(Members, "time_to_live", 3600.0)
    widget = await town.widget(await town.team("lamps"), "members")
    await keep(cache, town, widget, cached)
    page = await visitor.get("/t/lamps/")
    assert says in page.text
    assert "Nobody has joined yet." in page.text
    assert asked == ([(widget.id, "members")] if asks else [])


async def test_a_widget_that_fails_has_a_box_and_the_page_stands(
    visitor: Visitor, town: Town, logged_errors: LoggedErrors
) -> None:
    hub = await town.team("lamps")
    await town.widget(hub, "feed")
    await town.widget(hub, "about", text="Still here.")
    await town.stores.hubs.pool.run("ALTER TABLE feed_entries RENAME TO gone")
    page = await visitor.get("/t/lamps/")
    assert page.status == 200
    assert "Activity This part cannot be shown right now." in page.text
    assert "Still here." in page.text
    assert "relation" not in page.text
    assert len(logged_errors.flush(Exception)) == 1


async def test_a_widget_whose_data_its_template_cannot_use_tells_when_it_was_good(
    visitor: Visitor, town: Town, cache: FileCache, logged_errors: LoggedErrors
) -> None:
    hub = await town.team("lamps")
    widget = await town.widget(hub, "members")
    await keep(cache, town, widget, Cached([{"username": "abe"}], time=NOON - 180))
    page = await visitor.get("/t/lamps/")
    assert "Its last good data is from 3 minutes ago." in page.text
    assert len(logged_errors.flush(Exception)) == 1


async def test_a_widget_whose_plug_in_is_gone_has_a_box(visitor: Visitor, town: Town) -> None:
    hub = await town.team("lamps")
    await town.stores.hubs.create_widget(WidgetInstance(0, hub.id, "vanished"), {})
    page = await visitor.get("/t/lamps/")
    assert page.status == 200
    assert "vanished This part cannot be shown right now." in page.text


async def test_a_widget_links_to_its_source_beside_its_age_and_also_while_it_shows_nothing(
    visitor: Visitor, town: Town, cache: FileCache
) -> None:
    where = ["https://github.com/lamps/wick"]
    widget = await town.widget(await town.team("lamps"), "tickets", where=where)
    await keep(cache, town, widget, Cached(error="HTTP 500", failed_at=NOON - 60))
    page = await visitor.get("/t/lamps/")
    assert "Tickets Source: lamps/wick This part cannot be shown right now." in page.text
    assert 'href="https://github.com/lamps/wick/issues"' in page.html
    none = {"tickets": [], "count": 0, "whole": True, "failures": [], "nameless": False}
    await keep(cache, town, widget, Cached(none, time=NOON - 600))
    page = await visitor.get("/t/lamps/")
    assert "Tickets updated 10 minutes ago Source: lamps/wick All that are open" in page.text


@pytest.mark.parametrize("plugin", ["tickets", "about", "feed", "sticky"])
async def test_the_title_of_a_widget_leads_to_its_own_page(
    plugin: str, visitor: Visitor, town: Town
) -> None:
    widget = await town.widget(await town.team("lamps"), plugin)
    path = f"/t/lamps/widgets/{widget.id}/"
    title = town.registry.widgets[plugin].title
    page = await visitor.get("/t/lamps/")
    assert re.search(rf'<h2 class="\S+"><a href="{path}">{title}</a></h2>', page.html)
    assert (await visitor.get(path)).status == 200


async def test_many_sources_are_folded(visitor: Visitor, town: Town) -> None:
    where = [f"https://pagure.io/wick{number}" for number in range(3)]
    await town.widget(await town.team("lamps"), "tickets", where=where)
    page = await visitor.get("/t/lamps/")
    assert "Tickets 3 sources wick0 wick1 wick2 Being fetched." in page.text


class LostWidget(AboutWidget):
    """Does not know where its data is from."""

    __module__ = AboutWidget.__module__
    name = "lost"

    def source_links(self, *_: Any) -> Sequence[SourceLink]:
        return [SourceLink("Wick", "javascript:alert(1)")]


async def test_a_widget_that_links_where_no_page_may_is_shown_without(
    stores: Stores,
    cache: FileCache,
    assets: Assets,
    registry: Registry,
    clock: Clock,
    logged_errors: LoggedErrors,
) -> None:
    boxes = make_boxes(stores, cache, assets, ask_nobody, clock, LostWidget(), registry=registry)
    hub = await Town(stores, registry).team("lamps")
    [box] = await boxes.make(hub, [WidgetInstance(1, hub.id, "lost")], ENGLISH)
    assert (box.state, box.sources) == (State.FRESH, ())
    assert len(logged_errors.flush(ValueError)) == 1


class SlowWidget(AboutWidget):
    """Never ends."""

    # Beside that module is its template.
    __module__ = AboutWidget.__module__
    name = "slow"

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        await Deferred()
        raise AssertionError


def make_boxes(
    stores: Stores,
    cache: ICache,
    assets: Assets,
    ask: AskForData,
    clock: Clock,
    *more: Widget,
    registry: Registry,
) -> Boxes:
    registry = Registry({**registry.widgets, **{widget.name: widget for widget in more}})
    templates = Templates(registry, assets, clock)
    return Boxes(stores, cache, registry, templates, ask, clock)


async def ask_nobody(widget: WidgetInstance, function: str, *, if_due: bool = False) -> None:
    raise ConnectionError("Redis is away")


async def test_a_widget_that_takes_too_long_is_given_up(
    stores: Stores,
    cache: FileCache,
    assets: Assets,
    registry: Registry,
    clock: Clock,
    logged_errors: LoggedErrors,
) -> None:
    boxes = make_boxes(stores, cache, assets, ask_nobody, clock, SlowWidget(), registry=registry)
    hub = await Town(stores, registry).team("lamps")
    making = Deferred.fromCoroutine(boxes.make(hub, [WidgetInstance(1, hub.id, "slow")], ENGLISH))
    clock.advance(CONTEXT_SECONDS - 0.1)
    assert not making.called
    clock.advance(0.2)
    [box] = await making
    assert box.state is State.FAILED
    assert len(logged_errors.flush(Exception)) == 1


async def test_who_leaves_before_the_page_is_made_leaves_nothing_behind(
    stores: Stores, make_app: MakeApp
) -> None:
    begun: list[str] = []
    cancelled: list[str] = []

    class Waiting(SlowWidget):
        __module__ = AboutWidget.__module__

        async def context(self, *args: Any) -> dict[str, Any]:
            begun.append("context")
            await Deferred(lambda _: cancelled.append("context"))
            raise AssertionError

    registry = Registry({"slow": Waiting()})
    hub = await Town(stores, registry).team("lamps")
    await stores.hubs.create_widget(WidgetInstance(0, hub.id, "slow"), {})
    app = make_app(registry=registry)
    site = Site(app.resource(), reactor=reactor, timeout=None)
    port = await serverFromString(reactor, "tcp:0:interface=127.0.0.1").listen(site)
    visitor = Visitor(f"http://127.0.0.1:{cast('IPv4Address', port.getHost()).port}")
    asking = Deferred.fromCoroutine(visitor.get("/t/lamps/"))
    await until(lambda: begun == ["context"])
    asking.cancel()
    with pytest.raises((CancelledError, ResponseFailed)):
        await asking
    await until(lambda: cancelled == ["context"])
    await port.stopListening()


class BrokenCache(FileCache):
    """A disk that cannot be read."""

    async def get_many(self, keys: Any) -> Mapping[str, Cached]:
        raise OSError("I/O error")


async def test_without_cache_and_queue_there_is_a_placeholder(
    stores: Stores,
    cache: FileCache,
    assets: Assets,
    registry: Registry,
    clock: Clock,
    logged_errors: LoggedErrors,
) -> None:
    broken = BrokenCache(cache.folder, cache._reactor, clock.seconds, keep=1, max_value=1024)
    boxes = make_boxes(stores, broken, assets, ask_nobody, clock, registry=registry)
    hub = await Town(stores, registry).team("lamps")
    [box] = await boxes.make(hub, [WidgetInstance(1, hub.id, "members")], ENGLISH)
    assert box.state is State.PENDING
    assert len(logged_errors.flush(OSError)) == 1
