"""What a message concerns: found by key, at the same cost however many hubs there are."""

from __future__ import annotations

from typing import Any

import attrs

from hubs.database import interests
from hubs.database.hub_store import HubStore
from hubs.database.interests import CONCERNED, Concern, Follower
from hubs.database.pool import Pool
from hubs.database.stream_store import StreamStore
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.model.person import Role
from hubs.model.stream import FOLLOWERS, Hide
from tests.database.many_hubs import fill, packages_of

LAMPS = Hub(
    0,
    HubType.TEAM,
    "lamps",
    "Lamps",
    "",
    config={"sources": {"packages": ["wick"], "groups": ["lamp"]}},
)


async def person_id(pool: Pool, name: str) -> int:
    [(number,)] = await pool.query("SELECT id FROM people WHERE username = %s", (name,))
    return int(number)


async def test_what_is_created_is_found_by_its_interests(hub_store: HubStore, pool: Pool) -> None:
    hub = await hub_store.create_hub(LAMPS)
    widget = await hub_store.create_widget(
        WidgetInstance(0, hub.id, "members", config={"a": 1}), {"members": ["group:lamp"]}
    )
    found = await interests.concerned(pool, ["group:lamp", "package:wick", "package:oil"])
    assert sorted(found, key=lambda one: (one.key, one.function or "")) == [
        Concern("group:lamp", hub),
        Concern("group:lamp", hub, widget, "members"),
        Concern("package:wick", hub),
    ]


async def test_a_feed_comes_with_its_followers_and_what_they_hide_there(
    hub_store: HubStore, pool: Pool
) -> None:
    hub = await hub_store.create_hub(LAMPS)
    other = await hub_store.create_hub(Hub(0, HubType.TEAM, "other", "Other", ""))
    for name, role in zip(["star", "sub", "mem", "own"], Role, strict=True):
        await hub_store.set_role(hub.id, name, name, role)
    sub, mem = await person_id(pool, "sub"), await person_id(pool, "mem")
    streams = StreamStore(pool)
    await streams.hide(sub, Hide(hub.id, "code"))
    await streams.hide(sub, Hide(None, "mail"))
    await streams.hide(sub, Hide(other.id, "chat"))
    await streams.hide(mem, Hide(hub.id, None))
    [found] = await interests.concerned(pool, ["package:wick"])
    followers = {one.person_id: attrs_sorted(one) for one in found.followers}
    assert followers == {
        sub: (Role.SUBSCRIBER, ["code", "mail"]),
        mem: (Role.MEMBER, [""]),
        await person_id(pool, "own"): (Role.OWNER, []),
    }


async def test_the_followers_of_a_hub_come_once_however_many_keys_lead_there(
    hub_store: HubStore, pool: Pool
) -> None:
    packages = [f"package-{n}" for n in range(50)]
    hub = await hub_store.create_hub(
        attrs.evolve(LAMPS, config={"sources": {"packages": packages}})
    )
    await hub_store.create_widget(WidgetInstance(0, hub.id, "x"), {"x": ["package:package-1"]})
    for name in ("abe", "zoe"):
        await hub_store.set_role(hub.id, name, name, Role.MEMBER)
    keys = [f"package:{name}" for name in packages]
    asked = {"keys": keys, "followers": [role.value for role in FOLLOWERS]}
    rows = await pool.query(CONCERNED, asked)
    assert len(rows) == 51
    assert [len(followers) for _, _, followers, *_ in rows if followers] == [2]
    found = await interests.concerned(pool, keys)
    assert [len(one.followers) for one in found if one.function is None] == [2] * 50


def attrs_sorted(follower: Follower) -> tuple[Role, list[str]]:
    return follower.role, sorted(follower.hidden)


@attrs.frozen
class Cost:
    """What a look-up reads.

    Attributes:
        rows: Rows of tables and indexes, those that a filter took away included.
        pages: Pages of tables and indexes.
    """

    rows: float
    pages: int


def rows_read(node: dict[str, Any]) -> float:
    """Add up what the scans of a plan read, what they filtered away included."""
    below = sum(rows_read(child) for child in node.get("Plans", ()))
    if "Scan" not in node["Node Type"]:
        return below
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return float(below + node["Actual Loops"] * (node["Actual Rows"] + removed))


async def cost_of(pool: Pool, hub_ids: list[int]) -> Cost:
    """Look up what concerns some hubs, as triage does for a message."""
    asked = {
        "keys": [
            *(f"package:{package}" for package in packages_of(hub_ids)),
            *("topic:bodhi", "user:zoe"),
        ],
        "followers": [role.value for role in FOLLOWERS],
    }
    found = await pool.query(CONCERNED, asked)
    # Each of them by its feed and by the function of a widget.
    assert len(found) == 2 * len(hub_ids)
    [[[explained]]] = await pool.query(
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {CONCERNED}", asked
    )
    plan = explained["Plan"]
    return Cost(rows_read(plan), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


async def test_the_work_does_not_grow_with_the_number_of_hubs(pool: Pool) -> None:
    costs = {}
    for hubs in (1_000, 10_000, 100_000):
        await fill(pool, hubs)
        costs[hubs] = await cost_of(pool, [hubs // 7, hubs // 3, hubs // 2])
    few = costs.pop(1_000)
    assert few.rows > 10
    assert few.pages > 10
    for cost in costs.values():
        assert cost.rows <= few.rows * 1.5
        assert cost.pages <= few.pages * 1.5
