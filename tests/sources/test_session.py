"""Asking an outside service, by a real server that answers as a test says."""

from __future__ import annotations

import gzip
import zlib
from typing import Any

import pytest
from twisted.internet.defer import Deferred
from twisted.logger import capturedLogs
from twisted.web.http import Request

from hubs.config import Services, Sources
from hubs.sources.errors import (
    FailingError,
    NotFoundError,
    RateLimitedError,
    SourceError,
    StatusError,
    TooLargeError,
    TooSlowError,
    UnreachableError,
    UnreadableError,
)
from hubs.sources.session import Session
from hubs.watch.metrics import UPSTREAM_REQUESTS
from tests.sources.asking import failing, with_pauses
from tests.sources.conftest import NOON, Reactor
from tests.sources.outside import (
    Outside,
    breaks_off,
    hangs_up,
    in_turn,
    says,
    writes,
)
from tests.until import until


def counted(host: str) -> dict[str, float]:
    """Give how often a host gave each result."""
    [metric] = UPSTREAM_REQUESTS.collect()
    return {
        sample.labels["result"]: sample.value
        for sample in metric.samples
        if sample.labels["host"] == host and sample.name.endswith("_total")
    }


async def test_an_answer_is_given_whole(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = says({"lamps": ["ä"]}, x_total="1")
    answer = await session.get(outside.url("/a"), params={"page": 2}, headers={"x-fields": "a"})
    assert answer.json(dict) == {"lamps": ["ä"]}
    assert (answer.status, answer.headers["x-total"], answer.host) == (200, "1", outside.host)
    [seen] = outside.seen
    assert (seen.method, seen.uri) == ("GET", "/a?page=2")
    assert seen.headers["user-agent"].startswith("Fedora-Hubs/")
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["x-fields"] == "a"


async def test_an_empty_answer_is_an_answer(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = says(b"", 204)
    assert (await session.get(outside.url("/a"))).body == b""


async def test_pages_follow_one_another(session: Session, outside: Outside) -> None:
    link = f'<{outside.url("/a?page=2")}>; rel="next"'
    outside.paths["/a"] = in_turn(says([1], link=link), says([2]))
    first = await session.get(outside.url("/a"))
    assert first.next_page is not None
    second = await session.get(first.next_page)
    assert (first.json(list), second.json(list), second.next_page) == ([1], [2], None)


async def test_something_is_sent_once(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = says(b"", 503)
    error = await failing(session.post(outside.url("/a"), b"<call/>", "text/xml"))
    assert isinstance(error, FailingError)
    [seen] = outside.seen
    assert (seen.method, seen.body, seen.headers["content-type"]) == (
        "POST",
        b"<call/>",
        "text/xml",
    )
    outside.paths["/a"] = says(b"", 307, location="/b")
    error = await failing(session.post(outside.url("/a"), b"<call/>", "text/xml"))
    assert "redirects what was sent to it" in str(error)


async def test_what_did_not_change_is_not_sent_again(session: Session, outside: Outside) -> None:
    def behave(request: Request) -> bytes | int:
        if request.getHeader("if-none-match") == '"1"':
            return says(b"", 304)(request)
        return says([1], etag='"1"')(request)

    outside.paths["/a"] = behave
    answers = [await session.get(outside.url("/a")) for _ in range(3)]
    assert [answer.json(list) for answer in answers] == [[1]] * 3
    assert counted(outside.host) == {"ok": 1, "not modified": 2}
    outside.paths["/a"] = says([2], etag='"2"')
    assert (await session.get(outside.url("/a"))).json(list) == [2]


async def test_a_date_says_too_whether_something_changed(
    session: Session, outside: Outside
) -> None:
    date = "Tue, 24 Nov 2026 12:00:00 GMT"
    outside.paths["/a"] = in_turn(says([1], last_modified=date), says(b"", 304))
    for _ in range(2):
        assert (await session.get(outside.url("/a"))).json(list) == [1]
    assert outside.seen[1].headers["if-modified-since"] == date


async def test_other_questions_have_other_answers(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = says(b"x", etag='"1"')
    await session.get(outside.url("/a"))
    await session.get(outside.url("/a"), accept="text/html")
    assert "if-none-match" not in outside.seen[1].headers


async def test_nothing_changed_is_no_answer_to_who_has_nothing(
    session: Session, outside: Outside
) -> None:
    outside.paths["/a"] = says(b"", 304)
    assert isinstance(await failing(session.get(outside.url("/a"))), UnreadableError)


async def test_a_host_that_names_a_poll_interval_is_not_asked_within(
    session: Session, outside: Outside, timed: Reactor
) -> None:
    outside.paths["/a"] = in_turn(says([1], x_poll_interval="60"), says([2]))
    assert (await session.get(outside.url("/a"))).json(list) == [1]
    timed.clock.advance(59)
    assert (await session.get(outside.url("/a"))).json(list) == [1]
    assert len(outside.seen) == 1
    timed.clock.advance(2)
    assert (await session.get(outside.url("/a"))).json(list) == [2]


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (403, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOON) + 300)}, 300),
        (403, {"retry_after": "120"}, 120),
        (429, {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOON) + 30)}, 30),
        (429, {"retry_after": "Tue, 24 Nov 2026 12:10:00 GMT"}, 600),
        (429, {}, 60),
        (503, {"retry_after": "40"}, 40),
    ],
)
async def test_a_host_that_wants_no_requests_gets_none_until_it_said(
    status: int,
    headers: dict[str, str],
    seconds: float,
    session: Session,
    outside: Outside,
    timed: Reactor,
) -> None:
    outside.paths["/a"] = in_turn(says({}, status, **headers), says([1]))
    error = await failing(session.get(outside.url("/a")))
    assert isinstance(error, RateLimitedError)
    assert error.retry_at == NOON + seconds
    timed.clock.advance(seconds - 1)
    again = await failing(session.get(outside.url("/a")))
    assert (str(again), len(outside.seen)) == (str(error), 1)
    timed.clock.advance(1)
    assert (await session.get(outside.url("/a"))).json(list) == [1]
    assert str(error).startswith(
        f"{outside.host} wants no more requests for now; the next try is after 2026-11-24 12:"
    )


