"""What an outside service answered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeVar

import attrs

from hubs.sources.errors import UnreadableError

T = TypeVar("T")

_NEXT = re.compile(r'<([^<>]*)>[^<]*;\s*rel="?next"?', re.IGNORECASE)
_CHARSET = re.compile(r'charset="?([\w.:-]+)', re.IGNORECASE)


@attrs.frozen
class Answer:
    """An answer that is good.

    Attributes:
        host: Who answered.
        url: The address it came from, after redirects.
        status: The HTTP status.
        headers: Its headers, with names in small letters; of several of one name, joined by commas.
        body: Its body, decompressed.
    """

    host: str
    url: str
    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    def json(self, kind: type[T]) -> T:
        """Read it as JSON.

        Args:
            kind: What it is to be: ``dict`` or ``list``.

        Returns:
            What it says.

        Raises:
            UnreadableError: It is no JSON, or something else.
        """
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            raise UnreadableError(self.host, "answered with what is no JSON") from None
        if not isinstance(found, kind):
            raise UnreadableError(
                self.host,
                f"answered with a {type(found).__name__} where a {kind.__name__} was expected",
            )
        return found

    def text(self) -> str:
        """Read it as text; what is no text in its character set is replaced."""
        charset = _CHARSET.search(self.headers.get("content-type", ""))
        try:
            return self.body.decode(charset[1] if charset else "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    @property
    def next_page(self) -> str | None:
        """The address of the next page, as the ``link`` header has it (RFC 8288)."""
        found = _NEXT.search(self.headers.get("link", ""))
        return found[1] if found else None
