"""A hub whose page is as long as it gets."""

from __future__ import annotations

from hubs.cache.interfaces import Cached, ICache
from hubs.model.entry import Entry
from hubs.model.hub import HubType
from hubs.model.person import Role
from hubs.model.viewer import NOBODY
from hubs.widgets.base import cache_key
from tests.klein_app import community, packaging
from tests.klein_app.conftest import NOON, Town


async def full_hub(town: Town, cache: ICache) -> None:
    """Make a team with all widgets that suit one, of which each is as long as it gets."""
    hub = await town.team("lamps")
    for plugin, kind in town.registry.widgets.items():
        if HubType.TEAM in kind.hub_types:
            await town.widget(hub, plugin)
    await town.widget(hub, "members")
    names = [f"contributor{number}" for number in range(30)]
    for name in names:
        await town.person(name)
        await town.stores.hubs.set_role(hub.id, name, f"Full Name of {name}", Role.MEMBER)
    for number in range(100):
        agent = names[number % 30]
        sentence = f"{agent} pushed {number} commits to rpms/lantern-kernel (rawhide): "
        entry = Entry(
            f"2026-{number:08x}-5e5a-4b7c-9d1f-{number * 77777:012x}",
            NOON - number * 5000,
            ("git.receive", "bodhi.update.comment", "buildsys.build.state.change")[number % 3],
            sentence + f"Turn the wick of lamp {number * 7919} down before it smokes",
            f"https://src.fedoraproject.org/rpms/lantern-kernel/c/{number * 7654321:040x}",
            agent,
            [agent],
        )
        await town.stores.feeds.add(hub.feed, entry)
    view = await town.stores.hubs.page(HubType.TEAM, "lamps", NOBODY)
    assert view is not None
    full = {**packaging.FULL, **community.FULL}
    for widget in view.widgets:
        for function in town.registry.widgets[widget.plugin].functions:
            said = full.get(widget.plugin)
            data = said or await function.execute(hub, widget, town.stores)
            await cache.set(cache_key(widget, function), Cached(data, time=NOON))
