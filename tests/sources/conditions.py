"""What an outside service may do to whoever asks it: one table for all services.

A service is a `Row`; `tests/sources/test_conditions.py` puts each row into each condition. To
add a service, give its rows and name them there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.web.http import Request

from hubs.config import Services
from hubs.sources.errors import (
    AddressError,
    FailingError,
    RateLimitedError,
    TooLargeError,
    TooSlowError,
    UnreachableError,
    UnreadableError,
)
from hubs.sources.session import Session
from tests.sources.asking import failing, with_pauses
from tests.sources.conftest import NOON, Reactor
from tests.sources.outside import Behaviour, Outside, breaks_off, in_turn, redirects, says
from tests.until import until


@attrs.frozen
class Row:
    """A service, and one thing that is asked of it.

    Attributes:
        name: What it is called in the names of tests.
        services: Gives the settings under which a service at an address is this one.
        path: The path that is asked for, as it stands in a request.
        ask: Asks a session that has these settings; gives what was found.
        two: Gives an answer with two things, for a service at an address.
        none: An answer with nothing.
        pages: Gives answers, two things on the first page and one on the second, which are all;
            None if no more is asked for than fits on a page.
        wrong: Answers of a wrong shape, by what the sentence about each must name.
        sent: Whether what is asked is sent in a body: no answer to that is kept, and it is sent
            nowhere else.
        language: What its answers are written in.
    """

    name: str
    services: Callable[[str], Services]
    path: str
    ask: Callable[[Session, str], Awaitable[Sequence[Any]]]
    two: Callable[[str], object]
    none: object
    pages: Callable[[str], Behaviour] | None
    wrong: Mapping[str, object]
    sent: bool = False
    language: str = "JSON"


@attrs.frozen
class Asked:
    """A service of a row on this machine, and a session that asks it while time stands still."""

    row: Row
    outside: Outside
    session: Session
    timed: Reactor

    def ask(self) -> Any:
        """Ask."""
        return self.row.ask(self.session, self.outside.url())

    def will(self, behaviour: Behaviour) -> None:
        """Say what it does from now on."""
        self.outside.paths[self.row.path] = behaviour

    @property
    def two(self) -> object:
        """An answer with two things."""
        return self.row.two(self.outside.url())


async def success(asked: Asked) -> None:
    asked.will(says(asked.two))
    assert len(await asked.ask()) == 2


async def empty(asked: Asked) -> None:
    asked.will(says(asked.row.none))
    assert list(await asked.ask()) == []


async def paged(asked: Asked) -> None:
    assert asked.row.pages is not None
    asked.will(asked.row.pages(asked.outside.url()))
    assert len(await asked.ask()) == 3
    assert len(asked.outside.seen) == 2


async def not_modified(asked: Asked) -> None:
    def behave(request: Request) -> bytes | int:
        if request.getHeader("if-none-match") == '"1"':
            return says(b"", 304)(request)
        return says(asked.two, etag='"1"')(request)

    asked.will(behave)
    first = await asked.ask()
    assert await asked.ask() == first
    assert [seen.headers.get("if-none-match") for seen in asked.outside.seen] == [None, '"1"']


async def forbidden_until(asked: Asked) -> None:
    reset = str(int(NOON) + 300)
    await _limited(asked, 300, 403, x_ratelimit_remaining="0", x_ratelimit_reset=reset)


async def too_many_until(asked: Asked) -> None:
    await _limited(asked, 120, 429, retry_after="120")


async def _limited(asked: Asked, seconds: float, status: int, **headers: str) -> None:
    asked.will(in_turn(says({}, status, **headers), says(asked.two)))
    error = await failing(asked.ask())
    assert isinstance(error, RateLimitedError)
    assert error.retry_at == NOON + seconds
    await failing(asked.ask())
    assert len(asked.outside.seen) == 1
    asked.timed.clock.advance(seconds)
    assert len(await asked.ask()) == 2


async def failure(asked: Asked) -> None:
    asked.will(says(b"Traceback", 500))
    error = await failing(asked.ask())
    assert isinstance(error, FailingError)
    assert (error.status, error.host) == (500, asked.outside.host)


async def hang(asked: Asked) -> None:
    asked.will(asked.outside.hang)
    waiting = Deferred.fromCoroutine(asked.ask())
    await until(lambda: bool(asked.outside.seen))
    asked.timed.clock.advance(130)
    assert isinstance(await failing(waiting), TooSlowError)
    await until(lambda: bool(asked.outside.lost))


async def truncated(asked: Asked) -> None:
    asked.will(breaks_off)
    error = await failing(with_pauses(asked.timed, asked.ask()))
    assert isinstance(error, UnreachableError)
    assert "before its answer was whole" in str(error)


async def fifty_megabytes(asked: Asked) -> None:
    asked.will(asked.outside.pour)
    error = await failing(with_pauses(asked.timed, asked.ask()))
    assert isinstance(error, TooLargeError)
    await until(lambda: bool(asked.outside.lost))


async def wrong_types(asked: Asked) -> None:
    for named, body in {f"no {asked.row.language}": b"<html>", **asked.row.wrong}.items():
        asked.will(says(body))
        error = await failing(asked.ask())
        assert isinstance(error, UnreadableError), named
        assert str(error).startswith(f"{asked.outside.host} ")
        assert named in str(error), str(error)
        assert error.retry_at is None


async def private_redirect(asked: Asked) -> None:
    asked.will(redirects("http://10.0.0.1/secret"))
    error = await failing(asked.ask())
    if asked.row.sent:
        assert str(error) == f"{asked.outside.host} redirects what was sent to it"
    else:
        assert isinstance(error, AddressError)
        assert str(error) == "10.0.0.1 is in a private network, so it is not asked"


CONDITIONS = (
    *(success, empty, paged, not_modified, forbidden_until, too_many_until, failure, hang),
    *(truncated, fifty_megabytes, wrong_types, private_redirect),
)


def conditions_of(row: Row) -> list[Callable[[Asked], Awaitable[None]]]:
    """Give the conditions that a service can be in."""
    cannot: set[object] = {not_modified} if row.sent else set()
    if row.pages is None:
        cannot.add(paged)
    return [condition for condition in CONDITIONS if condition not in cannot]


def without(found: dict[str, Any], name: str) -> dict[str, Any]:
    """Give an object without one of its fields."""
    return {key: value for key, value in found.items() if key != name}


def linked(url: str, path: str, first: object, second: object) -> Behaviour:
    """Answer with two pages, of which the first names the second in a header (RFC 8288)."""
    link = f'<{url}{path}?page=2>; rel="next", <{url}{path}?page=2>; rel="last"'
    return in_turn(says(first, link=link), says(second))
