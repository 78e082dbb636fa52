"""Owners change the widgets of a hub, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import pytest
import pytest_twisted
from psycopg2.extras import Json
from twisted.internet.defer import Deferred, gatherResults

from hubs.database.changes import audit_trail
from hubs.database.widget_store import MOST, ArrangeError, ConflictError, Why
from hubs.model.hub import Column, Hub, HubType, Visibility, WidgetInstance
from hubs.model.person import Role
from hubs.model.reload import AccessChange, Reload
from hubs.model.viewer import NOBODY, HubView
from hubs.widgets.arrange import Arranger, UnknownWidgetError
from hubs.widgets.base import Stores
from hubs.widgets.parameters import ConfigurationError
from tests.widgets.ours import our_widgets

TEAM = Hub(0, HubType.TEAM, "lamps", "Lamps", "", config={"sources": {"groups": ["lamp-sig"]}})
PUBLIC, PRIVATE = Visibility.PUBLIC, Visibility.PRIVATE
MAIN, SIDE = Column.MAIN, Column.SIDE


@attrs.frozen
class Lamps:
    """A team, what was put into the queue of work, and what browsers were told."""

    hub: Hub
    arranger: Arranger
    refreshed: list[tuple[int, str]]
    told: list[Reload]
    asked_anew: list[AccessChange]

    async def add(self, plugin: str, column: Column = MAIN, **config: Any) -> WidgetInstance:
        return await self.arranger.add(self.hub, "abe", plugin, config, column=column)

    async def places(self) -> dict[str, list[int]]:
        now = await self.arranger.arrangement(self.hub)
        for column in Column:
            assert [one.position for one in now.column(column)] == list(
                range(len(now.column(column)))
            )
        return {column.value: [one.id for one in now.column(column)] for column in Column}

    async def version(self) -> int:
        return (await self.arranger.arrangement(self.hub)).version

    async def interests(self, widget: WidgetInstance) -> list[str]:
        rows = await self.arranger.hubs.pool.query(
            "SELECT key FROM interests WHERE widget_id = %s ORDER BY key", (widget.id,)
        )
        return [key for (key,) in rows]

    async def trail(self) -> list[tuple[str, str, list[str]]]:
        lines = await audit_trail(self.arranger.hubs.pool, self.hub.id, None, 100)
        return [(line.actor, line.subject, line.facts["changed_keys"]) for line in reversed(lines)]

    async def said(self) -> list[tuple[str, list[str]]]:
        rows = await self.arranger.hubs.pool.query("SELECT topic, body FROM outgoing ORDER BY id")
        return [(topic, body["changed_keys"]) for topic, body in rows]


@pytest_twisted.async_fixture
async def lamps(stores: Stores) -> Lamps:
    refreshed: list[tuple[int, str]] = []
    told: list[Reload] = []
    asked_anew: list[AccessChange] = []

    async def refresh(widget: WidgetInstance, function: str) -> None:
        refreshed.append((widget.id, function))

    async def tell(reload: Reload) -> None:
        told.append(reload)

    async def ask_anew(change: AccessChange) -> None:
        asked_anew.append(change)

    hub = await stores.hubs.create_hub(TEAM)
    arranger = Arranger(stores.hubs, our_widgets(), refresh, tell, ask_anew)
    return Lamps(hub, arranger, refreshed, told, asked_anew)


async def conflict(doing: Awaitable[Any]) -> ConflictError:
    with pytest.raises(ConflictError) as caught:
        await doing
    return caught.value


async def refused(doing: Awaitable[Any]) -> Why:
    with pytest.raises(ArrangeError) as caught:
        await doing
    return caught.value.why


async def test_a_widget_comes_to_the_end_and_is_told_of(lamps: Lamps) -> None:
    about = await lamps.add("about", text="Light.")
    members = await lamps.add("members")
    assert await lamps.places() == {"main": [about.id, members.id], "side": []}
    assert await lamps.interests(members) == ["group:lamp-sig", "team:lamps"]
    assert lamps.refreshed == [(members.id, "members")]
    assert lamps.told == [Reload(lamps.hub.id, "layout")] * 2
    assert await lamps.trail() == [("abe", "About", ["added"]), ("abe", "Members", ["added"])]
    assert await lamps.said() == [("hubs.widget.updated", ["added"])] * 2


async def test_a_widget_is_set_anew(lamps: Lamps) -> None:
    about = await lamps.add("about", text="Light.")
    lamps.told.clear()
    made = await lamps.arranger.configure(
        lamps.hub, "bea", about.id, about.version, {"text": "More light."}, PRIVATE
    )
    assert (made.config, made.visibility) == ({"text": "More light."}, PRIVATE)
    assert made.version == about.version + 1
    assert (await lamps.arranger.arrangement(lamps.hub)).widgets == (made,)
    assert set(lamps.told) == {
        Reload.layout(lamps.hub.id),
        Reload.widget(lamps.hub.id, about.id),
    }
    assert (await lamps.trail())[-1] == ("bea", "About", ["text", "visibility"])


async def test_streams_are_asked_anew_when_others_may_see_a_widget_or_the_feed(
    lamps: Lamps,
) -> None:
    hub, arranger, change = lamps.hub, lamps.arranger, AccessChange(lamps.hub.id)
    about, feed = await lamps.add("about"), await lamps.add("feed")
    assert lamps.asked_anew == [change]
    await arranger.configure(hub, "abe", about.id, 1, {"text": "x"}, PUBLIC)
    await arranger.hide(hub, "abe", about.id, 2)
    assert lamps.asked_anew == [change]
    await arranger.configure(hub, "abe", about.id, 3, {"text": "x"}, PRIVATE)
    assert lamps.asked_anew == [change] * 2
    await arranger.configure(hub, "abe", about.id, 4, {"text": "y"}, PRIVATE)
    assert lamps.asked_anew == [change] * 2
    await arranger.remove(hub, "abe", feed.id, 1)
    await arranger.restore(hub, "abe", feed.id)
    assert lamps.asked_anew == [change] * 4


async def test_what_is_done_twice_is_no_error_and_told_of_once(lamps: Lamps) -> None:
    hub, arranger = lamps.hub, lamps.arranger
    about, members = await lamps.add("about"), await lamps.add("members")
    version = await lamps.version()
    for _ in range(2):
        await arranger.configure(hub, "abe", about.id, 1, {"text": "x"}, PUBLIC)
    for _ in range(2):
        await arranger.hide(hub, "abe", members.id, 1)
    for _ in range(2):
        await arranger.move(hub, "abe", about.id, version, MAIN, 1)
    for _ in range(2):
        await arranger.remove(hub, "abe", about.id, 2)
    for _ in range(2):
        await arranger.restore(hub, "abe", about.id)
    keys = [keys for _, _, keys in (await lamps.trail())[2:]]
    assert keys == [["text"], ["hidden"], ["position"], ["removed"], ["restored"]]


async def test_of_two_who_set_it_anew_the_second_is_told_who_was_faster(lamps: Lamps) -> None:
    about = await lamps.add("about", text="Light.")

    async def write(actor: str) -> WidgetInstance | ConflictError:
        try:
            return await lamps.arranger.configure(
                lamps.hub, actor, about.id, 1, {"text": f"by {actor}"}, PUBLIC
            )
        except ConflictError as error:
            return error

    both = await gatherResults([Deferred.fromCoroutine(write(name)) for name in ("bea", "cyd")])
    [first] = [one for one in both if isinstance(one, WidgetInstance)]
    [second] = [one for one in both if isinstance(one, ConflictError)]
    assert second.theirs == first
    assert second.last is not None
    assert first.config == {"text": f"by {second.last.actor}"}
    assert (await lamps.arranger.arrangement(lamps.hub)).widgets == (first,)


async def test_of_two_who_move_at_once_the_second_is_told_who_was_faster(lamps: Lamps) -> None:
    one, two, three = [await lamps.add("about") for _ in range(3)]
    seen = await lamps.version()
    await lamps.arranger.move(lamps.hub, "bea", three.id, seen, MAIN, 0)
    assert await lamps.places() == {"main": [three.id, one.id, two.id], "side": []}
    error = await conflict(lamps.arranger.move(lamps.hub, "cyd", one.id, seen, SIDE, 0))
    assert error.last is not None
    assert error.last.actor == "bea"
    assert await lamps.places() == {"main": [three.id, one.id, two.id], "side": []}
    await lamps.arranger.move(lamps.hub, "cyd", one.id, await lamps.version(), SIDE, 7)
    assert await lamps.places() == {"main": [three.id, two.id], "side": [one.id]}


async def test_what_was_removed_is_put_back_as_it_was(lamps: Lamps) -> None:
    hub, arranger = lamps.hub, lamps.arranger
    widgets = [await lamps.add("about"), await lamps.add("members"), await lamps.add("about")]
    members = widgets[1]
    await arranger.remove(hub, "bea", members.id, 1)
    assert await lamps.interests(members) == []
    now = await arranger.arrangement(hub)
    [removed] = now.removed
    assert (removed.widget, removed.removal.actor) == (members, "bea")
    error = await conflict(arranger.hide(hub, "cyd", members.id, 1))
    assert (error.theirs, error.last) == (None, removed.removal)
    lamps.refreshed.clear()
    assert await arranger.restore(hub, "abe", members.id) == members
    assert await lamps.places() == {"main": [one.id for one in widgets], "side": []}
    assert await lamps.interests(members) == ["group:lamp-sig", "team:lamps"]
    assert lamps.refreshed == [(members.id, "members")]
    assert (await arranger.arrangement(hub)).removed == ()
    # Numbers of those to come are still new.
    assert (await lamps.add("about")).id > max(one.id for one in widgets)


async def test_what_was_changed_is_not_removed_unseen(lamps: Lamps) -> None:
    about = await lamps.add("about")
    await lamps.arranger.hide(lamps.hub, "bea", about.id, 1)
    error = await conflict(lamps.arranger.remove(lamps.hub, "abe", about.id, 1))
    assert error.last is not None
    assert error.last.actor == "bea"
    assert (await lamps.places())["main"] == [about.id]


async def test_what_was_removed_long_ago_is_gone(lamps: Lamps) -> None:
    old, new = await lamps.add("about"), await lamps.add("about")
    await lamps.arranger.remove(lamps.hub, "abe", old.id, 1)
    pool = lamps.arranger.hubs.pool
    await pool.run("UPDATE removed_widgets SET time = time - interval '31 days'")
    assert (await lamps.arranger.arrangement(lamps.hub)).removed == ()
    assert await refused(lamps.arranger.restore(lamps.hub, "abe", old.id)) is Why.UNKNOWN
    await lamps.arranger.remove(lamps.hub, "abe", new.id, 1)
    assert await pool.query("SELECT id FROM removed_widgets") == [(new.id,)]


async def test_a_hidden_widget_is_on_no_page_until_it_is_shown(lamps: Lamps) -> None:
    about = await lamps.add("about")
    hidden = await lamps.arranger.hide(lamps.hub, "abe", about.id, 1)
    view = await lamps.arranger.hubs.page(HubType.TEAM, "lamps", NOBODY)
    assert view is not None
    assert view.widgets == (hidden,)
    assert HubView(view.hub, NOBODY, frozenset({Role.OWNER}), view.widgets).visible_widgets == []
    shown = await lamps.arranger.hide(lamps.hub, "abe", about.id, 2, hidden=False)
    assert HubView(view.hub, widgets=(shown,)).visible_widgets == [shown]


@pytest.mark.parametrize(
    "doing",
    [
        lambda arranger, hub, one: arranger.configure(hub, "abe", one, 1, {}, PRIVATE),
        lambda arranger, hub, one: arranger.hide(hub, "abe", one, 1),
        lambda arranger, hub, one: arranger.move(hub, "abe", one, 1, SIDE, 0),
        lambda arranger, hub, one: arranger.remove(hub, "abe", one, 1),
        lambda arranger, hub, one: arranger.restore(hub, "abe", one),
    ],
    ids=["configure", "hide", "move", "remove", "restore"],
)
async def test_widgets_of_other_hubs_are_not_touched(
    lamps: Lamps, doing: Callable[[Arranger, Hub, int], Awaitable[Any]]
) -> None:
    arranger = lamps.arranger
    other = await arranger.hubs.create_hub(attrs.evolve(TEAM, name="others"))
    there, gone = await lamps.add("about"), await lamps.add("about")
    await arranger.remove(lamps.hub, "abe", gone.id, 1)
    before = await arranger.arrangement(lamps.hub)
    for one in (there.id, gone.id, 9999):
        assert await refused(doing(arranger, other, one)) is Why.UNKNOWN
    assert await arranger.arrangement(lamps.hub) == before


async def test_an_archived_hub_stays_as_it_is(lamps: Lamps) -> None:
    about = await lamps.add("about")
    await lamps.arranger.hubs.pool.run("UPDATE hubs SET config = %s", (Json({"archived": True}),))
    assert await refused(lamps.add("about")) is Why.ARCHIVED
    assert await refused(lamps.arranger.hide(lamps.hub, "abe", about.id, 1)) is Why.ARCHIVED


async def test_a_hub_is_full_at_some_time(lamps: Lamps) -> None:
    first = await lamps.add("about")
    await lamps.arranger.remove(lamps.hub, "abe", first.id, 1)
    await lamps.arranger.hubs.pool.run(
        "INSERT INTO widgets (hub_id, plugin, \"column\") SELECT %s, 'about', 'main' "
        "FROM generate_series(1, %s)",
        (lamps.hub.id, MOST),
    )
    assert await refused(lamps.add("about")) is Why.FULL
    assert await refused(lamps.arranger.restore(lamps.hub, "abe", first.id)) is Why.FULL


async def test_what_is_not_there_cannot_be_set(lamps: Lamps) -> None:
    with pytest.raises(UnknownWidgetError, match="no widget 'nowhere'"):
        await lamps.add("nowhere")
    about = await lamps.add("about")
    with pytest.raises(ConfigurationError, match="one of the parameters text"):
        await lamps.arranger.configure(lamps.hub, "abe", about.id, 1, {"txet": "y"}, PUBLIC)


async def test_the_bus_hears_only_of_what_every_visitor_sees(lamps: Lamps) -> None:
    about = await lamps.add("about")
    said = await lamps.said()
    await lamps.arranger.configure(lamps.hub, "abe", about.id, 1, {"text": "Light."}, PRIVATE)
    await lamps.arranger.configure(lamps.hub, "abe", about.id, 2, {"text": "Dark."}, PRIVATE)
    await lamps.arranger.remove(lamps.hub, "abe", about.id, 3)
    assert await lamps.said() == said
    assert len(await lamps.trail()) == 4


async def test_what_is_stored_stays_though_nobody_can_be_told(lamps: Lamps) -> None:
    async def away(*_: object) -> None:
        raise ConnectionError("no Redis")

    arranger = attrs.evolve(lamps.arranger, ask_refresh=away, tell_browsers=away)
    made = await arranger.add(lamps.hub, "abe", "members", {})
    assert (await lamps.places())["main"] == [made.id]
