from __future__ import annotations

import datetime
from typing import Any

import attrs
import pytest

from hubs.database.directory import Directory
from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.model.directory import PAGE, Order, Search
from hubs.model.hub import Hub, HubType, Visibility
from hubs.model.person import Role
from hubs.model.viewer import NOBODY, Viewer

#: Tuesday, 24 November 2026, 12:00 UTC.
NOW = 1795521600.0
DAY = 86_400
SINCE = datetime.date(2026, 11, 18)
TEAMS = Search(HubType.TEAM, SINCE)


@pytest.fixture
def directory(pool: Pool) -> Directory:
    return Directory(pool)


async def team(hub_store: HubStore, name: str, title: str = "", **more: Any) -> Hub:
    values = {"summary": "", **more}
    return await hub_store.create_hub(Hub(0, HubType.TEAM, name, title or name, **values))


async def names(directory: Directory, search: Search, viewer: Viewer = NOBODY) -> list[str]:
    found = await directory.find(search, viewer)
    assert found.total == len(found.hubs)
    return [one.hub.name for one in found.hubs]


async def test_without_words_all_teams_are_found(directory: Directory, hub_store: HubStore) -> None:
    await team(hub_store, "lamps")
    await team(hub_store, "docs")
    await hub_store.create_hub(Hub(0, HubType.USER, "abe", "Abe", ""))
    assert sorted(await names(directory, TEAMS)) == ["docs", "lamps"]
    people = attrs.evolve(TEAMS, type=HubType.USER)
    assert await names(directory, people) == ["abe"]


@pytest.mark.parametrize(
    "words",
    [
        "documentation",  # a word of its title
        "Docum",  # what somebody is typing
        "docs",  # its name
        "handbook",  # its summary
        "writing",  # a tag
        "documentaton",  # mistyped
        "ubersetzung",  # without accents
        "ÜBERSETZUNG hand",  # two words
        "ja",  # its language
    ],
)
async def test_a_hub_is_found_by_its_words(
    directory: Directory, hub_store: HubStore, words: str
) -> None:
    await team(
        hub_store,
        "docs",
        "Documentation & Übersetzung",
        summary="Keeps the handbook true.",
        config={"tags": ["writing"], "language": "ja"},
    )
    await team(hub_store, "lamps", "Lamps", summary="Light.", config={"tags": ["light"]})
    assert await names(directory, attrs.evolve(TEAMS, words=words)) == ["docs"]


@pytest.mark.parametrize("words", ["xylophone", "!!!", "'; DROP TABLE hubs --", "a & | !", "\\"])
async def test_what_no_hub_has_finds_none(
    directory: Directory, hub_store: HubStore, words: str
) -> None:
    await team(hub_store, "lamps")
    assert await names(directory, attrs.evolve(TEAMS, words=words)) == []


async def test_the_title_counts_more_than_the_summary(
    directory: Directory, hub_store: HubStore
) -> None:
    await team(hub_store, "one", "One", summary="We like the kernel.")
    await team(hub_store, "two", "Kernel", summary="One of many.")
    assert await names(directory, attrs.evolve(TEAMS, words="kernel")) == ["two", "one"]


async def test_filters_narrow_what_is_found(directory: Directory, hub_store: HubStore) -> None:
    await team(hub_store, "fr", config={"tags": ["words"], "language": "fr", "region": "EMEA"})
    await team(hub_store, "ja", config={"tags": ["words"], "language": "ja", "region": "APAC"})
    await team(hub_store, "code", config={"tags": ["code"]})
    filters: tuple[tuple[dict[str, Any], list[str]], ...] = (
        ({"tag": "words"}, ["fr", "ja"]),
        ({"language": "ja"}, ["ja"]),
        ({"region": "EMEA"}, ["fr"]),
        ({"tag": "words", "region": "LATAM"}, []),
    )
    for change, found in filters:
        assert sorted(await names(directory, attrs.evolve(TEAMS, **change))) == found
    facets = await directory.facets(HubType.TEAM, NOBODY)
    assert facets.tags == [("words", 2), ("code", 1)]
    assert facets.languages == [("fr", 1), ("ja", 1)]
    assert facets.regions == [("APAC", 1), ("EMEA", 1)]


async def test_the_order_is_the_one_asked_for(directory: Directory, hub_store: HubStore) -> None:
    idle = await team(hub_store, "idle")
    busy = await team(hub_store, "busy")
    for number in range(3):
        await hub_store.count_activity(busy.id, f"new{number}", NOW)
        await hub_store.count_activity(idle.id, f"old{number}", NOW - 30 * DAY)
        await hub_store.set_role(idle.id, f"person{number}", "", Role.MEMBER)
    await hub_store.set_role(busy.id, "fan", "", Role.STARGAZER)
    assert await names(directory, attrs.evolve(TEAMS, order=Order.ACTIVITY)) == ["busy", "idle"]
    assert await names(directory, attrs.evolve(TEAMS, order=Order.SIZE)) == ["idle", "busy"]
    found = await directory.find(attrs.evolve(TEAMS, order=Order.ACTIVITY), NOBODY)
    assert [(one.messages, one.members) for one in found.hubs] == [(3, 0), (0, 3)]


async def test_a_private_team_is_there_for_its_members_alone(
    directory: Directory, hub_store: HubStore
) -> None:
    config = {"tags": ["secret"]}
    hub = await team(hub_store, "vault", visibility=Visibility.PRIVATE, config=config)
    await team(hub_store, "shown", visibility=Visibility.PREVIEW)
    for name, role in (("abe", Role.MEMBER), ("bea", Role.SUBSCRIBER)):
        await hub_store.set_role(hub.id, name, "", role)
    people = dict(await hub_store.pool.query("SELECT username, id FROM people"))
    for viewer, found in (
        (Viewer(people["abe"], "abe"), ["shown", "vault"]),
        (Viewer(people["bea"], "bea"), ["shown"]),
        (NOBODY, ["shown"]),
    ):
        assert sorted(await names(directory, TEAMS, viewer)) == found
        tags = (await directory.facets(HubType.TEAM, viewer)).tags
        assert tags == ([("secret", 1)] if "vault" in found else ())


async def test_what_is_found_comes_in_pages(directory: Directory, hub_store: HubStore) -> None:
    for number in range(PAGE + 1):
        await team(hub_store, f"team{number:02}")
    first = await directory.find(TEAMS, NOBODY)
    assert [one.hub.name for one in first.hubs] == [f"team{number:02}" for number in range(PAGE)]
    assert (first.total, first.pages) == (PAGE + 1, 2)
    last = await directory.find(attrs.evolve(TEAMS, page=2), NOBODY)
    assert [one.hub.name for one in last.hubs] == [f"team{PAGE:02}"]
    assert (await directory.find(attrs.evolve(TEAMS, page=3), NOBODY)).hubs == []
