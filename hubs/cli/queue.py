"""``fedora-hubs queue``: what waits between the daemons, and what failed too often."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import attrs
import click
from babel.dates import format_timedelta

from hubs.cli.progress import progress
from hubs.cli.settings import config_option, json_option
from hubs.cli.stores import with_stores
from hubs.cli.table import table
from hubs.pipeline.backlog import Backlog, backlog, put_off
from hubs.pipeline.burial import DEAD
from hubs.pipeline.dead import DeadItem, DeadItems, RetryError
from hubs.pipeline.later import LATER
from hubs.pipeline.queue import MESSAGES, WORK
from hubs.pipeline.work import RELOAD
from hubs.twistd_plugins.parts import Parts

#: Who takes from a stream.
_TAKERS = {MESSAGES: "triage", WORK: "worker"}
_WIDTH = 78


class _QueueGroup(click.Group):
    """Shows the queues when it is not told what else to do."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """See `click.Command`."""
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_QueueGroup)
def queue() -> None:
    """Queue-related operations.

    \b
    Example:
      fedora-hubs queue
      fedora-hubs queue dead
      fedora-hubs queue retry --all
    """  # noqa: D301


@queue.command()
@config_option
@json_option
def show(config: Path | None, as_json: bool) -> None:
    """Show what waits, and who takes it (the default).

    \b
    Example:
      fedora-hubs queue
      fedora-hubs queue show --json | jq '.[] | select(.length > 1000) | .stream'
    """  # noqa: D301

    async def look(parts: Parts) -> tuple[int, list[Backlog]]:
        streams = [await backlog(parts.redis, name) for name in (MESSAGES, WORK, RELOAD, DEAD)]
        streams.insert(2, await put_off(parts.redis))
        return parts.settings.queue.max_length, streams

    most, streams = with_stores(config, look)
    if as_json:
        found = [{**attrs.asdict(one), "in_hand": one.in_hand} for one in streams]
        click.echo(json.dumps(found, indent=2))
    else:
        _show(streams)
        _advise(streams, most)


def _show(streams: Sequence[Backlog]) -> None:
    rows = [
        (
            one.stream,
            f"{one.length:,}",
            f"{one.in_hand:,}" if one.stream in _TAKERS else "",
            "" if one.oldest is None else _duration(one.oldest),
        )
        for one in streams
    ]
    click.echo(table(("QUEUE", "ITEMS", "IN HAND", "OLDEST"), rows))
    holders = [(holder, one.stream) for one in streams for holder in one.holders]
    if holders:
        click.echo()
        lines = [
            (holder.name, stream, f"{holder.in_hand:,}", f"{_duration(holder.silent)} ago")
            for holder, stream in holders
        ]
        click.echo(table(("PROCESS", "TAKES FROM", "IN HAND", "LAST SEEN"), lines))


def _advise(streams: Sequence[Backlog], most: int) -> None:
    said = []
    lengths = {one.stream: one.length for one in streams}
    if lengths[LATER] >= most:
        said.append(
            f"{LATER} is full: what else outside services refuse is tried again when\n"
            "somebody looks at it. See: hubs_upstream_requests_total"
        )
    for one in streams:
        taker = _TAKERS.get(one.stream)
        if taker and one.length >= most:
            said.append(f"{one.stream} is full: who puts into it waits. More: hubs-{taker}")
        if taker and not one.holders:
            said.append(f"Nobody takes from {one.stream}. Start: twistd -n hubs-{taker}")
        if one.stream == DEAD and one.length:
            said.append(f"{_count(one.length)} failed too often. See: fedora-hubs queue dead")
    if said:
        click.echo("\n" + "\n".join(said))


@queue.command()
@config_option
@json_option
@click.option(
    "--limit", default=20, type=click.IntRange(1), show_default=True, help="How many at the most."
)
def dead(config: Path | None, as_json: bool, limit: int) -> None:
    """List the items that failed too often, the newest first.

    \b
    Example:
      fedora-hubs queue dead
      fedora-hubs queue dead --limit 10000 --json | jq -r .[].error | sort | uniq -c
    """  # noqa: D301

    async def look(parts: Parts) -> tuple[float, int, list[DeadItem]]:
        items = parts.dead
        return parts.reactor.seconds(), await items.count(), await items.newest(limit)

    now, count, found = with_stores(config, look)
    if as_json:
        click.echo(json.dumps([attrs.asdict(item) for item in found], indent=2))
        return
    if not found:
        click.echo("Nothing failed too often.")
    for item in found:
        when = datetime.datetime.fromtimestamp(item.time).astimezone()
        ago = _duration(now - item.time)
        click.echo(f"{item.id}  {item.queue}  {ago} ago, {when:%Y-%m-%d %H:%M:%S %Z}")
        click.echo(f"  {_cut(item.error)}")
        click.echo(f"  {_cut(' '.join(f'{name}={text}' for name, text in item.fields.items()))}")
    if count > len(found):
        click.echo(f"… and {count - len(found):,} more: --limit {count}")


@queue.command()
@config_option
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All of them.")
def retry(config: Path | None, ids: tuple[str, ...], every: bool) -> None:
    """Put items that failed too often back at the end of their queues.

    An item is either put aside or in its queue, whatever happens meanwhile. A queue that is
    full takes none.

    \b
    Example:
      fedora-hubs queue retry 1764026400000-0
      fedora-hubs queue retry --all
    """  # noqa: D301
    _check(ids, every)
    done = with_stores(config, lambda parts: _each(parts, ids, "Items", DeadItems.retry))
    click.echo(f"{_count(done)} put back.")


@queue.command()
@config_option
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All of them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def drop(config: Path | None, ids: tuple[str, ...], every: bool, yes: bool) -> None:
    """Delete items that failed too often, for ever.

    \b
    Example:
      fedora-hubs queue drop 1764026400000-0
      fedora-hubs queue drop --all --yes
    """  # noqa: D301
    _check(ids, every)
    if not yes:
        what = "all items that failed too often" if every else _count(len(set(ids)))
        click.confirm(f"Delete {what} for ever?", abort=True)
    done = with_stores(config, lambda parts: _each(parts, ids, "Items", DeadItems.drop))
    click.echo(f"{_count(done)} deleted.")


def _check(ids: Sequence[str], every: bool) -> None:
    if bool(ids) == every:
        raise click.UsageError("Name items by their id, or say --all.")
    for item_id in ids:
        if not re.fullmatch(r"\d{1,19}-\d{1,19}", item_id, re.ASCII):
            raise click.UsageError(
                f"Got {item_id!r}, expected an id as in 1764026400000-0. "
                "They are in: fedora-hubs queue dead"
            )


async def _each(
    parts: Parts,
    ids: Sequence[str],
    label: str,
    act: Callable[[DeadItems, DeadItem], Awaitable[bool]],
) -> int:
    """Do something with the items of some ids, or with all if there is none.

    Returns:
        How many it was done with.

    Raises:
        click.ClickException: There is no such item, or one cannot be put back.
    """
    items = parts.dead
    done = 0
    with progress(len(ids) or await items.count(), label) as bar:
        async for item in _named(items, ids) if ids else items.all():
            try:
                done += await act(items, item)
            except RetryError as error:
                before = f"; {_count(done)} before it" if done else ""
                raise click.ClickException(f"{error}{before}.") from None
            bar.update(1)
    return done


async def _named(items: DeadItems, ids: Sequence[str]) -> AsyncIterator[DeadItem]:
    found = await items.find(ids)
    for item_id in ids:
        if item_id not in found:
            raise click.ClickException(
                f"No item that failed too often has the id {item_id}. "
                "They are in: fedora-hubs queue dead"
            )
    for item in found.values():
        yield item


def _duration(seconds: float) -> str:
    span = datetime.timedelta(seconds=seconds)
    return format_timedelta(span, threshold=1, format="short", locale="en")


def _count(number: int) -> str:
    return f"{number:,} item{'' if number == 1 else 's'}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) < _WIDTH else f"{line[: _WIDTH - 2]}…"
