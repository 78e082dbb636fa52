"""Changing what a hub is, as browsers without JavaScript do."""

from __future__ import annotations

from typing import Any

import pytest

from hubs.model.person import Role
from hubs.model.reload import AccessChange, Reload
from tests.klein_app.browser import Browser
from tests.klein_app.test_joining import Square, press, square
from tests.klein_app.visitor import Answer

__all__ = ["square"]

GENERAL = {"title": "Team lamps", "summary": "All about lamps.", "language": "", "region": ""}


async def change(browser: Browser, part: str, **fields: str) -> Answer:
    path = f"/t/lamps/settings/{part}/"
    return await press(browser, path, path, **fields)


async def settings(square: Square) -> dict[str, Any]:
    hub = await square.town.stores.hubs.hub(square.hub.id)
    assert hub is not None
    return dict(hub.config)


async def test_an_owner_says_what_the_team_is(square: Square) -> None:
    abe = await square.enter("abe")
    said = {"title": "Lanterns", "summary": "All bright.", "tags": "oil, wick ,", "language": "de"}
    said |= {"region": "EMEA", "chat": "https://chat.example/lamps", "list": "lamps@lists.example"}
    page = await change(abe, "general", **said, requirements="Bring *oil*.")
    assert "Saved." in page.text
    assert 'value="oil, wick"' in page.html
    hub = await square.visitor.get("/t/lamps/")
    assert "Lanterns All bright." in hub.text
    assert 'href="https://chat.example/lamps"' in hub.html
    assert 'href="mailto:lamps@lists.example"' in hub.html
    assert "Lanterns" in (await square.visitor.get("/teams/?tag=oil&language=de")).text
    bea = await square.enter("bea")
    assert "<em>oil</em>" in (await bea.get("/t/lamps/join/")).html
    assert square.told.reloads == [Reload.head(square.hub.id)]
    history = (await abe.get("/t/lamps/history/")).text
    assert "abe changed the settings" in history
    assert "Name Team lamps Lanterns" in history
    page = await change(abe, "general", **said, requirements="Bring *oil*.")
    assert "Nothing was different" in page.text


async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(square: Square) -> None:
    abe = await square.enter("abe")
    page = await abe.get("/t/lamps/settings/general/")
    path = "/t/lamps/settings/general/"
    wrong = {**GENERAL, "title": " ", "chat": "over there", "summary": "New <words>."}
    answer = await abe.press(page, path, **wrong)
    assert answer.status == 422
    assert "This cannot be empty." in answer.html.partition('id="title-error"')[2][:80]
    assert "Expected a room" in answer.html.partition('id="chat-error"')[2][:80]
    assert "New &lt;words&gt;." in answer.html
    assert "over there" in answer.html
    assert "All about lamps." in (await square.visitor.get("/t/lamps/")).text
    checked = await abe.post(
        f"{path}check/", wrong, X_CSRF_Token=hidden(page, "csrf_token"), HX_Request="true"
    )
    assert checked.status == 200
    assert "This cannot be empty." in checked.html
    assert 'id="summary-error" aria-live="polite" hx-swap-oob="true"></p>' in checked.html


def hidden(page: Answer, name: str) -> str:
    return page.html.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 10, "²"])
async def test_a_version_that_is_none_is_a_request_that_cannot_be_read(
    square: Square, version: str
) -> None:
    abe = await square.enter("abe")
    page = await abe.get("/t/lamps/settings/general/")
    answer = await abe.press(page, "/t/lamps/settings/general/", **GENERAL, version=version)
    assert answer.status == 400


async def test_the_second_of_two_owners_sees_who_was_faster_and_what_differs(
    square: Square,
) -> None:
    abe, bea = await square.enter("abe"), await square.enter("bea")
    await square.seat("bea", Role.OWNER)
    path = "/t/lamps/settings/general/"
    page = await abe.get(path)
    await change(bea, "general", **GENERAL | {"summary": "By <bea>.", "region": "NA"})
    answer = await abe.press(page, path, **GENERAL | {"summary": "By abe.", "title": "Lanterns"})
    assert answer.status == 409
    assert "Somebody else was here meanwhile" in answer.text
    clash = answer.text.partition("In one sentence")[2]
    assert "It was All about lamps. bea made it" in clash
    assert "By <bea>. You want By abe." in clash
    # Only what both have changed is in the way, and what abe typed is kept.
    assert "North America" not in answer.text.partition("You want")[0]
    assert 'value="Lanterns"' in answer.html
    assert "By abe.</textarea>" in answer.html
    assert "By <bea>." in (await square.visitor.get("/t/lamps/")).text
    # What only bea has changed is there now, and is sent with the rest.
    assert '<option selected value="NA">' in answer.html
    mine = GENERAL | {"summary": "By abe.", "title": "Lanterns", "region": "NA"}
    again = await abe.press(answer, path, **mine)
    assert again.status == 303
    assert "Lanterns By abe." in (await square.visitor.get("/t/lamps/")).text
    assert await settings(square) == {"region": "NA"}


