"""A way to log in: by an account system, or, in the demo, by choosing somebody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import attrs

from hubs.klein_app.portal import Portal
from hubs.klein_app.routes import PageGroup
from hubs.klein_app.sessions import Sessions

#: Where one logs in, whatever the way.
LOGIN = "/login/"


async def _home() -> str:
    return "/"


@attrs.frozen
class WayIn:
    """A way to log in.

    Attributes:
        pages: Makes the pages at `LOGIN` and below.
        after_logout: Says where browsers go when they have logged out: a path, or an address.
        origin: Where it sends browsers to, as in ``https://id.example.org``; empty if they stay.
        templates: Templates of its own, by name.
    """

    pages: Callable[[Portal, Sessions], PageGroup]
    after_logout: Callable[[], Awaitable[str]] = _home
    origin: str = ""
    templates: Mapping[str, str] = attrs.field(factory=dict)
