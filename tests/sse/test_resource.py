"""Who gets an event stream, and what everybody else is told."""

from __future__ import annotations

import gc
import re
import weakref
from typing import Any, cast

import pytest
from twisted.internet import reactor
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IReactorFDSet
from twisted.internet.tcp import Server
from twisted.logger import capturedLogs
from twisted.web.http import HTTPChannel
from twisted.web.server import Request

from hubs.model.hub import Hub, Visibility
from hubs.model.reload import Reload
from hubs.sse.event import EventId
from hubs.sse.resource import LOOK_UP_SECONDS
from hubs.sse.stream import INPUT_LIMIT
from tests.sse.logged import lines
from tests.sse.portal import Portal, hub
from tests.until import until


async def test_a_public_hub_opens_a_stream_that_no_proxy_holds_back(portal: Portal) -> None:
    browser = await portal.look_at(1)
    status, *headers = browser.head.split("\r\n")
    assert status == "HTTP/1.1 200 OK"
    assert {
        "Content-Type: text/event-stream; charset=utf-8",
        "Cache-Control: no-cache, no-store",
        "X-Accel-Buffering: no",
        "Connection: close",
    } <= set(headers)
    assert "Access-Control-Allow-Origin" not in browser.head
    assert re.fullmatch(r"retry: \d{4}\n: welcome\nid: 0-0\n\n", browser.body)


@pytest.mark.parametrize(
    "query", ["", "?hub=", "?hub=x", "?hub=-1", "?hub=1.0", "?hub=%D9%A1", "?hub=1&hub=2",
              "?hub=1%0A", "?hub=" + "9" * 19],
)  # fmt: skip
async def test_a_question_without_the_number_of_one_hub_is_refused(
    portal: Portal, query: str
) -> None:
    browser = await portal.ask(query)
    await browser.until_received(b"?hub=12.\n")
    assert browser.head.startswith("HTTP/1.1 400 ")
    assert "Content-Type: text/plain; charset=utf-8" in browser.head
    assert browser.body == "Expected the number of one hub, as in /sse/?hub=12.\n"


@pytest.mark.parametrize("visibility", [Visibility.PREVIEW, Visibility.PRIVATE])
async def test_a_hub_one_may_not_see_is_answered_like_one_that_does_not_exist(
    portal: Portal, visibility: Visibility
) -> None:
    portal.hubs[3] = hub(3, visibility)
    answers = []
    for hub_id in (3, 4):
        browser = await portal.ask(f"?hub={hub_id}")
        await browser.until_received(b"There is no such hub.\n")
        answers.append(re.sub(rb"\nDate: .*", b"", browser.received))
    assert answers[0] == answers[1]
    assert answers[0].startswith(b"HTTP/1.1 404 ")


async def test_a_look_up_that_fails_is_answered_with_when_to_ask_again(portal: Portal) -> None:
    async def broken(hub_id: int) -> Hub | None:
        raise OSError(f"no database for {hub_id}")

    portal.look_up = broken
    with capturedLogs() as logged:
        for _ in range(3):
            browser = await portal.ask("?hub=1")
            assert browser.head.startswith("HTTP/1.1 503 ")
            assert "Retry-After: 10" in browser.head
        portal.look_up = portal.find
        await portal.look_at(1)
    assert lines(logged) == ["Hubs cannot be looked up: no database for 1"]


async def test_a_look_up_that_never_ends_is_ended(portal: Portal) -> None:
    waiting = wait_for_ever(portal)
    browser = await portal.connect()
    browser.connection.write(b"GET /sse/?hub=1 HTTP/1.1\r\n\r\n")
    await until(lambda: len(waiting) == 1)
    portal.clock.advance(LOOK_UP_SECONDS)
    await browser.until_received(b"The database does not answer.\n")
    assert browser.head.startswith("HTTP/1.1 503 ")


async def test_a_browser_that_leaves_during_the_look_up_leaves_nothing(portal: Portal) -> None:
    waiting = wait_for_ever(portal)
    with capturedLogs() as logged:
        for number in range(4):
            browser = await portal.connect()
            browser.connection.write(b"GET /sse/?hub=1 HTTP/1.1\r\n\r\n")
            await until(lambda: len(waiting) > number)  # noqa: B023
            browser.connection.abortConnection()
            await until(lambda: waiting[-1].called)
    assert lines(logged) == []
    assert portal.broker.open_streams == 0
    portal.look_up = portal.find
    for _ in range(3):
        await portal.look_at(1)


