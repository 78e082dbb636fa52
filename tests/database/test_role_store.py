"""Changing who is what to a hub, on a real PostgreSQL: row, audit trail and message at once."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial
from typing import Any

import attrs
import psycopg2
import pytest
import pytest_twisted
from psycopg2.extras import Json
from twisted.internet.defer import Deferred, gatherResults

from hubs.database.changes import audit_trail, record
from hubs.database.hub_store import HubStore
from hubs.database.people_store import PeopleStore
from hubs.database.role_store import RoleError, RoleStore, Why
from hubs.model.change import Change, Topic, hub_updated, widget_updated
from hubs.model.hub import Hub, HubType, Visibility
from hubs.model.person import Role
from hubs.model.standing import Standing
from hubs.model.viewer import Viewer


@attrs.frozen
class Lamps:
    """A team whose owner is abe, and others who have logged in."""

    hub: Hub
    hubs: HubStore
    roles: RoleStore
    people: dict[str, Viewer]

    async def what(self, name: str) -> set[Role]:
        view = await self.hubs.view(self.hub.id, self.people[name])
        assert view is not None
        return set(view.roles)

    async def set(self, column: str, value: Any) -> None:
        await self.hubs.pool.run(
            f"UPDATE hubs SET {column} = %s WHERE id = %s", (value, self.hub.id)
        )

    async def said(self) -> list[tuple[str, dict[str, Any]]]:
        rows = await self.hubs.pool.query("SELECT topic, body FROM outgoing ORDER BY id")
        return [(topic.removeprefix("hubs."), body) for topic, body in rows]

    async def trail(self) -> list[tuple[str, str, str]]:
        lines = await audit_trail(self.hubs.pool, self.hub.id, None, 100)
        return [(line.actor, line.topic.value, line.subject) for line in reversed(lines)]

    async def standing(self, name: str) -> Standing:
        view = await self.hubs.page(HubType.TEAM, "lamps", self.people[name])
        assert view is not None
        return view.standing


@pytest_twisted.async_fixture
async def lamps(hub_store: HubStore) -> Lamps:
    people = PeopleStore(hub_store.pool, lambda *_: {})
    known = {name: await people.welcome(name, "", []) for name in ("abe", "bea", "cyd")}
    hub = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    await hub_store.set_role(hub.id, "abe", "", Role.OWNER)
    await hub_store.pool.run("DELETE FROM outgoing")
    return Lamps(hub, hub_store, RoleStore(hub_store.pool), known)


async def refused(doing: Awaitable[int]) -> Why:
    with pytest.raises(RoleError) as caught:
        await doing
    return caught.value.why


async def test_one_stars_and_subscribes_and_undoes_it(lamps: Lamps) -> None:
    bea, hub = lamps.people["bea"], lamps.hub.id
    for role in (Role.STARGAZER, Role.SUBSCRIBER):
        assert await lamps.roles.follow(hub, bea, role) == bea.person_id
        assert await lamps.roles.follow(hub, bea, role) == 0
    assert await lamps.what("bea") == {Role.STARGAZER, Role.SUBSCRIBER}
    for role in (Role.STARGAZER, Role.SUBSCRIBER):
        assert await lamps.roles.unfollow(hub, bea, role) == bea.person_id
        assert await lamps.roles.unfollow(hub, bea, role) == 0
    assert await lamps.what("bea") == set()
    topics = [topic for topic, _ in await lamps.said()]
    assert topics == ["user.role.added"] * 2 + ["user.role.removed"] * 2


async def test_who_asks_and_is_approved_is_a_member(lamps: Lamps) -> None:
    abe, bea, hub = lamps.people["abe"], lamps.people["bea"], lamps.hub.id
    assert await lamps.roles.ask(hub, bea, "I like lamps.") == bea.person_id
    assert await lamps.roles.ask(hub, bea, "Really.") == 0
    [request] = await lamps.roles.requests(hub)
    assert (request.username, request.words) == ("bea", "I like lamps.")
    assert (await lamps.standing("bea")).asked
    assert (await lamps.standing("abe")).waiting == 1
    assert await lamps.what("bea") == set()
    assert await lamps.roles.approve(hub, abe, "bea") == bea.person_id
    assert await lamps.roles.approve(hub, abe, "bea") == 0
    assert await lamps.what("bea") == {Role.MEMBER}
    assert await lamps.roles.requests(hub) == []
    facts = {"hub_id": hub, "hub_name": "lamps", "hub_type": "team", "hub_title": "Lamps"}
    facts |= {"username": "bea", "role": "member"}
    assert await lamps.said() == [
        ("user.role.requested", facts),
        ("user.role.added", {**facts, "agent": "abe"}),
    ]
    assert await lamps.trail() == [
        ("bea", "user.role.requested", "bea"),
        ("abe", "user.role.added", "bea"),
    ]
    assert await lamps.roles.ask(hub, bea, "again") == 0


async def test_who_asks_can_be_declined_and_can_take_it_back(lamps: Lamps) -> None:
    abe, bea, hub = lamps.people["abe"], lamps.people["bea"], lamps.hub.id
    for actor in (abe, bea):
        await lamps.roles.ask(hub, bea, "")
        assert await lamps.roles.decline(hub, actor, "bea") == bea.person_id
        assert await lamps.roles.decline(hub, actor, "bea") == 0
        assert await lamps.roles.approve(hub, abe, "bea") == 0
    assert await lamps.what("bea") == set()
    told = [body.get("agent") for topic, body in await lamps.said() if "declined" in topic]
    assert told == ["abe", None]


async def test_an_owner_gives_roles_and_takes_them(lamps: Lamps) -> None:
    abe, hub = lamps.people["abe"], lamps.hub.id
    for role, expected in (
        (Role.MEMBER, {Role.MEMBER}),
        (Role.OWNER, {Role.OWNER}),
        (Role.MEMBER, {Role.MEMBER}),
        (None, set()),
    ):
        assert await lamps.roles.seat(hub, abe, "bea", role) != 0
        assert await lamps.roles.seat(hub, abe, "bea", role) == 0
        assert await lamps.what("bea") == expected
    assert [(topic, body["role"], body.get("old_role")) for topic, body in await lamps.said()] == [
        ("user.role.added", "member", None),
        ("user.role.changed", "owner", "member"),
        ("user.role.changed", "member", "owner"),
        ("user.role.removed", "member", None),
    ]
    assert await refused(lamps.roles.seat(hub, abe, "nobody", Role.MEMBER)) is Why.UNKNOWN


async def test_one_leaves_but_not_as_the_last_owner(lamps: Lamps) -> None:
    abe, hub = lamps.people["abe"], lamps.hub.id
    assert await refused(lamps.roles.seat(hub, abe, "abe", None)) is Why.LAST_OWNER
    assert await refused(lamps.roles.seat(hub, abe, "abe", Role.MEMBER)) is Why.LAST_OWNER
    await lamps.roles.seat(hub, abe, "bea", Role.OWNER)
    assert await lamps.roles.seat(hub, abe, "abe", None) == abe.person_id
    assert await lamps.what("abe") == set()
    assert (await lamps.said())[-1][1].get("agent") is None


async def test_two_owners_who_leave_at_once_do_not_leave_it_without_one(lamps: Lamps) -> None:
    abe, bea, hub = lamps.people["abe"], lamps.people["bea"], lamps.hub.id
    await lamps.roles.seat(hub, abe, "bea", Role.OWNER)

    async def leave(viewer: Viewer) -> bool:
        try:
            return bool(await lamps.roles.seat(hub, viewer, viewer.username, None))
        except RoleError:
            return False

    left = await gatherResults([Deferred.fromCoroutine(leave(one)) for one in (abe, bea)])
    assert sorted(left) == [False, True]


async def test_ones_own_hub_stays_ones_own(lamps: Lamps) -> None:
    abe = lamps.people["abe"]
    home = await lamps.hubs.hub_named(HubType.USER, "abe")
    assert home is not None
    await lamps.roles.seat(home.id, abe, "bea", Role.OWNER)
    bea = lamps.people["bea"]
    assert await refused(lamps.roles.seat(home.id, bea, "abe", None)) is Why.OWN_HUB


async def test_nobody_joins_what_is_archived(lamps: Lamps) -> None:
    abe, bea, hub = lamps.people["abe"], lamps.people["bea"], lamps.hub.id
    await lamps.roles.ask(hub, bea, "")
    await lamps.set("config", Json({"archived": True}))
    assert await refused(lamps.roles.ask(hub, lamps.people["cyd"], "")) is Why.ARCHIVED
    assert await refused(lamps.roles.approve(hub, abe, "bea")) is Why.ARCHIVED
    assert len(await lamps.roles.requests(hub)) == 1
    assert await lamps.what("bea") == set()


async def test_what_comes_from_a_group_is_the_groups(lamps: Lamps) -> None:
    abe, bea, hub = lamps.people["abe"], lamps.people["bea"], lamps.hub.id
    pool = lamps.hubs.pool
    await pool.run("INSERT INTO team_groups (hub_id, name) VALUES (%s, 'lamps-sig')", (hub,))
    await lamps.hubs.set_role(hub, "bea", "", Role.MEMBER)
    await pool.run("UPDATE roles SET from_group = true WHERE person_id = %s", (bea.person_id,))
    assert await refused(lamps.roles.ask(hub, lamps.people["cyd"], "")) is Why.MIRRORED
    for role in (Role.MEMBER, Role.OWNER):
        assert await refused(lamps.roles.seat(hub, abe, "cyd", role)) is Why.MIRRORED
    assert await refused(lamps.roles.seat(hub, bea, "bea", None)) is Why.FROM_GROUP
    standing = await lamps.standing("bea")
    assert (standing.group, standing.from_group) == ("lamps-sig", True)
    await lamps.roles.seat(hub, abe, "bea", Role.OWNER)
    assert await lamps.what("bea") == {Role.MEMBER, Role.OWNER}
    await lamps.roles.seat(hub, abe, "bea", None)
    assert await lamps.what("bea") == {Role.MEMBER}
    assert (await lamps.said())[-1][0] == "user.role.changed"


async def test_of_a_private_hub_nothing_is_told_but_the_trail_has_it(lamps: Lamps) -> None:
    abe, hub = lamps.people["abe"], lamps.hub.id
    await lamps.set("visibility", Visibility.PRIVATE.value)
    await lamps.roles.seat(hub, abe, "bea", Role.MEMBER)
    await lamps.roles.follow(hub, lamps.people["bea"], Role.STARGAZER)
    await lamps.hubs.pool.transaction(
        lambda cursor: record(cursor, hub, hub_updated("abe", {"title": "a"}, {"title": "b"}, 2))
    )
    assert await lamps.said() == []
    assert [topic for _, topic, _ in await lamps.trail()] == [
        "user.role.added",
        "user.role.added",
        "hub.updated",
    ]


async def test_what_only_members_may_see_is_marked_for_our_own_queue(lamps: Lamps) -> None:
    abe, hub = lamps.people["abe"], lamps.hub.id
    await lamps.set("visibility", Visibility.PREVIEW.value)
    await lamps.roles.seat(hub, abe, "bea", Role.MEMBER)
    for change in (
        hub_updated("abe", {"title": "a"}, {"title": "b"}, 2),
        widget_updated("abe", 7, "About", ["config"]),
        Change(Topic.HUB_CREATED),
    ):
        await lamps.hubs.pool.transaction(partial(record, hub_id=hub, change=change))
    marks = [body.get("for_members", False) for _, body in await lamps.said()]
    assert marks == [True, True, True, False]


async def test_a_change_that_fails_leaves_no_line_and_no_message(lamps: Lamps) -> None:
    async def half(cursor: Any) -> None:
        await record(cursor, lamps.hub.id, hub_updated("abe", {"title": "a"}, {"title": "b"}, 2))
        await cursor.execute("SELECT 1/0")

    with pytest.raises(psycopg2.DataError):
        await lamps.hubs.pool.transaction(half)
    assert (await lamps.said(), await lamps.trail()) == ([], [])


async def test_settings_and_widgets_are_told_of_by_the_same_function(lamps: Lamps) -> None:
    for change in (
        hub_updated("abe", {"title": "a", "summary": ""}, {"title": "b", "summary": "c"}, 2),
        widget_updated("abe", 7, "About", ["config"]),
    ):
        recording = partial(record, hub_id=lamps.hub.id, change=change)
        await lamps.hubs.pool.transaction(recording)
    [(first, hub), (second, widget)] = await lamps.said()
    assert (first, second) == (Topic.HUB_UPDATED.value, Topic.WIDGET_UPDATED.value)
    assert hub["changed_keys"] == ["summary", "title"]
    assert not {"before", "after"} & set(hub)
    assert (widget["widget_id"], widget["widget_label"], widget["agent"]) == (7, "About", "abe")
    assert (await lamps.trail())[1] == ("abe", "widget.updated", "About")


async def test_a_first_login_is_told_of_once(hub_store: HubStore) -> None:
    people = PeopleStore(hub_store.pool, lambda *_: {})
    await people.welcome("zoe", "Zoe", [])
    await people.welcome("zoe", "Zoe", [])
    [(topic, body)] = await hub_store.pool.query("SELECT topic, body FROM outgoing")
    assert (topic, body["username"]) == ("hubs.user.created", "zoe")


async def test_the_head_counts_who_is_with_a_hub(lamps: Lamps) -> None:
    abe, bea, hub = lamps.people["abe"], lamps.people["bea"], lamps.hub.id
    await lamps.roles.seat(hub, abe, "bea", Role.MEMBER)
    await lamps.roles.follow(hub, bea, Role.SUBSCRIBER)
    await lamps.roles.follow(hub, lamps.people["cyd"], Role.STARGAZER)
    standing = await lamps.standing("cyd")
    assert (standing.members, standing.subscribers, standing.following) == (2, 1, 0)
    for name, visibility, following in (
        ("bea", "public", 1),
        ("bea", "private", 0),
        ("cyd", "public", 0),
    ):
        await lamps.set("visibility", visibility)
        home = await lamps.hubs.page(HubType.USER, name, abe)
        assert home is not None
        assert home.standing.following == following
