"""Event streams over a real port: what browsers hear, and when."""

from __future__ import annotations

import re
from typing import cast

import pytest
from twisted.internet import reactor
from twisted.internet.interfaces import IProtocol, IPushProducer, IReactorFDSet
from twisted.internet.tcp import Server
from zope.interface.verify import verifyClass

from hubs.model.reload import Reload, StreamNews
from hubs.sse.broker import CLOSING_SECONDS, PING_TURNS
from hubs.sse.stream import EventStream, SocketStream
from tests.sse.browser import Browser, Heard
from tests.sse.portal import Portal, turn
from tests.until import until

selectable = cast("IReactorFDSet", reactor)


@pytest.mark.parametrize("stream", [EventStream, SocketStream])
def test_a_stream_is_a_protocol_and_a_producer(stream: type[EventStream]) -> None:
    assert verifyClass(IProtocol, stream)
    assert verifyClass(IPushProducer, stream)


async def test_an_event_reaches_all_who_look_at_the_hub_and_nobody_else(portal: Portal) -> None:
    one, two, other = [await portal.look_at(hub_id) for hub_id in (1, 1, 2)]
    portal.publish(Reload.widget(1, 12))
    portal.publish(Reload.feed(2))
    for browser in (one, two):
        await browser.until_received(b"data")
        assert browser.events == [Heard("1-0", "widget-12", "reload")]
    await other.until(lambda: len(other.events) > 0)
    assert other.events == [Heard("2-0", "feed", "reload")]


async def test_news_of_a_stream_reach_its_reader_alone_wherever_they_look(portal: Portal) -> None:
    looking = ((1, 7), (2, 7), (1, 8))
    mine, elsewhere, other = [await portal.look_at(hub, person_id=who) for hub, who in looking]
    portal.publish(StreamNews(frozenset({7, 99})))
    portal.publish(Reload.feed(1))
    news, feed = Heard("1-0", "stream", "reload"), Heard("2-0", "feed", "reload")
    await mine.until(lambda: len(mine.events) == 2)
    await elsewhere.until(lambda: len(elsewhere.events) == 1)
    await other.until(lambda: len(other.events) == 1)
    assert [mine.events, elsewhere.events, other.events] == [[news, feed], [news], [feed]]


async def test_who_comes_back_hears_of_their_stream_and_nobody_else_does(portal: Portal) -> None:
    known = portal.publish(Reload.feed(2))
    portal.publish(StreamNews(frozenset({7})))
    portal.publish(Reload.feed(1))
    mine, other, nobody = [await portal.look_at(1, known, person_id=who) for who in (7, 8, 0)]
    for browser, names in ((mine, ["stream", "feed"]), (other, ["feed"]), (nobody, ["feed"])):
        assert [event.name for event in browser.events] == names


async def test_missed_events_are_replayed_before_live_ones(portal: Portal) -> None:
    known = portal.publish(Reload.feed(1))
    portal.publish(Reload.widget(1, 5))
    portal.publish(Reload.feed(2))
    portal.publish(Reload.feed(1))
    browser = await portal.look_at(1, known)
    portal.publish(Reload.widget(1, 6))
    await browser.until(lambda: len(browser.events) == 3)
    assert [event.name for event in browser.events] == ["widget-5", "feed", "widget-6"]


async def test_who_comes_and_goes_while_much_happens_hears_everything_once(portal: Portal) -> None:
    portal.publish(Reload.feed(2))
    published: list[str] = []
    heard: list[str] = []
    browser = await portal.look_at(1)
    for number in range(40):
        published.append(portal.publish(Reload.widget(1, number)))
        if number % 4 == 0:
            browser.connection.abortConnection()
            await browser.until_closed()
            published.append(portal.publish(Reload.widget(1, 100 + number)))
            heard += [event.id for event in browser.events]
            last_event_id = browser.last_event_id
            browser = await portal.ask("?hub=1", f"Last-Event-ID: {last_event_id}")
    await browser.until(lambda: browser.last_event_id == published[-1])
    assert heard + [event.id for event in browser.events] == published


@pytest.mark.parametrize("known", ["1-0", "nonsense", "\xb2-0"])
async def test_who_names_an_id_nobody_remembers_is_told_to_reload_all(
    portal: Portal, known: str
) -> None:
    for number in range(11):
        portal.publish(Reload.widget(2, number))
    browser = await portal.look_at(1, known)
    portal.publish(Reload.feed(1))
    await browser.until(lambda: len(browser.events) == 2)
    assert browser.events == [
        Heard("11-0", "reload-all", "reload"),
        Heard("12-0", "feed", "reload"),
    ]


async def test_who_comes_back_before_anything_was_read_is_told_to_reload_all(
    portal: Portal,
) -> None:
    browser = await portal.look_at(1, "5-0")
    assert browser.events == [Heard("0-0", "reload-all", "reload")]


async def test_a_browser_that_heard_nothing_yet_still_misses_nothing(portal: Portal) -> None:
    portal.publish(Reload.feed(2))
    browser = await portal.look_at(1)
    assert browser.events == []
    portal.publish(Reload.feed(1))
    back = await portal.look_at(1, browser.last_event_id)
    assert back.events == [Heard("2-0", "feed", "reload")]