async def test_a_look_up_that_heeds_no_cancelling_opens_no_stream_for_who_left(
    portal: Portal,
) -> None:
    answer: Deferred[None] = Deferred()

    async def stubborn(hub_id: int) -> Hub | None:
        started.append(hub_id)
        try:
            await answer
        except CancelledError:
            answered.append(hub_id)
        return hub(hub_id)

    started: list[int] = []
    answered: list[int] = []
    portal.look_up = stubborn
    browser = await portal.connect()
    browser.connection.write(b"GET /sse/?hub=1 HTTP/1.1\r\n\r\n")
    await until(lambda: started == [1])
    browser.connection.abortConnection()
    await until(lambda: answered == [1])
    assert portal.broker.open_streams == 0


async def test_there_is_room_for_so_many_and_again_when_one_leaves(portal: Portal) -> None:
    browsers = [await portal.look_at(1) for _ in range(3)]
    refused = await portal.ask("?hub=1")
    assert refused.head.startswith("HTTP/1.1 503 ")
    assert "Retry-After: 10" in refused.head
    browsers[0].connection.abortConnection()
    await until(lambda: portal.broker.open_streams == 2)
    await portal.look_at(1)


async def test_those_whose_hub_is_being_looked_up_take_room_too(portal: Portal) -> None:
    waiting = wait_for_ever(portal)
    for _ in range(3):
        browser = await portal.connect()
        browser.connection.write(b"GET /sse/?hub=1 HTTP/1.1\r\n\r\n")
    await until(lambda: len(waiting) == 3)
    refused = await portal.ask("?hub=1")
    assert refused.head.startswith("HTTP/1.1 503 ")


async def test_another_origin_may_listen_if_it_is_named() -> None:
    portal = Portal(allow_origin="https://hubs.example.org")
    await portal.open()
    browser = await portal.look_at(1)
    assert "\r\nAccess-Control-Allow-Origin: https://hubs.example.org" in browser.head
    refused = await portal.ask("?hub=9")
    assert "\r\nAccess-Control-Allow-Origin: https://hubs.example.org" in refused.head
    await portal.close()


async def test_who_asks_for_the_headers_alone_gets_them_and_may_ask_again(portal: Portal) -> None:
    browser = await portal.ask("?hub=1", method="HEAD")
    assert browser.head.startswith("HTTP/1.1 200 OK")
    assert "Content-Type: text/event-stream; charset=utf-8" in browser.head
    assert portal.broker.open_streams == 0
    browser.received = b""
    browser.connection.write(b"HEAD /sse/?hub=9 HTTP/1.1\r\n\r\n")
    await browser.until_received(b"\r\n\r\n")
    assert browser.head.startswith("HTTP/1.1 404 ")
    assert browser.body == ""


async def test_other_methods_are_refused(portal: Portal) -> None:
    browser = await portal.ask("?hub=1", "Content-Length: 0", method="POST")
    assert browser.head.startswith("HTTP/1.1 405 ")


async def test_a_stream_may_follow_other_answers_on_the_same_connection(portal: Portal) -> None:
    browser = await portal.ask("?hub=9")
    await browser.until_received(b"There is no such hub.\n")
    browser.received = b""
    browser.connection.write(b"GET /sse/?hub=1 HTTP/1.1\r\n\r\n")
    await browser.until_received(b"welcome")
    portal.publish(Reload.feed(1))
    await browser.until(lambda: len(browser.events) == 1)


async def test_a_client_of_http_1_0_gets_its_stream_until_the_connection_ends(
    portal: Portal,
) -> None:
    browser = await portal.connect()
    browser.connection.write(b"GET /sse/?hub=1 HTTP/1.0\r\n\r\n")
    await browser.until_received(b"welcome")
    portal.publish(Reload.feed(1))
    await browser.until(lambda: len(browser.events) == 1)
    assert "Transfer-Encoding" not in browser.head


