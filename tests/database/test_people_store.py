"""People, on a real PostgreSQL."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred, gatherResults

from hubs.database.hub_store import HubStore
from hubs.database.people_store import PeopleStore
from hubs.model.hub import Hub, HubType
from hubs.model.person import Role
from hubs.widgets.arrange import functions_of
from hubs.widgets.defaults import person_widgets
from tests.widgets.ours import our_widgets


@pytest.fixture
def people(hub_store: HubStore) -> PeopleStore:
    """Give the store of people."""
    return PeopleStore(hub_store.pool, functions_of(our_widgets()))


async def test_the_first_log_in_makes_a_person_and_their_hub(
    people: PeopleStore, hub_store: HubStore
) -> None:
    abe = await people.welcome("abe", "Abe Lamp", person_widgets())
    assert (abe.username, abe.full_name) == ("abe", "Abe Lamp")
    page = await hub_store.page(HubType.USER, "abe", abe)
    assert page is not None
    assert page.hub.title == "Abe Lamp"
    assert page.roles == {Role.OWNER}
    assert [widget.plugin for widget in page.widgets] == [one.plugin for one in person_widgets()]
    keys = await hub_store.pool.query(
        "SELECT key FROM interests WHERE hub_id = %s AND widget_id IS NULL", (page.hub.id,)
    )
    assert keys == [("user:abe",)]


async def test_every_other_log_in_finds_them_as_they_are(
    people: PeopleStore, hub_store: HubStore
) -> None:
    first = await people.welcome("abe", "Abe Lamp", person_widgets())
    assert await people.welcome("abe", "", person_widgets()) == first
    again = await people.welcome("abe", "Abraham Lamp", person_widgets())
    assert (again.person_id, again.full_name) == (first.person_id, "Abraham Lamp")
    page = await hub_store.page(HubType.USER, "abe", first)
    assert page is not None
    assert page.hub.title == "Abe Lamp"
    assert len(page.widgets) == len(person_widgets())


async def test_who_was_known_before_gets_what_is_missing(
    people: PeopleStore, hub_store: HubStore
) -> None:
    team = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "", ""))
    await hub_store.set_role(team.id, "abe", "Abe Lamp", Role.MEMBER)
    await hub_store.create_hub(Hub(0, HubType.USER, "zoe", "Zoe", ""))
    abe = await people.welcome("abe", "", person_widgets())
    assert abe.full_name == "Abe Lamp"
    zoe = await people.welcome("zoe", "", person_widgets())
    for viewer in (abe, zoe):
        page = await hub_store.page(HubType.USER, viewer.username, viewer)
        assert page is not None
        assert page.roles == {Role.OWNER}


async def test_two_first_log_ins_at_once_make_one_hub(
    people: PeopleStore, hub_store: HubStore
) -> None:
    logging_in = [
        Deferred.fromCoroutine(people.welcome("abe", "Abe", person_widgets())) for _ in range(2)
    ]
    first, second = await gatherResults(logging_in)
    assert first == second
    page = await hub_store.page(HubType.USER, "abe", first)
    assert page is not None
    assert len(page.widgets) == len(person_widgets())


async def test_without_a_full_name_the_account_name_is_the_title(
    people: PeopleStore, hub_store: HubStore
) -> None:
    await people.welcome("abe", "", person_widgets())
    hub = await hub_store.hub_named(HubType.USER, "abe")
    assert hub is not None
    assert hub.title == "abe"
