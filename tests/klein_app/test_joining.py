"""Following a hub, joining a team and deciding about it, as browsers without JavaScript do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest
import pytest_twisted
from psycopg2.extras import Json

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.klein_app.contacts import chat_link, list_link
from hubs.klein_app.login.way import WayIn
from hubs.klein_app.sessions import COOKIE, RedisSessions
from hubs.model.hub import Hub, Visibility
from hubs.model.person import Role
from hubs.model.reload import AccessChange, Reload
from hubs.model.viewer import Viewer
from hubs.redis import Redis
from hubs.widgets.base import cache_key
from tests.klein_app.browser import Browser
from tests.klein_app.conftest import NOON, MakeApp, Told, Town
from tests.klein_app.serving import serving
from tests.klein_app.visitor import Answer, Visitor


@attrs.frozen
class Square:
    """A team whose owner is abe, and browsers of people who are logged in."""

    town: Town
    hub: Hub
    told: Told
    visitor: Visitor
    sessions: RedisSessions

    async def viewer(self, name: str) -> Viewer:
        [row] = await self.town.stores.hubs.pool.query(
            "INSERT INTO people (username) VALUES (%s) ON CONFLICT (username) "
            "DO UPDATE SET username = excluded.username RETURNING id, username, full_name",
            (name,),
        )
        return Viewer(*row)

    async def enter(self, name: str) -> Browser:
        session = await self.sessions.begin(await self.viewer(name), confidential=False)
        return Browser(self.visitor, {COOKIE.decode(): session.identifier})

    async def seat(self, name: str, role: Role) -> None:
        await self.town.stores.hubs.set_role(self.hub.id, name, "", role)

    async def set(self, column: str, value: Any) -> None:
        await self.town.stores.hubs.pool.run(
            f"UPDATE hubs SET {column} = %s WHERE id = %s", (value, self.hub.id)
        )

    async def mirror(self, group: str) -> None:
        await self.town.stores.hubs.pool.run(
            "INSERT INTO team_groups (hub_id, name) VALUES (%s, %s)", (self.hub.id, group)
        )


async def press(browser: Browser, path: str, action: str, **fields: str) -> Answer:
    """Look at a page, press a button of it, and go where it leads."""
    answer = await browser.press(await browser.get(path), action, **fields)
    assert answer.status == 303, answer.text
    return await browser.get(answer.headers["location"])


@pytest_twisted.async_yield_fixture
async def square(
    make_app: MakeApp, way_in: WayIn, town: Town, told: Told, redis: Redis
) -> AsyncIterator[Square]:
    hub = await town.team("lamps")
    app = make_app(way_in=way_in, groups_url="https://accounts.example/group")
    async with serving(app.resource()) as visitor:
        square = Square(town, hub, told, visitor, RedisSessions(redis, 3600))
        await square.seat("abe", Role.OWNER)
        yield square


async def test_one_button_stars_another_subscribes_and_both_go_back(square: Square) -> None:
    bea = await square.enter("bea")
    for do, undo, after in (
        ("star", "unstar", "Starred"),
        ("subscribe", "unsubscribe", "Subscribed"),
    ):
        assert 'aria-pressed="true"' not in (await bea.get("/t/lamps/")).html
        page = await press(bea, "/t/lamps/", f"/t/lamps/{do}/")
        assert after in page.text
        assert 'aria-pressed="true"' in page.html
        page = await press(bea, "/t/lamps/", f"/t/lamps/{undo}/")
        assert after not in page.text


async def test_the_stats_have_the_buttons_of_whoever_looks(
    square: Square, cache: FileCache
) -> None:
    widget = await square.town.widget(square.hub, "stats")
    [function] = square.town.registry.widgets["stats"].functions
    counts = {"owner": 1, "member": 1, "subscriber": 5, "stargazer": 3}
    await cache.set(cache_key(widget, function), Cached(counts, time=NOON))
    bea, abe = await square.enter("bea"), await square.enter("abe")
    await press(bea, "/t/lamps/", "/t/lamps/subscribe/")

    async def buttons(who: Browser | Visitor) -> str:
        page = await who.get(f"/t/lamps/widgets/{widget.id}/", HX_Request="true")
        assert "Subscribers 5" in page.text
        return page.html.partition(f'id="follow-{widget.id}"')[2]

    assert 'action="/t/lamps/unsubscribe/"' in await buttons(bea)
    assert 'action="/t/lamps/subscribe/"' in await buttons(abe)
    assert 'href="/login/' in await buttons(square.visitor)


async def test_the_head_counts(square: Square) -> None:
    bea = await square.enter("bea")
    await square.town.person("bea")
    assert "1 member 0 subscribers" in (await bea.get("/t/lamps/")).text
    page = await press(bea, "/t/lamps/", "/t/lamps/subscribe/")
    assert "1 member 1 subscriber " in page.text
    home = await bea.get("/u/bea/")
    assert "0 followers follows 1 hub " in home.text
    # Nobody follows themselves.
    assert "/u/bea/subscribe/" not in home.html
    abe = await square.enter("abe")
    page = await press(abe, "/u/bea/", "/u/bea/subscribe/")
    assert "1 follower " in page.text
    assert "Following" in page.text


async def test_who_is_not_logged_in_is_led_to_the_log_in_and_back(square: Square) -> None:
    page = await square.visitor.get("/t/lamps/")
    assert 'href="/t/lamps/join/"' in page.html
    assert "<form" not in page.html.partition('id="hub-standing"')[2].partition("</main>")[0]
    answer = await square.visitor.get("/t/lamps/join/")
    assert answer.headers["location"] == "/login/?next=%2Ft%2Flamps%2Fjoin%2F"


async def test_where_nobody_can_log_in_there_are_no_buttons(visitor: Visitor, town: Town) -> None:
    await town.team("lamps")
    page = await visitor.get("/t/lamps/")
    assert "0 members" in page.text
    assert "pill" not in page.html


async def test_one_asks_with_a_sentence_and_an_owner_approves(square: Square) -> None:
    abe, bea = await square.enter("abe"), await square.enter("bea")
    await square.set("config", Json({"requirements": "Bring *oil*.<script>x</script>"}))
    page = await bea.get("/t/lamps/join/")
    assert "Bring <em>oil</em>." in page.html
    assert "<script>x" not in page.html
    page = await press(bea, "/t/lamps/join/", "/t/lamps/join/", words=" I have\n oil & <wicks>. ")
    assert "Pending" in page.text
    assert "1 asks to join" in (await abe.get("/t/lamps/")).text
    assert "I have oil & <wicks>." in (await abe.get("/t/lamps/people/")).text
    page = await press(abe, "/t/lamps/people/", "/t/lamps/people/approve/", username="bea")
    assert "Nobody asks to join" in page.text
    assert "Pending" not in (await bea.get("/t/lamps/")).text
    assert " Member " in (await bea.get("/t/lamps/")).text
    change = AccessChange(square.hub.id, (await square.viewer("bea")).person_id)
    assert square.told.changes == [change, change]
    assert square.told.reloads == [Reload.head(square.hub.id)] * 2
    history = (await abe.get("/t/lamps/history/")).text
    assert "abe gave bea a role: member" in history
    assert "bea asked to join" in history


async def test_without_requirements_the_page_is_friendly(square: Square) -> None:
    bea = await square.enter("bea")
    assert "be kind" in (await bea.get("/t/lamps/join/")).text


async def test_one_takes_a_request_back_and_an_owner_declines_another(square: Square) -> None:
    abe, bea = await square.enter("abe"), await square.enter("bea")
    await press(bea, "/t/lamps/join/", "/t/lamps/join/")
    page = await press(bea, "/t/lamps/join/", "/t/lamps/withdraw/")
    assert "Join" in page.text
    await press(bea, "/t/lamps/join/", "/t/lamps/join/")
    await press(abe, "/t/lamps/people/", "/t/lamps/people/decline/", username="bea")
    assert "Ask to join" in (await bea.get("/t/lamps/join/")).text
    # Somebody else was faster, or it was pressed twice.
    page = await abe.get("/t/lamps/people/?tab=members")
    again = await abe.press(page, "/t/lamps/people/member/", username="nobody")
    assert again.status == 409
    assert "Hubs does not know that person" in again.text


async def test_a_long_sentence_is_refused_beside_its_field(square: Square) -> None:
    bea = await square.enter("bea")
    page = await bea.get("/t/lamps/join/")
    answer = await bea.press(page, "/t/lamps/join/", words="x" * 501)
    assert answer.status == 200
    assert "field-error" in answer.html
    assert "Pending" not in (await bea.get("/t/lamps/")).text


async def test_a_member_leaves_and_the_last_owner_cannot(square: Square) -> None:
    abe, bea = await square.enter("abe"), await square.enter("bea")
    await square.seat("bea", Role.MEMBER)
    page = await press(bea, "/t/lamps/join/", "/t/lamps/leave/")
    assert " Member " not in page.text
    refused = await abe.press(await abe.get("/t/lamps/join/"), "/t/lamps/leave/")
    assert refused.status == 409
    assert "Somebody has to own this hub" in refused.text
    assert 'href="/t/lamps/"' in refused.html


async def test_who_leaves_a_private_team_goes_to_the_others(square: Square) -> None:
    bea = await square.enter("bea")
    await square.seat("bea", Role.MEMBER)
    await square.set("visibility", Visibility.PRIVATE.value)
    answer = await bea.press(await bea.get("/t/lamps/join/"), "/t/lamps/leave/")
    assert answer.headers["location"] == "/teams/"
    assert (await bea.get("/t/lamps/")).status == 404


async def test_an_owner_makes_owners_and_members_and_removes_them(square: Square) -> None:
    abe = await square.enter("abe")
    await square.viewer("bea")
    page = await press(
        abe, "/t/lamps/people/?tab=members", "/t/lamps/people/member/", username=" bea "
    )
    assert "Members 1 Owners 1" in page.text
    members = "/t/lamps/people/?tab=members"
    await press(abe, members, "/t/lamps/people/owner/", username="bea")
    assert "Members 0 Owners 2" in (await abe.get(members)).text
    owners = "/t/lamps/people/?tab=owners"
    page = await press(abe, owners, "/t/lamps/people/remove/", username="bea")
    assert "Owners 1" in page.text


async def test_of_a_mirror_one_becomes_a_member_in_the_account_system(square: Square) -> None:
    abe, bea = await square.enter("abe"), await square.enter("bea")
    page = await bea.get("/t/lamps/join/")
    await square.mirror("lamps sig")
    mirrored = await bea.get("/t/lamps/join/")
    assert 'href="https://accounts.example/group/lamps%20sig/"' in mirrored.html
    assert "Ask to join" not in mirrored.text
    assert (await bea.press(page, "/t/lamps/join/")).status == 409
    await square.seat("bea", Role.MEMBER)
    await square.town.stores.hubs.pool.run("UPDATE roles SET from_group = role = 'member'")
    assert "leave the group" in (await bea.get("/t/lamps/join/")).text
    people = await abe.get("/t/lamps/people/?tab=members")
    assert "by the group lamps sig" in people.text
    assert "Nobody is added here" in people.text
    assert 'action="/t/lamps/people/member/"' not in people.html
    assert "/t/lamps/people/remove/" not in people.html


async def test_nobody_joins_what_is_archived_and_all_can_read_it(square: Square) -> None:
    bea = await square.enter("bea")
    form = await bea.get("/t/lamps/join/")
    await square.set("config", Json({"archived": True}))
    page = await bea.get("/t/lamps/")
    assert page.status == 200
    assert "This hub is archived" in page.text
    assert "/t/lamps/join/" not in page.html
    assert (await bea.press(form, "/t/lamps/join/")).status == 409


async def test_only_owners_see_who_asks(square: Square) -> None:
    bea, cyd = await square.enter("bea"), await square.enter("cyd")
    await square.seat("cyd", Role.MEMBER)
    await press(bea, "/t/lamps/join/", "/t/lamps/join/", words="shy words")
    for browser in (cyd, Browser(square.visitor)):
        page = await browser.get("/t/lamps/people/?tab=pending")
        assert page.status == 200
        assert "shy words" not in page.html
        assert "Pending" not in page.text
        assert "asks to join" not in (await browser.get("/t/lamps/")).text


async def test_a_long_history_has_pages(square: Square) -> None:
    abe = await square.enter("abe")
    await square.town.stores.hubs.pool.run(
        "INSERT INTO audit (hub_id, actor, action, subject) SELECT %s, 'p' || n, "
        "'user.role.requested', 'p' || n FROM generate_series(1, 60) AS n",
        (square.hub.id,),
    )
    page = await abe.get("/t/lamps/history/")
    assert "p60 asked" in page.text
    assert "p10 asked" not in page.text
    [older] = [part.partition('"')[0] for part in page.html.split('href="?before=')[1:]]
    page = await abe.get(f"/t/lamps/history/?before={older}")
    assert "p10 asked" in page.text
    assert "Older" not in page.text
    assert (await abe.get("/t/lamps/history/?before=x%FF")).status == 200


def test_rooms_and_lists_lead_somewhere() -> None:
    assert chat_link("#hubs:fedoraproject.org") == "https://matrix.to/#/%23hubs%3Afedoraproject.org"
    assert [chat_link(one) for one in ("#hubs", "javascript:x", "#a b:c", "")] == [""] * 4
    archive = "https://lists.fedoraproject.org/archives/list/devel@lists.fedoraproject.org/"
    assert list_link("devel@lists.fedoraproject.org") == archive
    assert list_link("lamps@lists.example") == "mailto:lamps@lists.example"
    assert [list_link(one) for one in ("lamps", 'a"b@c.d', "")] == [""] * 3


async def test_the_head_leads_to_rooms_and_lists(square: Square) -> None:
    sources = {"channels": ["#lamps:fedora.im", "#lamps"], "lists": ["lamps@lists.example"]}
    await square.set("config", Json({"sources": sources}))
    page = await square.visitor.get("/t/lamps/")
    assert 'href="https://matrix.to/#/%23lamps%3Afedora.im"' in page.html
    assert "<span>#lamps</span>" in page.html
    assert 'href="mailto:lamps@lists.example"' in page.html


@pytest.mark.parametrize("visibility", [Visibility.PREVIEW, Visibility.PUBLIC])
async def test_one_asks_also_where_only_members_see_more(
    square: Square, visibility: Visibility
) -> None:
    bea = await square.enter("bea")
    await square.set("visibility", visibility.value)
    await press(bea, "/t/lamps/", "/t/lamps/star/")
    assert "Pending" in (await press(bea, "/t/lamps/join/", "/t/lamps/join/")).text
