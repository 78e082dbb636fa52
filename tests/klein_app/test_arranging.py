"""Owners arrange the widgets of a hub, as browsers without JavaScript and as htmx do it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import attrs
import pytest
import pytest_twisted

from hubs.klein_app.login.way import WayIn
from hubs.klein_app.sessions import COOKIE, RedisSessions
from hubs.model.arrangement import Arrangement
from hubs.model.hub import Hub, WidgetInstance
from hubs.model.person import Role
from hubs.model.reload import Reload
from hubs.redis import Redis
from hubs.widgets.arrange import Arranger
from tests.klein_app.browser import Browser
from tests.klein_app.conftest import MakeApp, Told, Town
from tests.klein_app.serving import serving
from tests.klein_app.visitor import Answer

BOARD = "/t/lamps/arrange/"
SCRIPT = '<script>alert("x")</script><img src=x onerror=alert(1)>'


@attrs.frozen
class Lamps:
    """A team with two owners, abe and bea, and their browsers."""

    hub: Hub
    about: WidgetInstance
    members: WidgetInstance
    abe: Browser
    bea: Browser
    arranger: Arranger
    told: Told
    asked: list[tuple[int, str]]

    async def now(self) -> Arrangement:
        return await self.arranger.arrangement(self.hub)

    def path(self, widget: WidgetInstance, what: str = "") -> str:
        return f"{BOARD}{widget.id}/{what}"


async def press(browser: Browser, page: Answer, action: str, **fields: str) -> Answer:
    """Press a button of a page, and go where it leads."""
    answer = await browser.press(page, action, **fields)
    assert answer.status == 303, answer.text
    return await browser.get(answer.headers["location"])


@pytest_twisted.async_yield_fixture
async def lamps(
    make_app: MakeApp,
    way_in: WayIn,
    town: Town,
    told: Told,
    redis: Redis,
    asked: list[tuple[int, str]],
) -> AsyncIterator[Lamps]:
    app = make_app(way_in=way_in)
    hub = await town.team("lamps")
    about = await town.widget(hub, "about", text="Light.")
    members = await town.widget(hub, "members")
    sessions = RedisSessions(redis, 3600)
    async with serving(app.resource()) as visitor:
        browsers = {}
        for name in ("abe", "bea"):
            session = await sessions.begin(await town.known(name), confidential=False)
            await town.stores.hubs.set_role(hub.id, name, "", Role.OWNER)
            browsers[name] = Browser(visitor, {COOKIE.decode(): session.identifier})
        yield Lamps(
            hub, about, members, browsers["abe"], browsers["bea"], app.arranger, told, asked
        )


async def test_the_page_of_a_hub_leads_owners_there_and_nobody_else(lamps: Lamps) -> None:
    assert f'href="{BOARD}"' in (await lamps.abe.get("/t/lamps/")).html
    assert BOARD not in (await lamps.abe.visitor.get("/t/lamps/")).html


async def test_a_widget_goes_up_and_to_the_other_column(lamps: Lamps) -> None:
    page = await lamps.abe.get(BOARD)
    # What it says tells it from others of its kind.
    assert "Light." in page.text
    page = await press(lamps.abe, page, lamps.path(lamps.members, "move/"), to="side:0")
    assert "“Members” is now number 1 of 2" in page.text
    await press(lamps.abe, page, lamps.path(lamps.about, "move/"), to="main:0")
    now = await lamps.now()
    assert [(one.plugin, one.column.value) for one in now.widgets] == [
        ("about", "main"),
        ("members", "side"),
    ]
    assert lamps.told.reloads == [Reload.layout(lamps.hub.id)] * 2


async def test_a_widget_is_hidden_and_removed_and_both_are_undone(lamps: Lamps) -> None:
    page = await press(lamps.abe, await lamps.abe.get(BOARD), lamps.path(lamps.about, "hide/"))
    assert "“About” is hidden" in page.text
    assert "Light." not in (await lamps.abe.get("/t/lamps/")).text
    await press(lamps.abe, page, lamps.path(lamps.about, "show/"))
    assert "Light." in (await lamps.abe.get("/t/lamps/")).text
    page = await press(lamps.abe, await lamps.abe.get(BOARD), lamps.path(lamps.about, "remove/"))
    assert "“About” was removed." in page.text
    assert "Light." not in (await lamps.abe.get("/t/lamps/")).text
    page = await press(lamps.bea, await lamps.bea.get(BOARD), lamps.path(lamps.about, "restore/"))
    assert "removed by" not in page.text
    assert "Light." in (await lamps.abe.get("/t/lamps/")).text
    history = (await lamps.abe.get("/t/lamps/history/")).text
    for words in (
        "abe hid the widget About",
        "abe showed the widget About again",
        "abe removed the widget About",
        "bea put the widget About back",
    ):
        assert words in history


async def test_a_widget_is_chosen_from_pictures_and_words_and_added(lamps: Lamps) -> None:
    page = await lamps.abe.get(f"{BOARD}add/")
    assert "Says who you are and what newcomers should know." in page.text
    assert "We keep the lanterns lit." in page.text
    action = f"{BOARD}add/about/"
    form = await lamps.abe.get(action)
    page = await press(
        lamps.abe,
        form,
        action,
        **{"set-text": "More *light*.", "visibility": "private", "column": "main"},
    )
    assert "For members" in page.text
    assert "<em>light</em>" in (await lamps.abe.get("/t/lamps/")).html
    assert "light" not in (await lamps.abe.visitor.get("/t/lamps/")).text


async def test_each_widget_can_be_chosen_and_looked_at(lamps: Lamps) -> None:
    page = await lamps.abe.get(f"{BOARD}add/")
    offered = re.findall(rf'href="{BOARD}add/([^/"]+)/"', page.html)
    kinds = lamps.arranger.registry.widgets
    assert sorted(offered) == sorted(
        name for name, kind in kinds.items() if lamps.hub.type in kind.hub_types
    )
    for name in offered:
        form = await lamps.abe.get(f"{BOARD}add/{name}/")
        assert form.status == 200
        assert "cannot be shown" not in form.text, name
        for parameter in kinds[name].parameters:
            assert f'name="set-{parameter.name}"' in form.html


async def test_of_an_archived_hub_nothing_is_arranged(lamps: Lamps, town: Town) -> None:
    page = await lamps.abe.get(BOARD)
    await town.stores.hubs.pool.run("UPDATE hubs SET config = '{\"archived\": true}'")
    answer = await lamps.abe.press(page, lamps.path(lamps.about, "hide/"))
    assert answer.status == 409
    assert "it stays as it is" in answer.text
    page = await lamps.abe.get(BOARD)
    assert f"{BOARD}add/" not in page.html
    assert BOARD not in (await lamps.abe.get("/t/lamps/")).html


async def test_what_a_new_widget_shows_is_asked_for(lamps: Lamps) -> None:
    action = f"{BOARD}add/members/"
    await press(lamps.abe, await lamps.abe.get(action), action, visibility="public", column="side")
    new = max(one.id for one in (await lamps.now()).widgets)
    assert lamps.asked[0] == (new, "members")


async def test_a_person_is_offered_what_suits_a_person(lamps: Lamps, town: Town) -> None:
    await town.person("abe")
    await town.stores.hubs.pool.run(
        "INSERT INTO roles (hub_id, person_id, role) "
        "SELECT hubs.id, people.id, 'owner' FROM hubs, people "
        "WHERE hubs.name = 'abe' AND username = 'abe'"
    )
    page = await lamps.abe.get("/u/abe/arrange/add/")
    assert "/u/abe/arrange/add/about/" in page.html
    assert "/u/abe/arrange/add/members/" not in page.html
    assert (await lamps.abe.get("/u/abe/arrange/add/members/")).status == 404


async def test_what_is_typed_is_checked_and_looked_at_before_it_is_kept(lamps: Lamps) -> None:
    form = await lamps.abe.get(lamps.path(lamps.about))
    assert ">\nLight.</textarea>" in form.html
    fields = {"version": "1", "column": "side", "visibility": "public"}
    token = re.findall(r'name="csrf_token" value="([^"]+)"', form.html)[0]
    look = f"{BOARD}preview/about/"
    answer = await lamps.abe.post(
        look, fields | {"set-text": "*Glow*"}, X_CSRF_Token=token, HX_Request="true"
    )
    assert "<em>Glow</em>" in answer.html
    answer = await lamps.abe.post(look, fields | {"set-text": "x" * 20_001}, X_CSRF_Token=token)
    assert "expected at most 20000 characters" in answer.text
    kept = await lamps.abe.press(form, lamps.path(lamps.about), **{"set-text": "x" * 20_001})
    assert kept.status == 400
    kept = await lamps.abe.press(
        form, lamps.path(lamps.about), **{"set-text": "x" * 20_001, "visibility": "public"}
    )
    assert "expected at most 20000 characters" in kept.text
    assert 'aria-invalid="true"' in kept.html
    assert "Light." in (await lamps.abe.get("/t/lamps/")).text


async def test_two_owners_who_write_at_once_lose_nothing(lamps: Lamps) -> None:
    action = lamps.path(lamps.about)
    seen = await lamps.bea.get(action)
    await press(
        lamps.abe,
        await lamps.abe.get(action),
        action,
        **{"set-text": "By abe.", "visibility": "private"},
    )
    mine = {"set-text": "By bea.", "visibility": "public"}
    answer = await lamps.bea.press(seen, action, **mine)
    assert answer.status == 409
    assert "abe changed this" in answer.text
    assert ">\nBy bea.</textarea>" in answer.html
    assert "Theirs: By abe." in answer.text
    assert "Theirs: Members and owners alone" in answer.text
    assert (await lamps.now()).widgets[0].config == {"text": "By abe."}
    await press(lamps.bea, answer, action, **mine)
    assert (await lamps.now()).widgets[0].config == {"text": "By bea."}


async def test_what_was_written_for_a_widget_that_is_removed_meanwhile_is_kept(
    lamps: Lamps,
) -> None:
    action = lamps.path(lamps.about)
    seen = await lamps.bea.get(action)
    await press(lamps.abe, await lamps.abe.get(BOARD), lamps.path(lamps.about, "remove/"))
    mine = {"set-text": "By bea.", "visibility": "public"}
    answer = await lamps.bea.press(seen, action, **mine)
    assert answer.status == 409
    assert "abe removed this" in answer.text
    assert ">\nBy bea.</textarea>" in answer.html
    await press(lamps.bea, answer, action, **mine)
    assert "By bea." in (await lamps.bea.get("/t/lamps/")).text


@pytest.mark.parametrize(
    ("theirs", "mine", "words", "again"),
    [
        ("move/", "move/", "“About” was not moved", "Move it all the same"),
        ("hide/", "remove/", "nothing was done to “About”", "Remove it all the same"),
        ("remove/", "hide/", "nothing was done to “About”", "Put it back"),
    ],
)
async def test_the_second_of_two_who_arrange_sees_who_was_faster_and_may_insist(
    lamps: Lamps, theirs: str, mine: str, words: str, again: str
) -> None:
    seen = await lamps.bea.get(BOARD)
    there = await lamps.abe.get(BOARD)
    await press(lamps.abe, there, lamps.path(lamps.about, theirs), to="side:1")
    answer = await lamps.bea.press(seen, lamps.path(lamps.about, mine), to="main:0")
    assert answer.status == 409
    assert "abe changed this" in answer.text
    assert words in answer.text
    assert again in answer.text
    what = "restore/" if again == "Put it back" else mine
    await press(lamps.bea, answer, lamps.path(lamps.about, what), to="main:0")


async def test_htmx_gets_the_board_at_once(lamps: Lamps) -> None:
    page = await lamps.abe.get(BOARD)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.html)[0]
    headers = {"HX_Request": "true", "X_CSRF_Token": token}
    hide, remove = lamps.path(lamps.about, "hide/"), lamps.path(lamps.about, "remove/")
    answer = await lamps.abe.post(hide, {"version": "1"}, **headers)
    assert answer.status == 200
    assert answer.headers["hx-retarget"] == "#board"
    assert "“About” is hidden" in answer.text
    answer = await lamps.abe.post(remove, {"version": "1"}, **headers)
    assert answer.status == 409
    assert "abe changed this" in answer.text


async def test_stored_script_is_escaped(lamps: Lamps) -> None:
    action = lamps.path(lamps.about)
    form = await lamps.abe.get(action)
    await press(lamps.abe, form, action, **{"set-text": SCRIPT, "visibility": "public"})
    seen = await lamps.bea.get(action)
    assert "&lt;script&gt;alert" in seen.html
    theirs = {"set-text": f"other {SCRIPT}", "visibility": "public"}
    await press(lamps.abe, await lamps.abe.get(action), action, **theirs)
    conflict = await lamps.bea.press(seen, action, **{"set-text": "y", "visibility": "public"})
    for page in (seen, conflict, await lamps.abe.get("/t/lamps/"), await lamps.abe.get(BOARD)):
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("move/", {"version": "1", "to": "attic:1"}),
        ("move/", {"version": "1", "to": "main:-1"}),
        ("move/", {"version": "1", "to": "main:99999999999"}),
        ("hide/", {"version": "one"}),
        ("remove/", {}),
        ("", {"version": "1", "column": "main", "visibility": "nobody"}),
    ],
)
async def test_what_no_form_of_ours_sends_is_refused(
    lamps: Lamps, what: str, fields: dict[str, str]
) -> None:
    page = await lamps.abe.get(BOARD)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.html)[0]
    answer = await lamps.abe.post(lamps.path(lamps.about, what), fields, X_CSRF_Token=token)
    assert answer.status == 400


async def test_widgets_that_are_not_there_are_not_found(lamps: Lamps) -> None:
    for path in (f"{BOARD}9999/", f"{BOARD}add/nowhere/", f"{BOARD}99999999999/"):
        assert (await lamps.abe.get(path)).status == 404
    page = await lamps.abe.get(BOARD)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.html)[0]
    answer = await lamps.abe.post(f"{BOARD}9999/hide/", {"version": "1"}, X_CSRF_Token=token)
    assert answer.status == 409
    assert "not on the hub any more" in answer.text


async def test_a_widget_whose_plug_in_is_gone_can_be_moved_and_removed(
    lamps: Lamps, town: Town
) -> None:
    vanished = await town.stores.hubs.create_widget(WidgetInstance(0, lamps.hub.id, "vanished"), {})
    page = await lamps.abe.get(BOARD)
    assert "not installed here any more" in page.text
    assert (await lamps.abe.get(lamps.path(vanished))).status == 404
    page = await press(lamps.abe, page, lamps.path(vanished, "remove/"))
    assert "“vanished” was removed." in page.text
