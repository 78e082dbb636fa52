"""How times are written before a browser turns them into its reader's zone."""

from __future__ import annotations

import datetime
import functools

from babel.dates import format_date, format_skeleton, format_time, format_timedelta

from hubs.klein_app.languages import Language
from hubs.model.words import gettext_noop

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
#: Older times are written as a date.
RELATIVE_DAYS = 7
#: A hub where nothing happened for longer is called quiet.
IDLE_DAYS = 31
#: How many written times are kept: a page has hundreds, and the next one has the same.
KEPT = 4096


def moment(time: float) -> datetime.datetime:
    """Give a time as a point on the calendar of UTC.

    Args:
        time: Seconds since the epoch.

    Returns:
        An aware time.
    """
    return datetime.datetime.fromtimestamp(time, datetime.UTC)


def week_before(time: float) -> datetime.date:
    """Give the first of the seven days, in UTC, that end with a time.

    Args:
        time: Seconds since the epoch.

    Returns:
        A day.
    """
    return moment(time).date() - datetime.timedelta(days=6)


def iso(time: float) -> str:
    """Write a time for programs, as in ``2026-11-24T09:05:07Z``."""
    return f"{moment(time):%Y-%m-%dT%H:%M:%SZ}"


def exact(time: float, language: Language) -> str:
    """Write a time in full, as in ``Tuesday, 24 November 2026, 09:05 UTC``."""
    return _exact(int(time // MINUTE), language)


@functools.lru_cache(maxsize=KEPT)
def _exact(minute: int, language: Language) -> str:
    time = minute * MINUTE
    return f"{format_date(moment(time), 'full', language.locale)}, {clock(time, language)}"


def clock(time: float, language: Language) -> str:
    """Write the time of the day, as in ``09:05 UTC``."""
    return f"{format_time(moment(time), 'short', locale=language.locale)} UTC"


def age(time: float, now: float, language: Language) -> str:
    """Write how long ago something was.

    Args:
        time: When it was, seconds since the epoch.
        now: The present, seconds since the epoch.
        language: The reader's.

    Returns:
        As in ``5 minutes ago``, or ``3 October 2026`` for what is older than a week.
    """
    seconds = max(0.0, now - time)
    if seconds < MINUTE:
        return language.translate(gettext_noop("just now"))
    for unit, limit in ((MINUTE, HOUR), (HOUR, DAY), (DAY, RELATIVE_DAYS * DAY)):
        if seconds < limit:
            return _ago(int(seconds // unit * unit), language)
    return date(moment(time).date(), language)


@functools.lru_cache(maxsize=KEPT)
def _ago(seconds: int, language: Language) -> str:
    time = datetime.timedelta(seconds=-seconds)
    return format_timedelta(time, threshold=1, add_direction=True, locale=language.locale)


def date(day: datetime.date, language: Language) -> str:
    """Write a date, as in ``3 October 2026``."""
    return format_date(day, "long", language.locale)


def short_date(day: datetime.date, language: Language) -> str:
    """Write a date without its year, as in ``3 Oct``."""
    return format_skeleton("MMMd", day, locale=language.locale)


def day_name(day: datetime.date, now: float, language: Language) -> str:
    """Write a day as people call it.

    Args:
        day: The day, in UTC.
        now: The present, seconds since the epoch.
        language: The reader's.

    Returns:
        ``Today``, ``Yesterday``, as in ``Friday, 20 November``, or with the year if it is another.
    """
    today = moment(now).date()
    if day == today:
        return language.translate(gettext_noop("Today"))
    if day == today - datetime.timedelta(days=1):
        return language.translate(gettext_noop("Yesterday"))
    if day.year != today.year:
        return format_date(day, "full", language.locale)
    return language.translate(gettext_noop("%(weekday)s, %(date)s")) % {
        "weekday": format_date(day, "EEEE", language.locale),
        "date": format_skeleton("MMMMd", day, locale=language.locale),
    }


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
