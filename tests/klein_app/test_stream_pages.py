from __future__ import annotations

import attrs
import pytest
import pytest_twisted

from hubs.model.entry import Entry
from hubs.model.hub import FEED, Visibility
from hubs.model.person import Role
from hubs.model.stream import Ask, Hide, mentions_feed, stream_feed
from hubs.redis import Redis
from tests.klein_app.conftest import NOON, Town
from tests.klein_app.home import PUSH, Home, at_home
from tests.klein_app.visitor import Visitor

UPDATE = Entry("update", NOON - 300, "bodhi.update.comment", "bea liked wick", agent="bea")


@pytest_twisted.async_fixture
async def home(visitor: Visitor, town: Town, redis: Redis) -> Home:
    """Give somebody who is logged in."""
    return await at_home(visitor, town, redis)


async def test_who_is_not_logged_in_has_no_stream(visitor: Visitor) -> None:
    for path in ("/stream/", "/stream/actions/", "/stream/mentions/", "/stream/saved/"):
        assert (await visitor.get(path)).status == 401


async def test_an_empty_stream_says_what_to_do(home: Home) -> None:
    assert "Follow some teams or people" in (await home.look()).text
    assert "Nothing waits for you." in (await home.look("/stream/actions/")).text
    assert "Nobody has written @" in (await home.look("/stream/mentions/")).text
    assert "You keep nothing yet." in (await home.look("/stream/saved/")).text


async def test_each_tab_has_what_is_of_it(home: Home) -> None:
    await home.tell(PUSH)
    mention = attrs.evolve(PUSH, id="mention", sentence="bea asked @abe")
    await home.add(mentions_feed(home.viewer.person_id), mention)
    asked = attrs.evolve(PUSH, id="asked", sentence="bea wants a review")
    await home.store.ask(Ask("review 1", ("abe",)), asked)
    await home.store.save(home.viewer.person_id, attrs.evolve(PUSH, id="kept", sentence="old"))
    for path, sentence in (
        ("/stream/", "bea pushed to wick"),
        ("/stream/mentions/", "bea asked @abe"),
        ("/stream/actions/", "bea wants a review"),
        ("/stream/saved/", "old"),
    ):
        page = await home.look(path)
        assert sentence in page.text
        assert page.html.count("data-card") == 1


async def test_what_came_by_a_hub_that_is_closed_now_is_shown_no_longer(home: Home) -> None:
    await home.tell(PUSH)
    assert "bea pushed" in (await home.look()).text
    await home.town.stores.hubs.pool.run(
        "UPDATE hubs SET visibility = %s WHERE id = %s", (Visibility.PREVIEW.value, home.hub.id)
    )
    assert "bea pushed" not in (await home.look()).text


async def test_what_only_members_see_is_in_no_stream_of_others(home: Home) -> None:
    await home.tell(PUSH)
    await home.town.widget(home.hub, FEED, Visibility.PREVIEW)
    assert "bea pushed" not in (await home.look()).text
    await home.town.stores.hubs.set_role(home.hub.id, "abe", "", Role.MEMBER)
    assert "bea pushed" in (await home.look()).text


async def test_of_the_hubs_by_which_something_came_those_are_named_that_one_sees(
    home: Home,
) -> None:
    moss = await home.town.team("moss", Visibility.PREVIEW)
    both = attrs.evolve(PUSH, hubs=[home.hub.id, moss.id])
    await home.town.stores.feeds.add(stream_feed(home.viewer.person_id), both)
    for member in (False, True):
        if member:
            await home.town.stores.hubs.set_role(moss.id, "abe", "", Role.MEMBER)
        page = await home.look()
        assert "bea pushed to wick" in page.text
        assert ("/t/moss/" in page.html) is member


async def test_what_is_new_is_marked_until_it_is_seen(home: Home) -> None:
    await home.tell(PUSH, UPDATE)
    page = await home.look()
    assert page.html.count("entry-unread") == 2
    assert "2 you have not seen" in page.text
    assert await home.press("/stream/seen/") == "/stream/"
    page = await home.look()
    assert "entry-unread" not in page.html
    assert "you have not seen" not in page.text


