"""Who looks is asked at connect, and again when who may see what has changed."""

from __future__ import annotations

import pytest

from hubs.model.hub import FEED, Hub, Visibility, WidgetInstance
from hubs.model.reload import AccessChange, Reload
from tests.sse.portal import Portal, hub
from tests.until import until

ABE, ZOE = 7, 8


@pytest.fixture
def vault(portal: Portal) -> int:
    """Give a private hub with two members."""
    portal.hubs[3] = hub(3, Visibility.PRIVATE)
    portal.members = {(3, ABE), (3, ZOE)}
    return 3


async def test_a_member_hears_of_a_private_hub_and_a_stranger_does_not(
    portal: Portal, vault: int
) -> None:
    member = await portal.look_at(vault, person_id=ABE)
    portal.publish(Reload.feed(vault))
    await member.until(lambda: len(member.events) == 1)
    for headers in ([], ["Cookie: person=9"]):
        stranger = await portal.ask(f"?hub={vault}", *headers)
        await stranger.until_received(b"There is no such hub.\n")
        assert stranger.head.startswith("HTTP/1.1 404 ")


async def test_of_a_widget_and_a_feed_for_members_nobody_else_hears(portal: Portal) -> None:
    portal.members = {(1, ABE)}
    portal.closed = tuple(
        WidgetInstance(number, 1, plugin, visibility=Visibility.PREVIEW)
        for number, plugin in ((5, FEED), (6, "about"))
    )
    before = portal.publish(Reload.layout(1))
    member, stranger = await portal.look_at(1, person_id=ABE), await portal.look_at(1)
    for reload in (Reload.feed(1), Reload.widget(1, 5), Reload.widget(1, 6), Reload.widget(1, 7)):
        portal.publish(reload)
    await member.until(lambda: len(member.events) == 4)
    await stranger.until(lambda: len(stranger.events) > 0)
    back = await portal.look_at(1, before)
    for browser in (stranger, back):
        assert [event.name for event in browser.events] == ["widget-7"]


async def test_who_is_no_member_any_more_hears_nothing_more(portal: Portal, vault: int) -> None:
    leaving, staying = [await portal.look_at(vault, person_id=one) for one in (ABE, ZOE)]
    portal.members.remove((vault, ABE))
    portal.publish(AccessChange(vault, ABE))
    await leaving.until_closed()
    portal.publish(Reload.feed(vault))
    await staying.until(lambda: len(staying.events) == 1)
    assert leaving.events == []
    back = await portal.ask(f"?hub={vault}", f"Cookie: person={ABE}")
    assert back.head.startswith("HTTP/1.1 404 ")


async def test_a_hub_that_becomes_private_sends_visitors_away(portal: Portal) -> None:
    looking, elsewhere = await portal.look_at(1), await portal.look_at(2)
    portal.hubs[1] = hub(1, Visibility.PRIVATE)
    portal.publish(AccessChange(hub_id=1))
    await looking.until_closed()
    assert (await portal.ask("?hub=1")).head.startswith("HTTP/1.1 404 ")
    portal.publish(Reload.feed(2))
    await elsewhere.until(lambda: len(elsewhere.events) == 1)


async def test_who_logs_out_is_asked_anew_everywhere(portal: Portal) -> None:
    abe, nobody = await portal.look_at(1, person_id=ABE), await portal.look_at(1)
    portal.publish(AccessChange(person_id=ABE))
    await abe.until_closed()
    portal.publish(Reload.feed(1))
    await nobody.until(lambda: len(nobody.events) == 1)


async def test_who_still_may_hears_of_what_happened_meanwhile(portal: Portal) -> None:
    looking = await portal.look_at(1)
    known = portal.publish(Reload.widget(1, 1))
    await looking.until(lambda: looking.last_event_id == known)
    portal.publish(AccessChange(hub_id=1))
    await looking.until_closed()
    portal.publish(Reload.feed(1))
    back = await portal.look_at(1, looking.last_event_id)
    assert [event.name for event in back.events] == ["feed"]


async def test_a_change_during_the_look_up_is_not_missed(portal: Portal) -> None:
    async def overtaken(hub_id: int) -> Hub | None:
        # What it read is of before the change.
        portal.look_up = portal.find
        before = portal.hubs[hub_id]
        portal.hubs[hub_id] = hub(hub_id, Visibility.PRIVATE)
        portal.publish(AccessChange(hub_id=hub_id))
        return before

    portal.look_up = overtaken
    browser = await portal.ask("?hub=1")
    assert browser.head.startswith("HTTP/1.1 404 ")
    await until(lambda: portal.broker.open_streams == 0)


def test_a_change_says_for_whom_or_where() -> None:
    with pytest.raises(ValueError, match="got neither"):
        AccessChange()
