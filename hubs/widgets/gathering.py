"""Asking several at once, and making do without those that do not answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from typing import Generic, TypeVar

import attrs
from twisted.internet.defer import Deferred, gatherResults

from hubs.sources.errors import SourceError

T = TypeVar("T")
#: What is asked: a place, a project.
Q = TypeVar("Q", bound=Hashable)


@attrs.frozen
class Gathered(Generic[Q, T]):
    """What was found.

    Attributes:
        found: By what was asked.
        failures: Why there is nothing from the others, a sentence for each.
    """

    found: Mapping[Q, T]
    failures: Sequence[str]


async def gather(asked: Iterable[Q], ask: Callable[[Q], Awaitable[T]]) -> Gathered[Q, T]:
    """Ask several at once, and make do without those that do not answer.

    Args:
        asked: What is asked.
        ask: Asks one.

    Returns:
        What was found.

    Raises:
        SourceError: None of them answered.
    """
    found: dict[Q, T] = {}
    errors: list[SourceError] = []

    async def ask_one(one: Q) -> None:
        try:
            found[one] = await ask(one)
        except SourceError as error:
            errors.append(error)

    each = list(dict.fromkeys(asked))
    asking = [Deferred.fromCoroutine(ask_one(one)) for one in each]
    await gatherResults(asking, consumeErrors=True)
    if errors and not found:
        raise errors[0]
    return Gathered(
        {one: found[one] for one in each if one in found},
        sorted({f"{error.host} {error.reason}" for error in errors}),
    )
