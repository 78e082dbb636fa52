"""Puts the invented people and teams into the database."""

from __future__ import annotations

from hubs.database.hub_store import HubStore
from hubs.demo.cast import PEOPLE, InventedPerson, InventedTeam
from hubs.demo.teams import TEAMS
from hubs.model.hub import Column, Hub, HubType, WidgetInstance
from hubs.model.person import Role
from hubs.widgets.arrange import add_widget
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
    await _add_widgets(hubs, registry, hub, person.about)


async def _add_team(hubs: HubStore, registry: Registry, team: InventedTeam) -> None:
    hub = await hubs.create_hub(
        Hub(
            id=0,
            type=HubType.TEAM,
            name=team.name,
            title=team.title,
            summary=team.summary,
            visibility=team.visibility,
            config={"sources": {kind: list(names) for kind, names in team.sources.items()}},
        )
    )
    for username, role in team.roles():
        await hubs.set_role(hub.id, username, _FULL_NAMES[username], role)
    await _add_widgets(hubs, registry, hub, team.about)
    await add_widget(hubs, registry, hub, WidgetInstance(0, hub.id, "members", Column.SIDE, 1))


async def _add_widgets(hubs: HubStore, registry: Registry, hub: Hub, about: str) -> None:
    await add_widget(hubs, registry, hub, WidgetInstance(0, hub.id, "feed", Column.MAIN))
    text = {"text": about.strip()}
    await add_widget(hubs, registry, hub, WidgetInstance(0, hub.id, "about", Column.SIDE, 0, text))
