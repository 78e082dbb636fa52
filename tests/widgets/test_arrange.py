from __future__ import annotations

import pytest

from hubs.bus.message import BusMessage
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.viewer import NOBODY, HubView
from hubs.widgets.arrange import UnknownWidgetError, add_widget
from hubs.widgets.base import Stores
from hubs.widgets.members.widget import Members
from hubs.widgets.parameters import ConfigurationError
from tests.widgets.ours import our_widgets

TEAM = Hub(0, HubType.TEAM, "lamps", "", "", config={"sources": {"groups": ["lamp-sig"]}})


async def test_a_widget_is_stored_with_what_concerns_it(stores: Stores) -> None:
    hub = await stores.hubs.create_hub(TEAM)
    widget = await add_widget(stores.hubs, our_widgets(), hub, WidgetInstance(0, hub.id, "members"))
    assert await stores.hubs.widgets([widget.id]) == [(hub, widget)]
    rows = await stores.hubs.pool.query(
        "SELECT key, function FROM interests WHERE widget_id = %s ORDER BY key", (widget.id,)
    )
    assert rows == [("group:lamp-sig", "members"), ("team:lamps", "members")]


@pytest.mark.parametrize(
    ("plugin", "config", "reason"),
    [
        ("nowhere", {}, "expected one of about, "),
        ("about", {"text": "x", "txet": "y"}, "txet: got 'y', expected one of the parameters text"),
    ],
)
async def test_what_is_not_there_cannot_be_put_on_a_hub(
    stores: Stores, plugin: str, config: dict[str, str], reason: str
) -> None:
    hub = await stores.hubs.create_hub(TEAM)
    widget = WidgetInstance(0, hub.id, plugin, config=config)
    with pytest.raises((UnknownWidgetError, ConfigurationError), match=reason):
        await add_widget(stores.hubs, our_widgets(), hub, widget)
    assert await stores.hubs.page(HubType.TEAM, "lamps", NOBODY) == HubView(hub)


def test_what_shares_a_key_concerns_a_widget_unless_it_knows_better() -> None:
    message = BusMessage("1", "fas.group.member.sponsor", 1.0, {}, "abe joined")
    assert Members().should_invalidate(TEAM, WidgetInstance(1, 1, "members"), message)
