from __future__ import annotations

from typing import Any

import attrs
import pytest

from hubs.database.hub_store import HubStore
from hubs.model.hub import Column, Hub, HubType, WidgetInstance
from hubs.model.reload import AccessChange, Reload
from hubs.widgets.arrange import add_widget
from hubs.widgets.hub_settings import HubSettings
from tests.widgets.ours import our_widgets


@attrs.frozen
class Told:
    """What was told, in order."""

    said: list[Any] = attrs.field(factory=list)

    async def tell(self, what: Reload | AccessChange) -> None:
        self.said.append(what)

    async def ask(self, widget: WidgetInstance, function: str) -> None:
        self.said.append((widget.plugin, function))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def settings(hub_store: HubStore, told: Told) -> HubSettings:
    return HubSettings(hub_store, our_widgets(), told.ask, told.tell, told.tell)


async def made(hub_store: HubStore) -> Hub:
    hub = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    await add_widget(
        hub_store, our_widgets(), hub, WidgetInstance(0, hub.id, "members", Column.SIDE)
    )
    return hub


async def test_those_who_look_are_told_of_what_concerns_them(
    settings: HubSettings, hub_store: HubStore, told: Told
) -> None:
    hub = await made(hub_store)
    await settings.change(hub.id, "abe", {"title": "Lanterns"}, None)
    await settings.change(hub.id, "abe", {"title": "Lanterns"}, None)
    assert told.said == [Reload.head(hub.id)]
    del told.said[:]
    await settings.change(hub.id, "abe", {"sources.groups": ["lamps"]}, None)
    everything = Reload(hub.id, "reload-all")
    assert told.said == [Reload.head(hub.id), ("members", "members"), everything]
    del told.said[:]
    await settings.change(hub.id, "abe", {"visibility": "private"}, None)
    assert told.said == [AccessChange(hub.id), Reload.head(hub.id)]


async def test_a_queue_that_is_away_keeps_nobody_from_changing(
    settings: HubSettings, hub_store: HubStore
) -> None:
    async def away(*what: object) -> None:
        raise ConnectionError(*what)

    hub = await made(hub_store)
    alone = attrs.evolve(settings, ask_refresh=away, tell_browsers=away)
    changed = await alone.change(hub.id, "abe", {"sources.groups": ["lamps"]}, None)
    assert await hub_store.hub(hub.id) == changed.after
