"""Puts the routes of all groups of pages into one application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from klein import Klein
from twisted.internet.defer import maybeDeferred
from twisted.web.iweb import IRequest

Admit = Callable[[IRequest], Awaitable[None]]


class PageGroup(Protocol):
    """Pages that belong together: a class with a `Klein` as its class attribute."""

    @property
    def app(self) -> Klein:
        """Their routes, each with its methods."""


def gather(*ways: tuple[Admit, Iterable[PageGroup]]) -> Klein:
    """Put groups of pages together.

    Args:
        ways: Groups, each with what is asked before every answer of theirs; what it raises becomes
            the answer. No route can forget it.

    Returns:
        An application with all their routes. The errors of all are handled by its handlers.

    Raises:
        ValueError: A route does not say for which methods it is.
    """
    whole = Klein()
    for admit, group in [(admit, group) for admit, groups in ways for group in groups]:
        part = group.app
        for rule in part.url_map.iter_rules():
            if not rule.methods:
                raise ValueError(f"expected the route {rule.rule} to name its methods")
            name = f"{type(group).__name__}.{rule.endpoint}"
            answer = _admitted(part, rule.endpoint, admit)
            whole.route(rule.rule, methods=rule.methods, endpoint=name)(answer)
    return whole


def _admitted(part: Klein, endpoint: str, admit: Admit) -> Callable[..., Any]:
    async def answer(request: IRequest, **arguments: Any) -> Any:
        await admit(request)
        return await maybeDeferred(part.execute_endpoint, endpoint, request, **arguments)

    return answer
