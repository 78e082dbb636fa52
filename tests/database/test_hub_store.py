"""The SQL store, on a real PostgreSQL."""

from __future__ import annotations

import attrs
import psycopg2
import pytest

from hubs.database.hub_store import REMEMBERED, HubStore
from hubs.model.hub import FEED, Column, Hub, HubType, Visibility, WidgetInstance
from hubs.model.person import Member, Role
from hubs.model.standing import Standing
from hubs.model.viewer import NOBODY, HubView, Viewer

INFRA = Hub(
    id=0,
    type=HubType.TEAM,
    name="lamps",
    title="Lamplighters",
    summary="Light the lamps",
    config={"sources": {"groups": ["lamp"], "packages": ["wick"]}},
)
PUBLIC, PREVIEW, PRIVATE = Visibility
DAY = 86_400.0
NOW = 1_790_000_000.0


async def test_a_page_is_the_hub_with_its_widgets_in_order(hub_store: HubStore) -> None:
    hub = await hub_store.create_hub(INFRA)
    for position, plugin in ((1, "members"), (0, "about")):
        await hub_store.create_widget(
            WidgetInstance(0, hub.id, plugin, Column.SIDE, position, {"text": "x"}), {}
        )
    await hub_store.create_widget(WidgetInstance(0, hub.id, "feed", Column.MAIN), {})
    found = await hub_store.page(HubType.TEAM, "lamps", NOBODY)
    assert found is not None
    assert found.hub == hub
    assert found.roles == set()
    assert [widget.plugin for widget in found.widgets] == ["feed", "about", "members"]
    assert found.widgets[1].config == {"text": "x"}


async def test_a_page_says_what_its_viewer_is_to_the_hub(hub_store: HubStore) -> None:
    hub, other = [
        await hub_store.create_hub(attrs.evolve(INFRA, name=name)) for name in ("lamps", "wicks")
    ]
    await hub_store.create_widget(WidgetInstance(0, hub.id, "feed"), {})
    for role in (Role.MEMBER, Role.STARGAZER):
        await hub_store.set_role(hub.id, "abe", "", role)
    await hub_store.set_role(other.id, "abe", "", Role.OWNER)
    await hub_store.set_role(hub.id, "zoe", "", Role.OWNER)
    [[person_id]] = await hub_store.pool.query("SELECT id FROM people WHERE username = 'abe'")
    abe = Viewer(person_id, "abe")
    page = await hub_store.page(HubType.TEAM, "lamps", abe)
    assert page is not None
    assert page.roles == {Role.MEMBER, Role.STARGAZER}
    assert page.viewer == abe
    assert page.standing == Standing(members=2)
    bare = attrs.evolve(page, widgets=(), standing=Standing())
    assert await hub_store.view(hub.id, abe) == bare
    assert await hub_store.view(999, abe) is None


@pytest.mark.parametrize(
    ("feeds", "who"),
    [
        ([], PUBLIC),
        ([(PUBLIC, False)], PUBLIC),
        ([(PREVIEW, False)], PREVIEW),
        ([(PRIVATE, False), (PUBLIC, False)], PUBLIC),
        ([(PREVIEW, False), (PUBLIC, True)], PREVIEW),
        ([(PRIVATE, True)], PRIVATE),
    ],
)
async def test_a_feed_is_for_those_who_may_see_a_widget_that_shows_it(
    hub_store: HubStore, feeds: list[tuple[Visibility, bool]], who: Visibility
) -> None:
    hub = await hub_store.create_hub(INFRA)
    for visibility, hidden in feeds:
        widget = WidgetInstance(0, hub.id, FEED, visibility=visibility)
        made = await hub_store.create_widget(widget, {})
        await hub_store.pool.run("UPDATE widgets SET hidden = %s WHERE id = %s", (hidden, made.id))
    page = await hub_store.page(HubType.TEAM, hub.name, NOBODY)
    view = await hub_store.view(hub.id, NOBODY)
    assert page is not None
    assert view is not None
    assert (page.feed_visibility, view.feed_visibility) == (who, who)
    assert [one.visibility for one in view.widgets] == [one for one, _ in feeds if one != PUBLIC]


