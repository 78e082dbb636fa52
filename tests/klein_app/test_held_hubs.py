"""Widgets that list the hubs of a person, and count the people of a hub."""

from __future__ import annotations

import json
import re

import pytest

from hubs.database.held_hubs import count_roles
from hubs.model.hub import Hub, Visibility, WidgetInstance
from hubs.model.person import Role
from tests.klein_app.conftest import Town
from tests.widgets.drawing import Drawing, Drawn


async def zoes_hub(town: Town) -> Hub:
    """Make somebody who has to do with hubs of all sorts, and give their own."""
    zoe = await town.person("zoe")
    await town.stores.hubs.set_role(zoe.id, "zoe", "Zoe", Role.OWNER)
    for name, visibility, role in (
        ("lamps", Visibility.PUBLIC, Role.MEMBER),
        ("oil", Visibility.PUBLIC, Role.OWNER),
        ("drafts", Visibility.PREVIEW, Role.MEMBER),
        ("vault", Visibility.PRIVATE, Role.OWNER),
        ("wicks", Visibility.PUBLIC, Role.SUBSCRIBER),
        ("cellar", Visibility.PRIVATE, Role.SUBSCRIBER),
        ("moths", Visibility.PUBLIC, Role.STARGAZER),
    ):
        team = await town.team(name, visibility)
        await town.stores.hubs.set_role(team.id, "zoe", "Zoe", role)
        if name == "lamps":
            await town.stores.hubs.set_role(team.id, "zoe", "Zoe", Role.SUBSCRIBER)
    return zoe


async def found(town: Town, hub: Hub, plugin: str) -> object:
    """Let a worker find what a widget shows."""
    [function] = town.registry.widgets[plugin].functions
    data = await function.execute(hub, WidgetInstance(7, hub.id, plugin), town.stores)
    return json.loads(json.dumps(data))


async def draw(drawing: Drawing, town: Town, hub: Hub, plugin: str, data: object) -> Drawn:
    """Draw a widget with what a worker found."""
    [function] = town.registry.widgets[plugin].functions
    return await drawing.draw(hub, plugin, data={function.name: data}, stores=town.stores)


@pytest.mark.parametrize(
    ("plugin", "names"),
    [
        ("memberships", ["oil", "lamps"]),
        ("subscriptions", ["lamps", "wicks"]),
        ("my_hubs", ["oil", "lamps", "wicks", "moths"]),
    ],
)
async def test_the_hubs_of_a_person_are_listed_that_everybody_may_see(
    town: Town, drawing: Drawing, plugin: str, names: list[str]
) -> None:
    zoe = await zoes_hub(town)
    drawn = await draw(drawing, town, zoe, plugin, await found(town, zoe, plugin))
    assert re.findall(r'href="/t/(\w+)/"', drawn.html) == names


async def test_a_hub_that_has_become_private_is_not_shown_from_that_moment_on(
    town: Town, drawing: Drawing
) -> None:
    zoe = await zoes_hub(town)
    data = await found(town, zoe, "my_hubs")
    await town.stores.hubs.pool.run("UPDATE hubs SET visibility = 'private' WHERE name = 'oil'")
    drawn = await draw(drawing, town, zoe, "my_hubs", data)
    assert re.findall(r'href="/t/(\w+)/"', drawn.html) == ["lamps", "wicks", "moths"]


@pytest.mark.parametrize("plugin", ["memberships", "subscriptions", "my_hubs"])
async def test_who_has_no_hubs_is_told_where_there_are_some(
    town: Town, drawing: Drawing, plugin: str
) -> None:
    zoe = await town.person("zoe")
    drawn = await draw(drawing, town, zoe, plugin, await found(town, zoe, plugin))
    assert 'class="empty"' in drawn.html
    assert 'href="/teams/"' in drawn.html


async def test_of_many_hubs_the_rest_unfolds(town: Town, drawing: Drawing) -> None:
    zoe = await town.person("zoe")
    for number in range(12):
        team = await town.team(f"lamps{number}")
        await town.stores.hubs.set_role(team.id, "zoe", "Zoe", Role.MEMBER)
    drawn = await draw(drawing, town, zoe, "memberships", await found(town, zoe, "memberships"))
    assert "and 4 more" in drawn.text
    assert drawn.html.count("<li") == 12


async def test_the_people_of_a_hub_are_counted_each_once(town: Town, drawing: Drawing) -> None:
    hub = await town.team("lamps")
    for name, role in (
        ("abe", Role.OWNER),
        ("abe", Role.MEMBER),
        ("zoe", Role.MEMBER),
        ("bea", Role.SUBSCRIBER),
    ):
        await town.stores.hubs.set_role(hub.id, name, name, role)
    counts = await count_roles(town.stores.hubs.pool, hub.id)
    assert counts == {Role.OWNER: 1, Role.MEMBER: 2, Role.SUBSCRIBER: 1, Role.STARGAZER: 0}
    drawn = await draw(drawing, town, hub, "stats", await found(town, hub, "stats"))
    assert drawn.text == "Members 2 Subscribers 1 Stars 0"
    bare = await town.person("ida")
    drawn = await draw(drawing, town, bare, "stats", await found(town, bare, "stats"))
    assert drawn.text == "Followers 0 Stars 0 Nobody follows this yet. Be the first."
