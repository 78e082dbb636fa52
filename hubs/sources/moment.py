"""Times as services want them."""

from __future__ import annotations

import datetime


def iso(time: float) -> str:
    """Write a time by ISO 8601, as in ``2026-11-24T09:05:07Z``.

    Args:
        time: Seconds since the epoch.
    """
    return f"{datetime.datetime.fromtimestamp(time, datetime.UTC):%Y-%m-%dT%H:%M:%SZ}"
