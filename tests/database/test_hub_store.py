"""The SQL store, on a real PostgreSQL."""

from __future__ import annotations

import datetime

import attrs
import psycopg2
import pytest

from hubs.database import interests
from hubs.database.hub_store import HubStore
from hubs.database.interests import Concern
from hubs.database.pool import Pool
from hubs.model.hub import Column, Hub, HubType, Visibility, WidgetInstance
from hubs.model.person import Member, Role

INFRA = Hub(
    id=0,
    type=HubType.TEAM,
    name="lamps",
    title="Lamplighters",
    summary="Light the lamps",
    config={"sources": {"groups": ["lamp"], "packages": ["wick"]}},
)
DAY = 86_400.0
NOW = 1_790_000_000.0


async def test_a_page_is_the_hub_with_its_widgets_in_order(hub_store: HubStore) -> None:
    hub = await hub_store.create_hub(INFRA)
    for position, plugin in ((1, "members"), (0, "about")):
        await hub_store.create_widget(
            WidgetInstance(0, hub.id, plugin, Column.SIDE, position, {"text": "x"}), {}
        )
    await hub_store.create_widget(WidgetInstance(0, hub.id, "feed", Column.MAIN), {})
    found = await hub_store.page(HubType.TEAM, "lamps")
    assert found is not None
    assert found[0] == hub
    assert [widget.plugin for widget in found[1]] == ["feed", "about", "members"]
    assert found[1][1].config == {"text": "x"}


async def test_a_page_may_have_no_widgets_and_a_name_no_hub(hub_store: HubStore) -> None:
    hub = await hub_store.create_hub(INFRA)
    assert await hub_store.page(HubType.TEAM, "lamps") == (hub, [])
    assert await hub_store.page(HubType.USER, "lamps") is None
    assert await hub_store.hub(hub.id) == hub
    assert await hub_store.hub(hub.id + 1) is None


async def test_two_hubs_of_one_type_have_two_names(hub_store: HubStore) -> None:
    await hub_store.create_hub(INFRA)
    await hub_store.create_hub(attrs.evolve(INFRA, type=HubType.USER))
    with pytest.raises(psycopg2.IntegrityError):
        await hub_store.create_hub(INFRA)


async def test_what_is_created_is_found_by_its_interests(hub_store: HubStore, pool: Pool) -> None:
    hub = await hub_store.create_hub(INFRA)
    widget = await hub_store.create_widget(
        WidgetInstance(0, hub.id, "members"), {"members": ["group:lamp"]}
    )
    found = await interests.concerned(pool, ["group:lamp", "package:wick", "package:oil"])
    assert set(found) == {
        Concern("group:lamp", hub.id),
        Concern("package:wick", hub.id),
        Concern("group:lamp", hub.id, widget.id, "members"),
    }
    [(found_hub, found_widget)] = await hub_store.widgets([widget.id, 999])
    assert (found_hub, found_widget) == (hub, widget)


async def test_interests_are_found_by_index(hub_store: HubStore, pool: Pool) -> None:
    await hub_store.create_hub(INFRA)
    await pool.run(
        """
        INSERT INTO interests (key, hub_id)
        SELECT 'package:p' || n, (SELECT id FROM hubs) FROM generate_series(1, 5000) AS n
        """
    )
    await pool.run("ANALYZE interests")
    plan = await pool.query(
        "EXPLAIN SELECT * FROM interests WHERE key = ANY(%s)", (["package:p7", "group:lamp"],)
    )
    text = "\n".join(line for (line,) in plan)
    assert "interests_key" in text
    assert "Seq Scan" not in text


async def test_members_are_there_once_with_owners_first(hub_store: HubStore) -> None:
    hub = await hub_store.create_hub(INFRA)
    await hub_store.set_role(hub.id, "zoe", "Zoe", Role.MEMBER)
    await hub_store.set_role(hub.id, "zoe", "Zoe Z", Role.OWNER)
    await hub_store.set_role(hub.id, "abe", "", Role.MEMBER)
    await hub_store.set_role(hub.id, "fan", "", Role.STARGAZER)
    person = await hub_store.create_hub(
        Hub(id=0, type=HubType.USER, name="abe", title="Abe", summary="")
    )
    await hub_store.count_activity(person.id, NOW)
    assert await hub_store.members(hub.id) == [
        Member("zoe", "Zoe Z", Role.OWNER),
        Member("abe", "", Role.MEMBER, NOW),
    ]


async def test_the_activity_of_a_private_person_shows_nowhere(hub_store: HubStore) -> None:
    hub = await hub_store.create_hub(INFRA)
    await hub_store.set_role(hub.id, "abe", "", Role.MEMBER)
    person = await hub_store.create_hub(
        Hub(0, HubType.USER, "abe", "Abe", "", visibility=Visibility.PRIVATE)
    )
    await hub_store.count_activity(person.id, NOW)
    assert await hub_store.members(hub.id) == [Member("abe", "", Role.MEMBER)]
    assert await hub_store.known_people(["abe"]) == set()


async def test_known_people_have_a_public_hub(hub_store: HubStore) -> None:
    await hub_store.create_hub(Hub(0, HubType.USER, "abe", "Abe", ""))
    await hub_store.create_hub(INFRA)
    assert await hub_store.known_people(["abe", "lamps", "nobody"]) == {"abe"}


async def test_the_busiest_team_is_first_and_private_ones_are_nowhere(
    hub_store: HubStore,
) -> None:
    idle = await hub_store.create_hub(INFRA)
    busy = await hub_store.create_hub(attrs.evolve(INFRA, name="busy"))
    secret = await hub_store.create_hub(
        attrs.evolve(INFRA, name="secret", visibility=Visibility.PRIVATE)
    )
    for time in (NOW, NOW + 1, NOW - 30 * DAY):
        await hub_store.count_activity(busy.id, time)
        await hub_store.count_activity(secret.id, time)
    await hub_store.set_role(busy.id, "abe", "", Role.MEMBER)
    since = datetime.datetime.fromtimestamp(NOW - 7 * DAY, datetime.UTC).date()
    found = await hub_store.busiest_teams(since, 10)
    assert [(team.hub.name, team.messages, team.members) for team in found] == [
        ("busy", 2, 1),
        (idle.name, 0, 0),
    ]
    assert found[0].hub.last_activity == NOW + 1
    assert len(await hub_store.busiest_teams(since, 1)) == 1


async def test_activity_of_a_hub_that_is_gone_is_passed_over(hub_store: HubStore) -> None:
    await hub_store.count_activity(12345, NOW)
    assert await hub_store.pool.query("SELECT 1 FROM activity") == []
