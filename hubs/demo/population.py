"""Puts the invented people and teams into the database."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from hubs.database.hub_store import HubStore
from hubs.database.role_store import RoleStore
from hubs.database.team_store import TeamStore
from hubs.demo.accounts import group_of
from hubs.demo.cast import PEOPLE, InventedPerson, InventedTeam
from hubs.demo.teams import TEAMS
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.person import Role
from hubs.model.viewer import Viewer
from hubs.widgets.arrange import add_widget, functions_of
from hubs.widgets.defaults import person_widgets
from hubs.widgets.registry import Registry

_FULL_NAMES = {person.username: person.full_name for person in PEOPLE}


async def populate(hubs: HubStore, registry: Registry) -> bool:
    """Store the invented people and teams that are not there yet.

    Args:
        hubs: The SQL store.
        registry: The widgets there are.

    Returns:
        True if any was missing.
    """
    missing = False
    for person in PEOPLE:
        if await hubs.hub_named(HubType.USER, person.username) is None:
            missing = True
            await _add_person(hubs, registry, person)
    for team in TEAMS:
        if await hubs.hub_named(HubType.TEAM, team.name) is None:
            missing = True
            await _add_team(hubs, registry, team)
    return missing


async def _add_person(hubs: HubStore, registry: Registry, person: InventedPerson) -> None:
    hub = await hubs.create_hub(
        Hub(0, HubType.USER, person.username, person.full_name, person.summary)
    )
    await hubs.set_role(hub.id, person.username, person.full_name, Role.OWNER)
    await _add_widgets(hubs, registry, hub, person_widgets(person.about.strip()))


async def _add_team(hubs: HubStore, registry: Registry, team: InventedTeam) -> None:
    hub = await hubs.create_hub(
        Hub(
            id=0,
            type=HubType.TEAM,
            name=team.name,
            title=team.title,
            summary=team.summary,
            visibility=team.visibility,
            config=team.config(),
        )
    )
    for username, role in team.roles():
        await hubs.set_role(hub.id, username, _FULL_NAMES[username], role)
    await _add_widgets(hubs, registry, hub, team.widgets())
    for username, words in team.asking.items():
        await _ask(hubs, hub, username, words)
    group = group_of(team)
    if group is not None and team.mirrors:
        await TeamStore(hubs.pool, functions_of(registry)).adopt(team.name, group)


async def _ask(hubs: HubStore, hub: Hub, username: str, words: str) -> None:
    rows = await hubs.pool.query("SELECT id FROM people WHERE username = %s", (username,))
    for (person_id,) in rows:
        await RoleStore(hubs.pool).ask(hub.id, Viewer(person_id, username), words)


async def _add_widgets(
    hubs: HubStore, registry: Registry, hub: Hub, widgets: Iterable[WidgetInstance]
) -> None:
    for widget in widgets:
        await add_widget(hubs, registry, hub, attrs.evolve(widget, hub_id=hub.id))