async def test_a_stream_outlives_the_patience_of_http(portal: Portal) -> None:
    browser = await portal.look_at(1)
    for _ in range(20):
        portal.clock.advance(60)
    portal.publish(Reload.feed(1))
    await browser.until(lambda: len(browser.events) == 1)
    assert browser.open


async def test_what_a_browser_says_after_its_request_is_ignored(portal: Portal) -> None:
    browser = await portal.connect()
    browser.connection.write(b"GET /sse/?hub=1 HTTP/1.1\r\n\r\nGET /sse/?hub=2 HTTP/1.1\r\n\r\n")
    await browser.until_received(b"welcome")
    browser.connection.write(b"x" * 1000)
    portal.publish(Reload.feed(1))
    await browser.until(lambda: len(browser.events) == 1)
    assert browser.received.count(b"HTTP/1.1") == 1


async def test_who_says_too_much_is_cut_off(portal: Portal) -> None:
    browser = await portal.look_at(1)
    browser.connection.write(b"x" * (INPUT_LIMIT + 1))
    await browser.until_closed()
    assert portal.broker.open_streams == 0


async def test_who_sends_a_flood_with_the_request_is_noticed_when_leaving(portal: Portal) -> None:
    browser = await portal.connect()
    browser.connection.write(b"GET /sse/?hub=1 HTTP/1.1\r\n\r\n" + b"x" * 40_000)
    await browser.until_received(b"welcome")
    browser.connection.abortConnection()
    await until(lambda: portal.broker.open_streams == 0)


async def test_who_sends_a_flood_during_the_look_up_is_noticed_when_leaving(
    portal: Portal,
) -> None:
    waiting = wait_for_ever(portal)
    browser = await portal.connect()
    browser.connection.write(b"GET /sse/?hub=1 HTTP/1.1\r\n\r\n")
    await until(lambda: len(waiting) == 1)
    browser.connection.write(b"x" * 17_000)
    selectable = cast("IReactorFDSet", reactor)
    await until(lambda: not any(isinstance(one, Server) for one in selectable.getReaders()))
    waiting[0].callback(hub(1))
    await browser.until_received(b"welcome")
    browser.connection.abortConnection()
    await until(lambda: portal.broker.open_streams == 0)


async def test_nothing_of_http_is_kept_for_an_open_stream(portal: Portal) -> None:
    kept: list[weakref.ref[Any]] = []

    class WatchedRequest(Request):
        def __init__(self, channel: HTTPChannel, *args: Any, **kwargs: Any) -> None:
            super().__init__(channel, *args, **kwargs)
            kept.extend([weakref.ref(self), weakref.ref(channel)])

    portal.site.requestFactory = WatchedRequest
    gc.disable()
    try:
        await portal.look_at(1)
    finally:
        gc.enable()
    assert [reference() for reference in kept] == [None, None]


def wait_for_ever(portal: Portal) -> list[Deferred[Hub | None]]:
    """Let no look-up end, and give those that were started."""
    waiting: list[Deferred[Hub | None]] = []

    async def look_up(hub_id: int) -> Hub | None:
        waiting.append(Deferred())
        return await waiting[-1]

    portal.look_up = look_up
    return waiting


async def test_a_page_hears_of_what_happened_since_it_was_made(portal: Portal) -> None:
    for milliseconds in (1000, 3000):
        portal.broker.publish(EventId(milliseconds, 0), Reload.feed(1))
    browser = await portal.ask("?hub=1&since=2000-0")
    await browser.until_received(b"welcome")
    assert "event: feed\n" in browser.body
    assert "id: 3000-0\n" in browser.body
    late = await portal.ask("?hub=1&since=3000-0")
    await late.until_received(b"welcome")
    assert "event:" not in late.body


async def test_what_a_browser_says_it_knows_goes_before_when_its_page_was_made(
    portal: Portal,
) -> None:
    for milliseconds in (1000, 3000):
        portal.broker.publish(EventId(milliseconds, 0), Reload.feed(1))
    browser = await portal.ask("?hub=1&since=1000-0", "Last-Event-ID: 3000-0")
    await browser.until_received(b"welcome")
    assert "event:" not in browser.body