async def test_the_last_request_that_was_left_is_the_last(
    session: Session, outside: Outside, timed: Reactor
) -> None:
    reset = str(int(NOON) + 50)
    outside.paths["/search"] = says([1], x_ratelimit_remaining="0", x_ratelimit_reset=reset)
    outside.paths["/repos"] = says([2])
    assert (await session.get(outside.url("/search"))).json(list) == [1]
    assert isinstance(await failing(session.get(outside.url("/search"))), RateLimitedError)
    # Each part of a service counts for itself.
    assert (await session.get(outside.url("/repos"))).json(list) == [2]
    timed.clock.advance(50)
    assert (await session.get(outside.url("/search"))).json(list) == [1]


@pytest.mark.parametrize(
    ("status", "kind", "reason"),
    [
        (400, StatusError, "refuses the request (HTTP status 400)"),
        (401, StatusError, "wants a login that it was not given (HTTP status 401)"),
        (403, StatusError, "does not allow this (HTTP status 403)"),
        (404, NotFoundError, "has nothing there (HTTP status 404)"),
        (410, NotFoundError, "has nothing there (HTTP status 410)"),
        (422, StatusError, "refuses the request (HTTP status 422)"),
    ],
)
async def test_a_refusal_is_asked_once_and_says_why(
    status: int, kind: type[SourceError], reason: str, session: Session, outside: Outside
) -> None:
    outside.paths["/a"] = says({"message": "no"}, status)
    error = await failing(session.get(outside.url("/a")))
    assert type(error) is kind
    assert str(error) == f"{outside.host} {reason}"
    assert (error.retry_at, len(outside.seen)) == (None, 1)


