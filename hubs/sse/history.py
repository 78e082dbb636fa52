"""The latest events of all hubs, for browsers that come back."""

from __future__ import annotations

from collections import deque

from hubs.model.reload import Reload, StreamNews
from hubs.sse.event import EventId


class History:
    """Remembers so many of the latest events, and tells what somebody missed.

    It is kept in memory rather than asked of Redis: every SSE process reads every event anyway,
    and a thousand browsers that come back at once cost no look-up and cannot miss what happens
    while they wait for its answer.
    """

    def __init__(self, limit: int = 10_000) -> None:
        """Begin with nothing.

        Args:
            limit: The most events it remembers.
        """
        self._events: deque[tuple[EventId, Reload | StreamNews]] = deque(maxlen=limit)

    @property
    def newest(self) -> EventId:
        """The id of the latest event, or one before all if there was none yet."""
        return self._events[-1][0] if self._events else EventId(0, 0)

    def add(self, event_id: EventId, reload: Reload | StreamNews) -> None:
        """Remember an event.

        Args:
            event_id: Its id, greater than that of all before.
            reload: What it says.
        """
        self._events.append((event_id, reload))

    def since(
        self, event_id: EventId, hub_id: int, person_id: int
    ) -> list[tuple[EventId, Reload | StreamNews]] | None:
        """Tell what somebody has missed after an event.

        Args:
            event_id: The last one that somebody knows of.
            hub_id: The hub they look at.
            person_id: Who they are; 0 for nobody.

        Returns:
            The last event of each target, oldest first; None if what is remembered begins later
            than the id, so that nobody can say what was missed.
        """
        if not self._events or event_id < self._events[0][0]:
            return None
        latest: dict[str, tuple[EventId, Reload | StreamNews]] = {}
        for past_id, reload in reversed(self._events):
            if past_id <= event_id:
                break
            if _concerns(reload, hub_id, person_id):
                latest.setdefault(reload.target, (past_id, reload))
        return list(reversed(latest.values()))


def _concerns(reload: Reload | StreamNews, hub_id: int, person_id: int) -> bool:
    if isinstance(reload, Reload):
        return reload.hub_id == hub_id
    return person_id in reload.people
