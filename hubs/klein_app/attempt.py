"""Changes that may be refused for a reason that a page can say."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")
E = TypeVar("E", bound=Exception)


async def attempt(change: Awaitable[T], refusal: type[E]) -> T | E:
    """Try to change something.

    Args:
        change: The change.
        refusal: An error that is an answer; `hubs.klein_app.portal.Portal.read` would take it for
            a store that is away.

    Returns:
        What it gives, or the error.
    """
    try:
        return await change
    except refusal as error:
        return error