async def test_a_page_may_have_no_widgets_and_a_name_no_hub(hub_store: HubStore) -> None:
    hub = await hub_store.create_hub(INFRA)
    assert await hub_store.page(HubType.TEAM, "lamps", NOBODY) == HubView(hub)
    assert await hub_store.page(HubType.USER, "lamps", NOBODY) is None
    assert await hub_store.hub(hub.id) == hub
    assert await hub_store.hub(hub.id + 1) is None


async def test_two_hubs_of_one_type_have_two_names(hub_store: HubStore) -> None:
    await hub_store.create_hub(INFRA)
    await hub_store.create_hub(attrs.evolve(INFRA, type=HubType.USER))
    with pytest.raises(psycopg2.IntegrityError):
        await hub_store.create_hub(INFRA)


async def test_widgets_are_found_by_number(hub_store: HubStore) -> None:
    hub = await hub_store.create_hub(INFRA)
    widget = await hub_store.create_widget(WidgetInstance(0, hub.id, "members"), {})
    assert await hub_store.widgets([widget.id, 999]) == [(hub, widget)]


async def test_members_are_there_once_with_owners_first(hub_store: HubStore) -> None:
    hub = await hub_store.create_hub(INFRA)
    await hub_store.set_role(hub.id, "zoe", "Zoe", Role.MEMBER)
    await hub_store.set_role(hub.id, "zoe", "Zoe Z", Role.OWNER)
    await hub_store.set_role(hub.id, "abe", "", Role.MEMBER)
    await hub_store.set_role(hub.id, "fan", "", Role.STARGAZER)
    person = await hub_store.create_hub(
        Hub(id=0, type=HubType.USER, name="abe", title="Abe", summary="")
    )
    await hub_store.count_activity(person.id, "m1", NOW)
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
    await hub_store.count_activity(person.id, "m1", NOW)
    assert await hub_store.members(hub.id) == [Member("abe", "", Role.MEMBER)]
    assert await hub_store.known_people(["abe"]) == set()


async def test_known_people_have_a_public_hub(hub_store: HubStore) -> None:
    await hub_store.create_hub(Hub(0, HubType.USER, "abe", "Abe", ""))
    await hub_store.create_hub(INFRA)
    assert await hub_store.known_people(["abe", "lamps", "nobody"]) == {"abe"}


async def test_activity_of_a_hub_that_is_gone_is_passed_over(hub_store: HubStore) -> None:
    await hub_store.count_activity(12345, "m1", NOW)
    assert await hub_store.pool.query("SELECT 1 FROM activity") == []


async def test_a_message_is_counted_once_and_remembered_for_as_long_as_it_may_come_again(
    hub_store: HubStore,
) -> None:
    hub = await hub_store.create_hub(INFRA)
    other = await hub_store.create_hub(attrs.evolve(INFRA, name="other"))
    for hub_id in (hub.id, hub.id, other.id):
        await hub_store.count_activity(hub_id, "m1", NOW)
    await hub_store.count_activity(hub.id, "m2", NOW + REMEMBERED * DAY)
    await hub_store.count_activity(hub.id, "m1", NOW)
    counted = "SELECT hub_id, messages FROM activity ORDER BY hub_id, day"
    assert await hub_store.pool.query(counted) == [(hub.id, 1), (hub.id, 1), (other.id, 1)]
    await hub_store.count_activity(hub.id, "m3", NOW + (REMEMBERED + 1) * DAY)
    remembered = "SELECT hub_id, id FROM counted ORDER BY hub_id, id"
    assert await hub_store.pool.query(remembered) == [
        (hub.id, "m2"),
        (hub.id, "m3"),
        (other.id, "m1"),
    ]
