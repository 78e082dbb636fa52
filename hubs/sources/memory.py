"""Answers that are kept, to ask whether they still hold instead of for the whole again.

They are kept in the memory of the process. So there is nothing to expire or to encode, nothing
that was read with a token lies on a disk, and a worker that starts anew just asks once for the
whole of each.
"""

from __future__ import annotations

from collections import OrderedDict

import attrs

from hubs.sources.answer import Answer
from hubs.sources.request import Request

# What an answer takes beside its body, roughly, bytes.
_OVERHEAD = 4096


@attrs.frozen
class Kept:
    """An answer that is kept.

    Attributes:
        answer: The answer.
        fresh_until: Until when the host does not want to be asked for it again, seconds since
            the epoch.
    """

    answer: Answer
    fresh_until: float = 0.0

    @property
    def conditions(self) -> dict[str, str]:
        """The request headers that ask for the answer only if it is another now (RFC 9110, 13)."""
        headers = self.answer.headers
        pairs = {
            "if-none-match": headers.get("etag"),
            "if-modified-since": headers.get("last-modified"),
        }
        return {name: value for name, value in pairs.items() if value}


class Memory:
    """Keeps the answers that were asked for last."""

    def __init__(self, limit: int) -> None:
        """Begin empty.

        Args:
            limit: How much is kept, bytes.
        """
        self._limit = limit
        self._size = 0
        self._kept: OrderedDict[Request, Kept] = OrderedDict()

    def get(self, request: Request) -> Kept | None:
        """Give the answer to a request, if it is kept."""
        kept = self._kept.get(request)
        if kept is not None:
            self._kept.move_to_end(request)
        return kept

    def keep(self, request: Request, kept: Kept) -> None:
        """Keep an answer, if it can be asked for conditionally or is not to be asked for soon.

        Args:
            request: What was asked.
            kept: The answer.
        """
        self.forget(request)
        if not kept.conditions and not kept.fresh_until:
            return
        self._kept[request] = kept
        self._size += _size(kept)
        while self._size > self._limit:
            _, oldest = self._kept.popitem(last=False)
            self._size -= _size(oldest)

    def forget(self, request: Request) -> None:
        """Keep the answer to a request no longer."""
        before = self._kept.pop(request, None)
        if before is not None:
            self._size -= _size(before)


def _size(kept: Kept) -> int:
    return len(kept.answer.body) + _OVERHEAD
