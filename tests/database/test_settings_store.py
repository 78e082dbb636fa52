"""Changing settings on a real PostgreSQL, also by two at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest
import pytest_twisted
from twisted.internet.defer import Deferred, gatherResults

from hubs.database import interests
from hubs.database.changes import audit_trail
from hubs.database.hub_store import HubStore
from hubs.database.settings_store import Changed, ClashError, SettingsStore
from hubs.model.hub import Column, Hub, HubType, Visibility, WidgetInstance
from hubs.model.settings import SettingsError, settings_of


@attrs.frozen
class Lamps:
    """A team with a widget that is concerned by what its packages are."""

    hub: Hub
    hubs: HubStore
    store: SettingsStore

    async def change(self, actor: str, version: int | None = None, **wanted: object) -> Changed:
        named = {key.replace("__", "."): value for key, value in wanted.items()}
        return await self.store.change(self.hub.id, actor, named, version)

    async def now(self) -> Hub:
        hub = await self.hubs.hub(self.hub.id)
        assert hub is not None
        return hub

    async def concerned(self, key: str) -> list[str | None]:
        found = await interests.concerned(self.hubs.pool, [key])
        return sorted((one.function for one in found), key=str)

    async def said(self) -> list[dict[str, Any]]:
        return [body for (body,) in await self.hubs.pool.query("SELECT body FROM outgoing")]


def packages(hub: Hub, widget: WidgetInstance) -> Mapping[str, list[str]]:
    del widget
    return {"updates": [f"package:{one}" for one in settings_of(hub)["sources.packages"]]}


@pytest_twisted.async_fixture
async def lamps(hub_store: HubStore) -> Lamps:
    hub = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    widget = WidgetInstance(0, hub.id, "updates", Column.SIDE)
    await hub_store.create_widget(widget, packages(hub, widget))
    return Lamps(hub, hub_store, SettingsStore(hub_store.pool, packages))


async def test_a_change_is_kept_told_and_in_the_trail(lamps: Lamps) -> None:
    changed = await lamps.change("abe", title=" Lamps & wicks ", tags=["oil"], summary="")
    assert changed.keys == {"title", "tags"}
    assert changed.after == await lamps.now()
    assert (changed.before, changed.after.version) == (lamps.hub, lamps.hub.version + 1)
    [line] = await audit_trail(lamps.hubs.pool, lamps.hub.id, None, 9)
    assert (line.actor, line.facts["changed_keys"]) == ("abe", ["tags", "title"])
    assert line.facts["before"] == {"title": "Lamps", "tags": []}
    assert line.facts["after"] == {"title": "Lamps & wicks", "tags": ["oil"]}
    [body] = await lamps.said()
    assert body["changed_keys"] == ["tags", "title"]
    assert body["hub_title"] == "Lamps & wicks"
    assert "oil" not in str(body)


async def test_nothing_new_changes_nothing(lamps: Lamps) -> None:
    assert (await lamps.change("abe", title="Lamps")).keys == frozenset()
    assert (await lamps.now()).version == lamps.hub.version
    assert await lamps.said() == []


async def test_sources_concern_the_feed_and_all_widgets_at_once(lamps: Lamps) -> None:
    await lamps.change("abe", sources__packages=["wick", "oil"])
    assert await lamps.concerned("package:wick") == [None, "updates"]
    await lamps.change("abe", sources__packages=["oil"])
    assert await lamps.concerned("package:wick") == []
    assert await lamps.concerned("package:oil") == [None, "updates"]


async def test_what_is_wrong_changes_nothing(lamps: Lamps) -> None:
    with pytest.raises(SettingsError):
        await lamps.change("abe", title="New", sources__packages=["a b"])
    assert await lamps.now() == lamps.hub


async def test_of_a_hub_that_becomes_private_nothing_is_told(lamps: Lamps) -> None:
    await lamps.change("abe", visibility="private", title="Vault")
    assert await lamps.said() == []
    assert (await lamps.now()).visibility is Visibility.PRIVATE
    assert len(await audit_trail(lamps.hubs.pool, lamps.hub.id, None, 9)) == 1


async def test_two_who_change_different_things_do_not_disturb_each_other(lamps: Lamps) -> None:
    seen = lamps.hub.version
    await lamps.change("bea", seen, title="Lamps", summary="Bright.", region="NA")
    # Abe's form has the old summary and region in it, which abe did not touch.
    changed = await lamps.change("abe", seen, title="Lanterns", summary="", region="")
    assert changed.keys == {"title"}
    now = await lamps.now()
    assert (now.title, now.summary, now.config) == ("Lanterns", "Bright.", {"region": "NA"})


async def test_of_two_who_change_the_same_the_second_is_told_what_differs(lamps: Lamps) -> None:
    seen = lamps.hub.version
    await lamps.change("bea", seen, summary="Dim.")
    await lamps.change("bea", None, summary="Bright.")
    with pytest.raises(ClashError) as caught:
        await lamps.change("abe", seen, summary="Dark.", title="Lanterns")
    [clash] = caught.value.clashes
    assert (clash.key, clash.actor) == ("summary", "bea")
    assert (clash.before, clash.theirs, clash.mine) == ("", "Bright.", "Dark.")
    assert clash.time is not None
    assert (await lamps.now()).title == "Lamps"
    # Having seen that, abe may insist.
    await lamps.change("abe", caught.value.hub.version, summary="Dark.", title="Lanterns")
    assert (await lamps.now()).summary == "Dark."


async def test_both_who_want_the_same_get_it(lamps: Lamps) -> None:
    await lamps.change("bea", lamps.hub.version, summary="Bright.")
    assert (await lamps.change("abe", lamps.hub.version, summary="Bright.")).keys == frozenset()


async def test_at_the_same_moment_one_of_two_wins(lamps: Lamps) -> None:
    seen = lamps.hub.version
    tries = [
        Deferred.fromCoroutine(lamps.change(name, seen, summary=name)).addErrback(
            lambda failure: failure.trap(ClashError)
        )
        for name in ("abe", "bea")
    ]
    outcomes = await gatherResults(tries)
    assert [outcome for outcome in outcomes if outcome is ClashError] == [ClashError]
    assert (await lamps.now()).summary in {"abe", "bea"}


@pytest.mark.parametrize("version", [-5, 0, 99])
async def test_a_change_that_is_in_no_trail_is_a_clash_too(lamps: Lamps, version: int) -> None:
    await lamps.hubs.pool.run("UPDATE hubs SET title = 'By hand'")
    for seen in (lamps.hub.version, version):
        with pytest.raises(ClashError) as caught:
            await lamps.change("abe", seen, title="Lanterns")
        [clash] = caught.value.clashes
        assert (clash.theirs, clash.before, clash.time) == ("By hand", None, None)