async def test_an_entry_can_be_kept_and_given_up(home: Home) -> None:
    await home.tell(PUSH)
    assert await home.press("/stream/save/") == "/stream/"
    assert "bea pushed" in (await home.look("/stream/saved/")).text
    assert await home.press("/stream/unsave/", "/stream/saved/") == "/stream/saved/"
    assert "You keep nothing yet." in (await home.look("/stream/saved/")).text


async def test_what_is_hidden_is_gone_and_can_come_back(home: Home) -> None:
    await home.tell(PUSH, UPDATE)
    # The first button of the first card: this kind from this hub.
    await home.press("/stream/hide/")
    assert await home.store.hides(home.viewer.person_id) == [Hide(home.hub.id, "updates")]
    page = await home.look()
    assert "bea liked wick" not in page.text
    assert "Updates from Team lamps" in page.text
    await home.press("/stream/unhide/")
    assert "bea liked wick" in (await home.look()).text


@pytest.mark.parametrize(
    ("kind", "hub", "left"),
    [("", "lamps", []), ("code", "", ["bea liked"]), ("updates", "lamps", ["bea pushed"])],
)
async def test_kinds_and_hubs_can_be_hidden(
    home: Home, kind: str, hub: str, left: list[str]
) -> None:
    await home.tell(PUSH, UPDATE)
    await home.press("/stream/hide/", kind=kind, hub=str(home.hub.id) if hub else "")
    page = await home.look()
    assert [one for one in ("bea pushed", "bea liked") if one in page.text] == left


async def test_one_kind_alone_can_be_seen_and_a_banner_says_so(home: Home) -> None:
    await home.tell(PUSH, UPDATE)
    page = await home.look("/stream/?kind=updates")
    assert "bea liked" in page.text
    assert "bea pushed" not in page.text
    assert "You see Updates alone. Show everything" in page.text
    both = await home.look(f"/stream/?kind=nonsense&hub={home.hub.id}")
    assert "You see what comes from Team lamps alone." in both.text
    assert both.html.count("data-card") == 2
    assert (await home.look(f"/stream/?hub={'9' * 5000}")).status == 200


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("hide", {"kind": "nonsense"}, 400),
        ("hide", {"hub": "x"}, 400),
        ("hide", {}, 400),
        ("hide", {"hub": "999999999"}, 404),
        ("hide", {"hub": "99999999999999999999"}, 400),
        ("save", {"entry": "of nobody"}, 404),
        ("seen", {"time": "nan"}, 400),
        ("seen", {"time": "1e99"}, 400),
        ("seen", {}, 400),
    ],
)
async def test_what_makes_no_sense_is_refused(
    home: Home, redis: Redis, action: str, fields: dict[str, str], status: int
) -> None:
    await home.tell(PUSH)
    page = await home.look()
    token = page.html.partition('name="csrf_token" value="')[2].partition('"')[0]
    sent = {"csrf_token": token, **fields}
    assert (await home.browser.post(f"/stream/{action}/", sent)).status == status
    assert (await home.browser.post(f"/stream/{action}/", fields)).status == 403


async def test_a_hub_that_one_may_not_know_of_cannot_be_hidden(home: Home) -> None:
    vault = await home.town.team("vault", Visibility.PRIVATE)
    await home.tell(PUSH)
    answer = await home.browser.press(
        await home.look(), "/stream/hide/", kind="", hub=str(vault.id)
    )
    assert answer.status == 404


async def test_what_is_alike_is_one_card_and_each_of_it_can_be_kept(home: Home) -> None:
    alike = attrs.evolve(PUSH, target="wick", several="bea pushed {count} commits to wick")
    await home.tell(alike, attrs.evolve(alike, id="push2", time=PUSH.time + 60), UPDATE)
    page = await home.look()
    assert page.html.count("data-card") == 2
    assert page.html.count("data-entry ") + page.html.count("data-entry>") == 3
    assert "bea pushed 2 commits to wick" in page.text
    assert "Show all 2" in page.text
    assert await home.press("/stream/save/", entry="push2") == "/stream/"
    saved = await home.look("/stream/saved/")
    assert saved.html.count("data-card") == 1
    assert "bea pushed to wick" in saved.text