async def test_the_first_bytes_spread_when_browsers_come_back(portal: Portal) -> None:
    pauses = set()
    for _ in range(3):
        browser = await portal.look_at(1)
        pauses.add(int(re.findall(r"^retry: (\d+)$", browser.body, re.MULTILINE)[0]))
    assert len(pauses) > 1
    assert all(2000 <= pause < 5000 for pause in pauses)


async def test_everybody_is_pinged_once_in_an_interval_but_not_at_once(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsers = [await portal.look_at(1) for _ in range(3)]
    portal.publish(Reload.feed(2))
    sent: list[bytes] = []
    send = SocketStream.send

    def watched(stream: SocketStream, data: bytes) -> None:
        sent.append(data)
        send(stream, data)

    monkeypatch.setattr(SocketStream, "send", watched)
    at_once: list[int] = []
    for _ in range(PING_TURNS):
        portal.clock.advance(1)
        at_once.append(len(sent) - sum(at_once))
    assert sorted(at_once) == [*[0] * (PING_TURNS - 3), 1, 1, 1]
    portal.publish(Reload.feed(1))
    for browser in browsers:
        await browser.until_received(b"event: feed")
        assert browser.received.count(b": ping") == browser.received.count(sent[0]) == 1
    assert sent[0] == b": ping\nid: 1-0\n\n"


async def test_who_does_not_read_is_cut_off_while_others_hear_everything(portal: Portal) -> None:
    slow, other = await portal.look_at(1), await portal.look_at(1)
    slow.connection.pauseProducing()
    published = []
    while not portal.broker.closed_because_slow:
        published.append(portal.publish(Reload(1, "x" * 10_000)))
        await other.until(lambda: other.last_event_id == published[-1])
    assert portal.broker.open_streams == 1
    slow.connection.resumeProducing()
    await slow.until_closed()
    assert len(slow.events) < len(published)
    published.append(portal.publish(Reload.feed(1)))
    await other.until(lambda: other.last_event_id == published[-1])
    assert [event.id for event in other.events] == published


async def test_what_the_kernel_does_not_take_at_once_arrives_whole_and_in_order(
    portal: Portal,
) -> None:
    browser = await portal.look_at(1)
    published = await publish_until_it_waits(portal, browser)
    published.append(portal.publish(Reload.feed(1)))
    browser.connection.resumeProducing()
    await browser.until(lambda: browser.last_event_id == published[-1])
    await turn()
    published.append(portal.publish(Reload.feed(1)))
    await browser.until(lambda: browser.last_event_id == published[-1])
    assert [event.id for event in browser.events] == published
    assert portal.broker.closed_because_slow == 0


async def test_an_event_that_the_kernel_takes_a_part_of_arrives_whole_and_once(
    portal: Portal,
) -> None:
    browser = await portal.look_at(1)
    await turn()
    names = ["x" * 60_000, "feed"]
    for name in names:
        portal.publish(Reload(1, name))
    await browser.until(lambda: browser.last_event_id == "2-0")
    assert re.findall(r"id: .*|event: .*", browser.body) == [
        *("id: 0-0", "id: 1-0", f"event: {names[0]}", "id: 2-0", "event: feed"),
    ]


async def test_a_browser_that_leaves_is_forgotten(portal: Portal) -> None:
    browser, other = await portal.look_at(1), await portal.look_at(1)
    browser.connection.loseConnection()
    await until(lambda: portal.broker.open_streams == 1)
    portal.publish(Reload.feed(1))
    await other.until(lambda: len(other.events) == 1)
    assert portal.broker.closed_because_slow == 0


async def test_stopping_closes_every_stream_after_what_was_sent(portal: Portal) -> None:
    browsers = [await portal.look_at(1) for _ in range(3)]
    portal.publish(Reload.feed(1))
    await portal.broker.stopService()
    for browser in browsers:
        await browser.until_closed()
        assert len(browser.events) == 1
    assert portal.broker.open_streams == 0
    refused = await portal.ask("?hub=1")
    assert refused.head.startswith("HTTP/1.1 503 ")


async def test_stopping_cuts_off_who_does_not_take_what_was_sent(portal: Portal) -> None:
    browser = await portal.look_at(1)
    await publish_until_it_waits(portal, browser)
    stopping = portal.broker.stopService()
    await turn()
    assert not stopping.called
    portal.clock.advance(CLOSING_SECONDS)
    await stopping
    assert portal.broker.open_streams == 0
    browser.connection.resumeProducing()
    await browser.until_closed()


async def publish_until_it_waits(portal: Portal, browser: Browser) -> list[str]:
    """Keep a browser from reading until something waits for it at the server."""
    browser.connection.pauseProducing()
    published = []
    while not any(isinstance(writer, Server) for writer in selectable.getWriters()):
        published.append(portal.publish(Reload(1, "x" * 10_000)))
        await turn()
        await turn()
    return published
