from __future__ import annotations

import json

from hubs.model.hub import Hub, HubType, Visibility, WidgetInstance
from hubs.model.person import Role
from hubs.widgets.base import Stores
from hubs.widgets.members.widget import SHOWN, Members, MembersWidget

WIDGET = WidgetInstance(7, 1, "members")


async def test_members_are_found_with_owners_first(stores: Stores) -> None:
    hub = await stores.hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "", ""))
    await stores.hubs.set_role(hub.id, "abe", "Abe", Role.MEMBER)
    await stores.hubs.set_role(hub.id, "zoe", "Zoe", Role.OWNER)
    await stores.hubs.set_role(hub.id, "fan", "Fan", Role.STARGAZER)
    found = await Members().execute(hub, WIDGET, stores)
    assert json.loads(json.dumps(found)) == [
        {"username": "zoe", "full_name": "Zoe", "role": "owner", "last_activity": None},
        {"username": "abe", "full_name": "Abe", "role": "member", "last_activity": None},
    ]


async def test_only_public_people_are_linked(stores: Stores) -> None:
    hub = await stores.hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "", ""))
    await stores.hubs.create_hub(Hub(0, HubType.USER, "abe", "", ""))
    await stores.hubs.create_hub(Hub(0, HubType.USER, "shy", "", "", Visibility.PRIVATE))
    members = [{"username": name} for name in ("abe", "shy", "ghost")]
    context = await MembersWidget().context(hub, WIDGET, {"members": members}, stores)
    assert context == {"members": members, "paths": {"abe": "/u/abe/"}, "count": 3}


async def test_of_many_members_the_first_are_shown(stores: Stores) -> None:
    hub = Hub(1, HubType.TEAM, "lamps", "", "")
    members = [{"username": f"m{number}"} for number in range(SHOWN + 5)]
    context = await MembersWidget().context(hub, WIDGET, {"members": members}, stores)
    assert context["members"] == members[:SHOWN]
    assert context["count"] == SHOWN + 5


def test_what_concerns_the_members_are_the_team_and_its_groups() -> None:
    sources = {"sources": {"groups": ["lamp-sig", "oil-sig"], "packages": ["wick"]}}
    team = Hub(1, HubType.TEAM, "lamps", "", "", config=sources)
    assert Members().interests(team, WIDGET) == {"team:lamps", "group:lamp-sig", "group:oil-sig"}
    assert Members().interests(Hub(1, HubType.TEAM, "lamps", "", ""), WIDGET) == {"team:lamps"}
