"""What our own rooms logged."""

from __future__ import annotations

from collections.abc import Sequence

from twisted.logger import LogEvent, formatEvent


def lines(events: Sequence[LogEvent]) -> list[str]:
    """Give what was logged by us, as text."""
    return [formatEvent(event) for event in events if event["log_namespace"].startswith("hubs.")]