async def test_the_head_has_the_colour_that_was_chosen(square: Square) -> None:
    abe = await square.enter("abe")
    await change(abe, "look", banner="friends", tint="7")
    page = await square.visitor.get("/t/lamps/")
    assert "hub-head banner-friends" in page.html
    assert "tint-7 avatar-team" in page.html
    await change(abe, "look", banner="", tint="")
    assert await settings(square) == {}
    page = await abe.get("/t/lamps/settings/look/")
    for field in ({"banner": "x y", "tint": ""}, {"banner": "", "tint": "16"}):
        answer = await abe.press(page, "/t/lamps/settings/look/", **field)
        assert answer.status == 422
        assert "cannot be chosen here" in answer.text


async def test_a_team_that_becomes_private_is_gone_for_others_at_once(square: Square) -> None:
    abe = await square.enter("abe")
    await change(abe, "visibility", visibility="private")
    assert (await square.visitor.get("/t/lamps/")).status == 404
    assert (await abe.get("/t/lamps/")).status == 200
    assert square.told.changes == [AccessChange(square.hub.id)]


async def test_the_sources_of_a_team_are_one_a_line(square: Square) -> None:
    abe = await square.enter("abe")
    await change(
        abe,
        "sources",
        sources_packages="wick\r\n\r\nlamp-oil\r\nwick",
        sources_repositories="https://github.com/lamps/wick.git",
    )
    sources = {"packages": ["wick", "lamp-oil"], "repositories": ["github.com/lamps/wick"]}
    assert await settings(square) == {"sources": sources}
    page = await abe.get("/t/lamps/settings/sources/")
    assert "wick\r\nlamp-oil</textarea>" in page.html.replace("\n", "\r\n")
    answer = await abe.press(
        page, "/t/lamps/settings/sources/", sources_packages="wick\na b<script>"
    )
    assert answer.status == 422
    assert "“a b<script>” is no name of a package" in answer.text
    assert await settings(square) == {"sources": sources}


async def test_a_team_is_archived_and_brought_back(square: Square) -> None:
    abe, bea = await square.enter("abe"), await square.enter("bea")
    await change(abe, "archive", archived="yes")
    assert "This hub is archived" in (await square.visitor.get("/t/lamps/")).text
    assert "Ask to join" not in (await bea.get("/t/lamps/join/")).text
    page = await change(abe, "archive")
    assert "Archive this team" in page.text
    assert "Ask to join" in (await bea.get("/t/lamps/join/")).text


async def test_people_set_what_their_own_hub_is(square: Square) -> None:
    await square.town.person("cyd")
    hub = await square.town.person("abe")
    await square.town.stores.hubs.set_role(hub.id, "abe", "", Role.OWNER)
    abe = await square.enter("abe")
    page = await abe.get("/u/abe/settings/general/")
    assert "requirements" not in page.html
    assert "/u/abe/settings/sources/" not in page.html
    fields = GENERAL | {"title": "Abe", "summary": "Lights lamps."}
    await press(abe, "/u/abe/settings/general/", "/u/abe/settings/general/", **fields)
    assert "Abe Lights lamps." in (await square.visitor.get("/u/abe/")).text
    assert (await abe.get("/u/abe/settings/sources/")).status == 404
    assert (await abe.get("/u/cyd/settings/general/")).status == 403


async def test_only_owners_are_led_to_the_settings(square: Square) -> None:
    abe, bea = await square.enter("abe"), await square.enter("bea")
    await square.seat("bea", Role.MEMBER)
    assert "/t/lamps/settings/general/" in (await abe.get("/t/lamps/")).html
    for browser in (bea, Browser(square.visitor)):
        assert "/settings/general/" not in (await browser.get("/t/lamps/")).html
    start = await abe.get("/t/lamps/settings/")
    assert start.headers["location"] == "/t/lamps/settings/general/"
