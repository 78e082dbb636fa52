"""How times are written before a browser turns them into its reader's zone."""

from __future__ import annotations

import datetime

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
#: Older times are written as a date.
RELATIVE_DAYS = 7
#: A hub where nothing happened for longer is called quiet.
IDLE_DAYS = 31


def moment(time: float) -> datetime.datetime:
    """Give a time as a point on the calendar of UTC.

    Args:
        time: Seconds since the epoch.

    Returns:
        An aware time.
    """
    return datetime.datetime.fromtimestamp(time, datetime.UTC)


def iso(time: float) -> str:
    """Write a time for programs, as in ``2026-11-24T09:05:07Z``."""
    return f"{moment(time):%Y-%m-%dT%H:%M:%SZ}"


def exact(time: float) -> str:
    """Write a time in full, as in ``Tuesday, 24 November 2026, 09:05 UTC``."""
    then = moment(time)
    return f"{then:%A}, {then.day} {then:%B %Y, %H:%M} UTC"


def age(time: float, now: float) -> str:
    """Write how long ago something was.

    Args:
        time: When it was, seconds since the epoch.
        now: The present, seconds since the epoch.

    Returns:
        As in ``5 minutes ago``, or ``3 October 2026`` for what is older than a week.
    """
    seconds = max(0.0, now - time)
    if seconds < MINUTE:
        return "just now"
    for unit, name, limit in (
        (MINUTE, "minute", HOUR),
        (HOUR, "hour", DAY),
        (DAY, "day", RELATIVE_DAYS * DAY),
    ):
        if seconds < limit:
            count = int(seconds // unit)
            return f"{count} {name}{'' if count == 1 else 's'} ago"
    return date(moment(time).date())


def date(day: datetime.date) -> str:
    """Write a date, as in ``3 October 2026``."""
    return f"{day.day} {day:%B %Y}"


def day_name(day: datetime.date, now: float) -> str:
    """Write a day as people call it.

    Args:
        day: The day, in UTC.
        now: The present, seconds since the epoch.

    Returns:
        ``Today``, ``Yesterday``, as in ``Friday, 20 November``, or with the year if it is another.
    """
    today = moment(now).date()
    if day == today:
        return "Today"
    if day == today - datetime.timedelta(days=1):
        return "Yesterday"
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A}, {day.day} {day:%B}{year}"


def idle_days(last: float | None, now: float) -> int | None:
    """Say for how long a hub has been quiet, if that is worth a word.

    Args:
        last: When something last happened there, seconds since the epoch.
        now: The present, seconds since the epoch.

    Returns:
        Whole days; None if something happened in the last `IDLE_DAYS`, or never.
    """
    if last is None or now - last <= IDLE_DAYS * DAY:
        return None
    return int((now - last) // DAY)
