"""Puts an invented world where the pipeline finds it."""

from __future__ import annotations

from hubs.database.hub_store import HubStore
from hubs.database.stream_store import StreamStore
from hubs.model.hub import Hub, HubType, Visibility, WidgetInstance
from hubs.model.person import Role
from hubs.model.stream import Hide
from hubs.widgets.arrange import add_widget
from hubs.widgets.registry import Registry
from tests.chaos.world import Numbers, Team, World


async def settle(world: World, hubs: HubStore) -> tuple[Numbers, dict[str, WidgetInstance]]:
    """Make the hubs of an invented world, a widget on each team's.

    Args:
        world: The world.
        hubs: The SQL store, of an empty database.

    Returns:
        What the database calls them, and the widgets by name of the team.
    """
    homes = {}
    for name in world.people:
        home = await hubs.create_hub(Hub(0, HubType.USER, name, name, ""))
        await hubs.set_role(home.id, name, name, Role.OWNER)
        homes[name] = home.id
    people = dict(await hubs.pool.query("SELECT username, id FROM people"))
    teams = {team.name: await _create(team, hubs) for team in world.teams}
    widgets = {}
    for team in world.teams:
        hub = teams[team.name]
        widgets[team.name] = await add_widget(
            hubs, Registry.from_entry_points(), hub, WidgetInstance(0, hub.id, "members")
        )
        for name in team.hidden:
            await StreamStore(hubs.pool).hide(people[name], Hide(hub.id, None))
    return Numbers(people, homes, {name: hub.id for name, hub in teams.items()}), widgets


async def _create(team: Team, hubs: HubStore) -> Hub:
    sources = {"groups": list(team.groups), "channels": list(team.channels)}
    visibility, config = Visibility(team.visibility), {"sources": sources}
    hub = await hubs.create_hub(
        Hub(0, HubType.TEAM, team.name, team.name, "", visibility, config=config)
    )
    for name, roles in team.roles.items():
        for role in roles:
            await hubs.set_role(hub.id, name, name, Role(role))
    return hub
