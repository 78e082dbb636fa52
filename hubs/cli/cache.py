"""``fedora-hubs cache``: what the cached functions of widgets found."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import click
from click.shell_completion import CompletionItem

from hubs.cli import nagios
from hubs.cli.progress import progress
from hubs.cli.settings import config_option, json_option
from hubs.cli.stores import with_stores
from hubs.cli.table import table
from hubs.klein_app import times
from hubs.klein_app.languages import ENGLISH
from hubs.twistd_plugins.parts import Parts
from hubs.widgets.coverage import CachedWidget, Coverage, cached_widgets
from hubs.widgets.coverage import clean as clean_widgets
from hubs.widgets.coverage import coverage as measure_coverage
from hubs.widgets.registry import Registry

#: The greatest number that a widget can have.
_LAST_ID = 2**31 - 1
_PERCENT = click.FloatRange(0, 100)


@click.group()
def cache() -> None:
    """Cache-related operations.

    \b
    Example:
      fedora-hubs cache coverage
    """  # noqa: D301


@cache.command("list")
@config_option
@json_option
def list_(config: Path | None, as_json: bool) -> None:
    """List widgets for which there is cached data.

    \b
    Example:
      fedora-hubs cache list
      fedora-hubs cache list --json | jq '.[] | select(.error != "") | .id'
    """  # noqa: D301

    async def find(parts: Parts) -> tuple[float, list[dict[str, Any]]]:
        with progress(await parts.hubs.count_widgets(), "Widgets") as bar:
            widgets = cached_widgets(parts.hubs, parts.cache, parts.registry, bar.update)
            return parts.reactor.seconds(), [_row(widget) async for widget in widgets]

    now, rows = with_stores(config, find)
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    elif rows:
        columns = ("ID", "WIDGET", "HUB", "CACHED", "OLDEST", "LAST ERROR")
        click.echo(table(columns, [_cells(row, now) for row in rows]))
    else:
        click.echo(
            "No widget has cached data. Workers find it when a page that shows it is opened."
        )


def _row(widget: CachedWidget) -> dict[str, Any]:
    found = [one for one in widget.cached.values() if one is not None and one.time is not None]
    errors = (one.error for one in widget.cached.values() if one is not None)
    return {
        "id": widget.widget.id,
        "name": widget.widget.plugin,
        "hub": widget.hub.path,
        "cached": len(found),
        "functions": len(widget.cached),
        "oldest": min(one.time for one in found if one.time is not None),
        "error": next(filter(None, errors), ""),
    }


def _cells(row: dict[str, Any], now: float) -> Sequence[str]:
    cached = f"{row['cached']} of {row['functions']}"
    oldest = times.age(row["oldest"], now, ENGLISH)
    return (str(row["id"]), row["name"], row["hub"], cached, oldest, row["error"])


@cache.command(cls=nagios.PluginCommand)
@config_option
@json_option
@click.option("--warning", type=_PERCENT, help="Percent below which it is a warning.")
@click.option("--critical", type=_PERCENT, help="Percent below which it is critical.")
def coverage(
    config: Path | None, as_json: bool, warning: float | None, critical: float | None
) -> None:
    """Check the cache coverage.

    With --warning or --critical it answers as a Nagios plug-in does: one line with performance
    data, and exit status 0 for OK, 1 for WARNING, 2 for CRITICAL and 3 for UNKNOWN.

    \b
    Example:
      fedora-hubs cache coverage
      fedora-hubs cache coverage --warning 50 --critical 25
    """  # noqa: D301
    limits = nagios.Thresholds(warning, critical)
    if not limits.asked_for:
        _say_coverage(with_stores(config, _measure), as_json=as_json)
        return
    if as_json:
        raise nagios.UsageError("--json and the thresholds of a plug-in exclude each other.")
    try:
        found = with_stores(config, _measure)
    except click.ClickException as error:
        nagios.answer("CACHE", nagios.Status.UNKNOWN, error.message)
    else:
        total = found.found + found.missing
        data = (
            limits.datum("coverage", found.percent, "%", 100),
            f"found={found.found};;;0;{total}",
            f"missing={found.missing};;;0;{total}",
        )
        sentence = f"{found.percent:.2f} percent cache coverage"
        nagios.answer("CACHE", limits.status(found.percent), sentence, data)


async def _measure(parts: Parts) -> Coverage:
    with progress(await parts.hubs.count_widgets(), "Widgets") as bar:
        return await measure_coverage(parts.hubs, parts.cache, parts.registry, bar.update)


def _say_coverage(found: Coverage, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**attrs.asdict(found), "percent": round(found.percent, 2)}))
        return
    click.echo(f"{found.found} cached values found, {found.missing} are missing.")
    click.echo(f"{found.percent:.2f} percent cache coverage.")


def _complete(
    context: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    del context, parameter
    names = sorted(Registry.from_entry_points().widgets)
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


@cache.command()
@config_option
@click.argument("widgets", metavar="WIDGETS...", nargs=-1, required=True, shell_complete=_complete)
def clean(config: Path | None, widgets: tuple[str, ...]) -> None:
    """Clean the specified WIDGETs (id or name).

    A name stands for all widgets of that name. Workers find the data anew when a page that
    shows it is opened.

    \b
    Example:
      fedora-hubs cache clean 12 members
    """  # noqa: D301
    ids = {int(word) for word in widgets if word.isdecimal()}
    names = {word for word in widgets if not word.isdecimal()}

    async def run(parts: Parts) -> int:
        await _check(parts, ids, names)
        with progress(len(ids) + await parts.hubs.count_widgets(list(names)), "Widgets") as bar:
            return await clean_widgets(
                parts.hubs, parts.cache, parts.registry, ids, names, bar.update
            )

    deleted = with_stores(config, run)
    click.echo(f"Cleaned {deleted} cached value{'' if deleted == 1 else 's'}.")


async def _check(parts: Parts, ids: set[int], names: set[str]) -> None:
    """Refuse what is no widget before anything is deleted.

    Raises:
        click.ClickException: It names the first that is none.
    """
    known = parts.registry.widgets
    for name in sorted(names - set(known)):
        raise click.UsageError(
            f"There is no widget {name!r}, expected the number of a widget or one of: "
            f"{', '.join(sorted(known))}."
        )
    found = await parts.hubs.widgets(number for number in ids if number <= _LAST_ID)
    for number in sorted(ids - {widget.id for _, widget in found}):
        raise click.UsageError(
            f"There is no widget {number}. Those with cached data: fedora-hubs cache list"
        )
