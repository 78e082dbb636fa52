"""``fedora-hubs backfill``: what the bus said while nobody listened."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import click

from hubs.cli.moment import Moment, MomentType
from hubs.cli.progress import progress
from hubs.cli.settings import config_option
from hubs.cli.stores import with_stores
from hubs.database.hub_store import REMEMBERED
from hubs.pipeline.backfill import Backfill, NothingInterruptedError
from hubs.sources.datagrepper import Datagrepper, Filters
from hubs.sources.errors import AwayError, SourceError
from hubs.twistd_plugins.listener import unsigned_intake
from hubs.twistd_plugins.parts import Parts

_DAY = 86_400
#: Without a terminal a line is written each time that a part of the way so long is done.
_STEPS = 10


@click.command(no_args_is_help=False)
@config_option
@click.option(
    "--since",
    type=MomentType(),
    metavar="TIME",
    help="From when on. Without it, an interrupted run is gone on with.",
)
@click.option(
    "--until", type=MomentType(), metavar="TIME", help="Until when.  [default: the present]"
)
@click.option(
    "--topic",
    "topics",
    multiple=True,
    metavar="TOPIC",
    help="Only this topic, whole, as in org.fedoraproject.prod.bodhi.update.comment; repeatable.",
)
@click.option(
    "--category",
    "categories",
    multiple=True,
    metavar="NAME",
    help="Only this category, as in bodhi; repeatable.",
)
def backfill(
    config: Path | None,
    since: Moment | None,
    until: Moment | None,
    topics: tuple[str, ...],
    categories: tuple[str, ...],
) -> None:
    """Fetch what was missed on the bus.

    Asks datagrepper (the setting services.datagrepper) for the messages of a span of time, and
    puts them where the listener puts what it hears. What is there already stays one, so asking for
    too much does no harm.

    A TIME is 2026-11-24, 2026-11-24T10:00 (UTC, unless it names its zone), 2h or '3 days'; at
    most 14 days ago, for messages are remembered so long to be counted once.

    An interrupted run begins next time where it came, if it is called again or without --since.

    It ends with 0 when all is fetched, with 75 if datagrepper is away for long (call it again
    later), and with 1 on any other trouble.

    \b
    Example:
      fedora-hubs backfill --since 2h
      fedora-hubs backfill --since 2026-11-23T18:00 --until 2026-11-24T06:00 --category bodhi
    """  # noqa: D301
    filters = Filters(topics, categories)

    async def run(parts: Parts) -> Backfill:
        first, last = span(since, until, parts.reactor.seconds())
        intake = unsigned_intake(parts)
        archive = Datagrepper(parts.sources)
        filling = Backfill(archive, intake, parts.messages, parts.redis, parts.reactor)
        with _watching() as watcher:
            await filling.run(filters, first, last, watcher)
        return filling

    try:
        filled = with_stores(config, run)
    except NothingInterruptedError:
        raise click.UsageError(
            "No such run was interrupted: say --since, as in --since 2h"
        ) from None
    except click.Abort:
        click.echo("\nInterrupted; fedora-hubs backfill goes on from here.", err=True)
        raise
    except AwayError as error:
        click.echo(f"Error: {error}", err=True)
        click.echo("What was fetched is kept: call it again later to go on.", err=True)
        raise click.exceptions.Exit(os.EX_TEMPFAIL) from None
    except SourceError as error:
        raise click.ClickException(f"{error}; see the setting services.datagrepper") from None
    click.echo(_summary(filled))


def span(
    since: Moment | None, until: Moment | None, now: float
) -> tuple[float | None, float | None]:
    """Give the span of time that is asked for.

    Args:
        since: From when on; None to go on with an interrupted run.
        until: Until when; None for the present.
        now: The present, seconds since the epoch.

    Returns:
        Both, seconds since the epoch.

    Raises:
        click.BadParameter: It begins too long ago, or after its end.
    """
    first = None if since is None else since.at(now)
    last = None if until is None else until.at(now)
    if first is not None and first < now - REMEMBERED * _DAY:
        raise _wrong("--since", first, f"a time of the last {REMEMBERED} days")
    if first is not None and first >= (now if last is None else last):
        raise _wrong("--since", first, "a time before that of --until, and no future one")
    return first, last


def _wrong(option: str, time: float, expected: str) -> click.BadParameter:
    return click.BadParameter(f"got {_clock(time)}, expected {expected}", param_hint=option)


def _clock(time: float) -> str:
    return f"{datetime.datetime.fromtimestamp(time, datetime.UTC):%Y-%m-%d %H:%M} UTC"


def _summary(filled: Backfill) -> str:
    refused = "".join(
        f"; {count} refused: {kind}" for kind, count in sorted(filled.refused.items())
    )
    return f"{filled.taken} messages are in the queue{refused}"


@attrs.define
class _Watcher:
    """Shows how it goes: a bar to somebody who looks, else some lines."""

    bar: Any = None
    position: int = 0
    step: int = 1
    next_line: int = 0

    def begins(self, start: int, end: int) -> None:
        self.position, self.step = start, max(1, (end - start) // _STEPS)
        self.next_line = start + self.step
        click.echo(f"Asking for what was sent from {_clock(start)} to {_clock(end)}", err=True)
        self.bar = progress(end - start, "Fetching")
        self.bar.__enter__()

    def reached(self, position: int, taken: int) -> None:
        self.bar.update(position - self.position)
        self.position = position
        if self.bar.hidden and position >= self.next_line:
            click.echo(f"{_clock(position)}: {taken} messages", err=True)
            self.next_line = position + self.step

    def waits(self, why: str) -> None:
        click.echo(f"{'' if self.bar.hidden else chr(10)}Waiting: {why}", err=True)


@contextmanager
def _watching() -> Iterator[_Watcher]:
    watcher = _Watcher()
    try:
        yield watcher
    finally:
        if watcher.bar is not None:
            watcher.bar.__exit__(None, None, None)
