"""What the headers of an answer say about how often a host wants to be asked.

``retry-after`` is RFC 9110, section 10.2.3. For the others see
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api and
https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

#: How long a host is left alone that gives no time, seconds; what GitHub asks for.
UNNAMED = 60.0
#: The longest that a host is believed to want no requests, seconds.
LONGEST = 86_400.0
# A number below this counts seconds from now, one above it seconds since the epoch.
_FIRST_EPOCH = 1_000_000_000.0

Headers = Mapping[str, str]


def retry_after(headers: Headers, now: float) -> float | None:
    """Say until when a host wants no requests at all.

    Args:
        headers: Of an answer, with names in small letters.
        now: Seconds since the epoch.

    Returns:
        Seconds since the epoch, or None if it does not say.
    """
    said = headers.get("retry-after", "").strip()
    if not said:
        return None
    seconds = _number(said)
    if seconds is not None:
        return now + min(seconds, LONGEST)
    try:
        time = parsedate_to_datetime(said).timestamp()
    except ValueError:
        return None
    return min(max(time, now), now + LONGEST)


def exhausted_until(headers: Headers, now: float) -> float | None:
    """Say until when a host has no more requests of this kind left for us.

    Args:
        headers: Of an answer, with names in small letters.
        now: Seconds since the epoch.

    Returns:
        Seconds since the epoch, or None if some are left.
    """
    for prefix in ("x-ratelimit", "ratelimit"):
        if _number(headers.get(f"{prefix}-remaining", "")) == 0:
            reset = _number(headers.get(f"{prefix}-reset", ""))
            if reset is None:
                return now + UNNAMED
            until = reset if reset >= _FIRST_EPOCH else now + reset
            return min(max(until, now), now + LONGEST)
    return None


def poll_interval(headers: Headers) -> float:
    """Say how long the same is not to be asked for again, seconds; 0 if the host does not say."""
    return min(_number(headers.get("x-poll-interval", "")) or 0.0, LONGEST)


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