async def test_a_fault_of_its_own_is_tried_later(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = says(b"Traceback", 500)
    error = await failing(session.get(outside.url("/a")))
    assert isinstance(error, FailingError)
    assert str(error) == (
        f"{outside.host} has a fault of its own (HTTP status 500); "
        "the next try is after 2026-11-24 12:00 UTC"
    )
    assert (error.retry_at, len(outside.seen)) == (NOON + 30, 1)


@pytest.mark.parametrize("trouble", [says(b"", 502), says(b"", 504), hangs_up, breaks_off])
async def test_what_may_pass_is_asked_again_after_a_pause(
    trouble: Any, session: Session, outside: Outside, timed: Reactor
) -> None:
    outside.paths["/a"] = in_turn(trouble, trouble, says([1]))
    answer = await with_pauses(timed, session.get(outside.url("/a")))
    assert (answer.json(list), len(outside.seen)) == ([1], 3)
    assert timed.clock.seconds() >= NOON + 1.0


async def test_and_given_up_after_three_times(
    session: Session, outside: Outside, timed: Reactor
) -> None:
    outside.paths["/a"] = breaks_off
    error = await failing(with_pauses(timed, session.get(outside.url("/a"))))
    assert isinstance(error, UnreachableError)
    assert "ended the connection before its answer was whole" in str(error)
    assert error.retry_at is not None
    assert len(outside.seen) == 3


async def test_who_listens_nowhere_cannot_be_reached(
    session: Session, outside: Outside, timed: Reactor
) -> None:
    error = await failing(with_pauses(timed, session.get("http://127.0.0.1:1/", typed=False)))
    assert str(error) == "127.0.0.1 is in a private network, so it is not asked"
    silent = Session(Sources(), Services(datagrepper="http://127.0.0.1:1"), timed)
    error = await failing(with_pauses(timed, silent.get("http://127.0.0.1:1/")))
    assert isinstance(error, UnreachableError)
    assert str(error).startswith("127.0.0.1:1 cannot be reached; the next try is after ")


async def test_a_hang_ends_and_its_connection_is_closed(
    session: Session, outside: Outside, timed: Reactor
) -> None:
    outside.paths["/a"] = outside.hang
    waiting = Deferred.fromCoroutine(session.get(outside.url("/a")))
    await until(lambda: bool(outside.seen))
    timed.clock.advance(20)
    error = await failing(waiting)
    assert isinstance(error, TooSlowError)
    assert str(error).startswith(f"{outside.host} did not answer in time; the next try is after ")
    await until(lambda: bool(outside.lost))


async def test_a_hang_in_the_middle_of_the_answer_ends_too(
    session: Session, outside: Outside, timed: Reactor
) -> None:
    def begin(request: Request) -> int:
        request.write(b"so far")
        return outside.hang(request)

    outside.paths["/a"] = begin
    waiting = Deferred.fromCoroutine(session.get(outside.url("/a"), timeout=7))
    await until(lambda: bool(outside.seen))
    timed.clock.advance(7)
    assert isinstance(await failing(waiting), TooSlowError)
    await until(lambda: bool(outside.lost))


async def test_who_asks_no_longer_leaves_nothing_behind(
    session: Session, outside: Outside, timed: Reactor
) -> None:
    outside.paths["/a"] = outside.hang
    for _ in range(10):
        waiting = Deferred.fromCoroutine(session.get(outside.url("/a")))
        count = len(outside.seen)
        await until(lambda count=count: len(outside.seen) > count)
        waiting.cancel()
        waiting.addErrback(lambda _: None)
    await until(lambda: len(outside.lost) == 10)
    outside.paths["/a"] = says([1])
    assert (await session.get(outside.url("/a"))).json(list) == [1]
    await session.close()
    assert timed.clock.getDelayedCalls() == []


async def test_fifty_megabytes_are_cut_off(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = outside.pour
    error = await failing(session.get(outside.url("/a")))
    assert isinstance(error, TooLargeError)
    assert str(error) == f"{outside.host} sent more than 0.0954 MB, which is too much to read"
    await until(lambda: bool(outside.lost))


async def test_a_body_of_just_the_limit_is_read(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = says(b"x" * 100_000)
    assert len((await session.get(outside.url("/a"))).body) == 100_000
    outside.paths["/a"] = says(gzip.compress(b"x" * 100_000), content_encoding="gzip")
    assert len((await session.get(outside.url("/a"))).body) == 100_000
    outside.paths["/a"] = says(gzip.compress(b"x" * 100_001), content_encoding="gzip")
    assert isinstance(await failing(session.get(outside.url("/a"))), TooLargeError)


async def test_a_decompression_bomb_does_not_go_off(
    session: Session, outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = zlib.compressobj(9, wbits=31)
    bomb = b"".join(pack.compress(bytes(2**20)) for _ in range(50)) + pack.flush()
    assert len(bomb) < 100_000
    outside.paths["/a"] = says(bomb, content_encoding="gzip")
    made: list[int] = []
    unpack = zlib.decompressobj

    class Counting:
        def __init__(self, wbits: int) -> None:
            self._stream = unpack(wbits)

        def decompress(self, data: bytes, most: int = 0) -> bytes:
            found = self._stream.decompress(data, most)
            made.append(len(found))
            return found

        def __getattr__(self, name: str) -> Any:
            return getattr(self._stream, name)

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    error = await failing(session.get(outside.url("/a")))
    assert isinstance(error, TooLargeError)
    assert sum(made) == 100_001


async def test_a_compressed_answer_is_asked_for_and_read(
    session: Session, outside: Outside
) -> None:
    two = gzip.compress(b'{"a":') + gzip.compress(b" 1}")
    outside.paths["/a"] = says(two, content_encoding="gzip")
    assert (await session.get(outside.url("/a"))).json(dict) == {"a": 1}
    assert "gzip" in outside.seen[0].headers["accept-encoding"]


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"no gzip", "gzip"),
        (gzip.compress(b"cut off")[:-9], "gzip"),
        (b"x", "br"),
        (gzip.compress(gzip.compress(b"x")), "gzip, gzip"),
    ],
)
async def test_what_cannot_be_decompressed_is_named(
    body: bytes, encoding: str, session: Session, outside: Outside
) -> None:
    outside.paths["/a"] = says(body, content_encoding=encoding)
    error = await failing(session.get(outside.url("/a")))
    assert isinstance(error, UnreadableError)
    assert "compress" in str(error)


async def test_headers_without_an_end_are_cut_off(session: Session, outside: Outside) -> None:
    def pour_headers(request: Request) -> int:
        writes(request, b"HTTP/1.1 200 OK\r\n" + b"X-Lamp: lit\r\n" * 100_000)
        return outside.hang(request)

    outside.paths["/a"] = pour_headers
    error = await failing(session.get(outside.url("/a")))
    assert str(error) == f"{outside.host} sent too much before its answer"
    await until(lambda: bool(outside.lost))


async def test_what_is_no_http_is_named(session: Session, outside: Outside) -> None:
    def mumble(request: Request) -> int:
        writes(request, b"220 mail.example ESMTP\r\n\r\n")
        request.channel.loseConnection()
        return outside.hang(request)

    outside.paths["/a"] = mumble
    error = await failing(session.get(outside.url("/a")))
    assert str(error) == f"{outside.host} answered with what is no HTTP"


async def test_no_cookie_comes_back(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = says(b"", set_cookie="who=me; Path=/")
    for _ in range(2):
        await session.get(outside.url("/a"))
    assert "cookie" not in outside.seen[1].headers


async def test_a_connection_is_used_again(session: Session, outside: Outside) -> None:
    connections = set()

    def behave(request: Request) -> bytes:
        connections.add(request.getClientAddress())
        return b""

    outside.paths["/a"] = behave
    for _ in range(3):
        await session.get(outside.url("/a"))
    assert len(connections) == 1


async def test_requests_are_counted_by_host_and_result(session: Session, outside: Outside) -> None:
    outside.paths["/a"] = says([1], x_poll_interval="60")
    elsewhere = counted("elsewhere")
    for _ in range(2):
        await session.get(outside.url("/a"))
    await failing(session.get(outside.url("/nowhere")))
    await failing(session.get("http://localhost:1/", typed=True))
    assert counted(outside.host) == {"ok": 1, "remembered": 1, "not found": 1}
    assert counted("elsewhere")["address"] - elsewhere.get("address", 0) == 1
    assert counted("localhost:1") == {}


async def test_nothing_is_logged_of_a_bad_answer(session: Session, outside: Outside) -> None:
    with capturedLogs() as logs:
        await failing(session.get(outside.url("/nowhere")))
    # Twisted keeps a log of its own, of servers here and of what other tests have left.
    assert [log for log in logs if log["log_namespace"].startswith("hubs.")] == []
