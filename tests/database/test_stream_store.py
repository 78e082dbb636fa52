"""What waits for people, what they save and what they hide, on a real PostgreSQL."""

from __future__ import annotations

import itertools

import pytest

from hubs.database.hub_store import HubStore
from hubs.database.stream_store import StreamStore
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType
from hubs.model.person import Role
from hubs.model.stream import Answer, Ask, Hide

ASK = Ask("review 3", ("abe",))


def entry(name: str, time: float) -> Entry:
    return Entry(name, time, "forgejo.pull_request", f"zoe asks, {name}")


@pytest.fixture
def streams(hub_store: HubStore) -> StreamStore:
    return StreamStore(hub_store.pool)


async def person(hub_store: HubStore, name: str, role: Role = Role.OWNER) -> int:
    hub = await hub_store.create_hub(Hub(0, HubType.USER, name, name, ""))
    await hub_store.set_role(hub.id, name, name, role)
    rows = await hub_store.pool.query("SELECT id FROM people WHERE username = %s", (name,))
    return int(rows[0][0])


async def test_what_is_asked_waits_until_it_is_answered_in_whatever_order_that_is_read(
    hub_store: HubStore, streams: StreamStore
) -> None:
    abe = await person(hub_store, "abe")
    steps = [
        lambda subject: streams.ask(Ask(subject, ("abe",)), entry("first", 1.0)),
        lambda subject: streams.answer(Answer(subject), 2.0),
        lambda subject: streams.ask(Ask(subject, ("abe",)), entry("again", 3.0)),
        lambda subject: streams.answer(Answer(subject, "abe"), 4.0),
    ]
    for count, expected in ((1, ["first"]), (2, []), (3, ["again"]), (4, [])):
        for order in itertools.permutations(steps[:count]):
            await hub_store.pool.run("DELETE FROM asks")
            await hub_store.pool.run("DELETE FROM answers")
            for step in order:
                await step("it")
            assert [one.id for one in await streams.waiting(abe)] == expected


async def test_one_person_answers_for_themselves_alone(
    hub_store: HubStore, streams: StreamStore
) -> None:
    abe, zoe = await person(hub_store, "abe"), await person(hub_store, "zoe")
    await streams.ask(Ask("it", ("abe", "zoe", "nobody")), entry("a", 1.0))
    await streams.answer(Answer("it", "abe"), 2.0)
    assert await streams.waiting(abe) == []
    assert await streams.waiting(zoe) == [entry("a", 1.0)]


async def test_what_waits_for_owners_waits_for_each_of_them_and_for_no_member(
    hub_store: HubStore, streams: StreamStore
) -> None:
    abe, zoe = await person(hub_store, "abe"), await person(hub_store, "zoe")
    team = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    await hub_store.set_role(team.id, "abe", "abe", Role.OWNER)
    await hub_store.set_role(team.id, "zoe", "zoe", Role.MEMBER)
    await streams.ask(Ask("join lamps bob", owners_of="lamps"), entry("a", 1.0))
    assert await streams.waiting(abe) == [entry("a", 1.0)]
    assert await streams.waiting(zoe) == []
    await hub_store.pool.run("DELETE FROM roles WHERE hub_id = %s", (team.id,))
    assert await streams.waiting(abe) == []


async def test_the_latest_of_what_waits_stands_first(
    hub_store: HubStore, streams: StreamStore
) -> None:
    abe = await person(hub_store, "abe")
    for time in (2.0, 3.0, 1.0):
        await streams.ask(Ask(f"it {time}", ("abe",)), entry(str(time), time))
    assert [one.time for one in await streams.waiting(abe, limit=2)] == [3.0, 2.0]


async def test_what_is_saved_stays_until_it_is_not(
    hub_store: HubStore, streams: StreamStore
) -> None:
    abe, zoe = await person(hub_store, "abe"), await person(hub_store, "zoe")
    for name in ("a", "b", "a"):
        await streams.save(abe, entry(name, 1.0))
    assert await streams.saved(abe) == [entry("b", 1.0), entry("a", 1.0)]
    assert await streams.saved(abe, limit=1, offset=1) == [entry("a", 1.0)]
    assert await streams.saved(zoe) == []
    await streams.unsave(abe, "b")
    await streams.unsave(abe, "never there")
    assert await streams.saved(abe) == [entry("a", 1.0)]


async def test_what_is_hidden_can_be_shown_again(hub_store: HubStore, streams: StreamStore) -> None:
    abe = await person(hub_store, "abe")
    hub = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    hides = [Hide(hub.id, None), Hide(hub.id, "code"), Hide(None, "code")]
    for hide in (*hides, *hides):
        await streams.hide(abe, hide)
    assert sorted(await streams.hides(abe), key=str) == sorted(hides, key=str)
    for hide in hides:
        await streams.unhide(abe, hide)
    assert await streams.hides(abe) == []
