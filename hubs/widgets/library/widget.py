"""The library widget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from hubs.model.hub import Hub, WidgetInstance
from hubs.model.words import gettext_noop
from hubs.widgets.base import Stores, Widget
from hubs.widgets.parameters import Parameter, Type, Unexpected, is_web_address

#: How many are shown before one unfolds the rest.
SHOWN = 8


@attrs.frozen
class Link:
    """A link to a page that is worth keeping.

    Attributes:
        address: Where it leads.
        title: What stands there.
    """

    address: str
    title: str

    @property
    def host(self) -> str:
        """The host that it leads to."""
        return urlsplit(self.address).hostname or ""

    @classmethod
    def of(cls, line: str) -> Link:
        """Make a link of a line.

        Args:
            line: An address, and what stands there if that is said.

        Returns:
            The link; its title is its address without the scheme if none is said.
        """
        address, _, title = line.partition(" ")
        return cls(address, title.strip() or address.partition("://")[2].rstrip("/"))


def _link(line: str) -> str:
    if not is_web_address(Link.of(line).address):
        raise Unexpected(
            gettext_noop("an address and its title, as in https://example.org/guide First steps")
        )
    return line


class LibraryWidget(Widget):
    """Shows links that the owners of a hub keep."""

    name = "library"
    title = gettext_noop("Library")
    summary = gettext_noop("Keeps the links that people ask for again and again.")
    parameters = (
        Parameter(
            "links",
            gettext_noop("Links"),
            gettext_noop("One a line: the address, and after a space its title."),
            default=[],
            type=Type.LINES,
            most=100,
            check=_link,
        ),
    )

    async def context(
        self, hub: Hub, widget: WidgetInstance, data: Mapping[str, Any], stores: Stores
    ) -> dict[str, Any]:
        """See `Widget`."""
        links = [Link.of(line) for line in self.setting(widget, "links")]
        return {"links": links, "most": SHOWN}

    def sample(self, now: float) -> dict[str, Any]:
        """See `Widget`."""
        lines = (
            "https://docs.example.org/guide First steps",
            "https://forge.example.org/lantern/wick Where the code is",
            "https://example.org/glossary What all the words mean",
        )
        return {"links": [Link.of(line) for line in lines], "most": SHOWN}
