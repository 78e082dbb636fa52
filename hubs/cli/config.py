"""``fedora-hubs config``: what the settings are, and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import click

from hubs.cli.settings import config_option, json_option, read_settings
from hubs.cli.stores import with_stores
from hubs.cli.table import table
from hubs.config import Settings
from hubs.config_file import Place, SettingsError, load, origins, source_file
from hubs.twistd_plugins import listener, sse, triage, web, worker
from hubs.twistd_plugins.parts import Parts
from hubs.twistd_plugins.watching import add_watching
from hubs.watch.health import Report

_SERVICES = {
    "hubs-web": web.add_to,
    "hubs-sse": sse.add_to,
    "hubs-triage": triage.add_to,
    "hubs-worker": worker.add_to,
    "hubs-listener": listener.add_to,
}


@click.group()
def config() -> None:
    """Settings-related operations.

    \b
    Example:
      fedora-hubs config check
    """  # noqa: D301


@config.command()
@config_option
@json_option
@click.option("--stores", "ask_stores", is_flag=True, help="Ask each store too whether it answers.")
def check(config: Path | None, as_json: bool, ask_stores: bool) -> None:
    """Name all that is wrong with the settings.

    The exit status is 1 if something is.

    \b
    Example:
      fedora-hubs config check --stores
    """  # noqa: D301
    problems = list(_problems(config))
    stores: dict[str, str] = {}
    if ask_stores and not problems:
        stores = with_stores(config, _ask_stores).reasons
        problems = [f"{name}: {reason}" for name, reason in stores.items() if reason]
    if as_json:
        answers = {name: reason or "ok" for name, reason in stores.items()}
        click.echo(json.dumps({"problems": problems, "stores": answers}, indent=2))
    else:
        _say(problems, stores, source_file(config))
    if problems:
        raise click.exceptions.Exit(1)


def _problems(config: Path | None) -> Iterator[str]:
    try:
        settings = load(config)
    except SettingsError as error:
        yield from error.problems
        return
    # Some show themselves wrong only when a service is made of them, maybe of several.
    found = (_problem(command, add_to, settings) for command, add_to in _SERVICES.items())
    yield from dict.fromkeys(filter(None, found))


def _problem(command: str, add_to: Any, settings: Settings) -> str:
    from twisted.internet import reactor

    parts = Parts(settings, reactor)
    try:
        add_to(parts)
        add_watching(parts, command, 1)
    except SystemExit as error:
        return str(error).removeprefix(f"{command}: ")
    return ""


async def _ask_stores(parts: Parts) -> Report:
    # Each is asked once it is made.
    made = (parts.stores, parts.cache, parts.redis)
    del made
    return await parts.health.report()


def _say(problems: list[str], stores: dict[str, str], file: Path | None) -> None:
    for name, reason in stores.items():
        click.echo(f"{name}: {reason or 'ok'}")
    if stores:
        return
    for problem in problems:
        click.echo(f"Error: {problem}", err=True)
    if not problems:
        where = f"The settings in {file}" if file else "There is no settings file; the defaults"
        click.echo(f"{where} and those in the environment are right.")


@config.command()
@config_option
@json_option
@click.argument("names", metavar="[NAMES]...", nargs=-1)
def show(config: Path | None, as_json: bool, names: tuple[str, ...]) -> None:
    """Show each setting and where its value comes from.

    NAMES are tables or settings; without one all are shown. Passwords and tokens are hidden.

    \b
    Example:
      fedora-hubs config show
      fedora-hubs config show cache web.listen
    """  # noqa: D301
    read_settings(config)
    found = origins(config)
    for name in names:
        if not any(name in {one.key, one.key.partition(".")[0]} for one in found):
            tables = ", ".join(Settings.model_fields)
            raise click.UsageError(
                f"There is no setting {name!r}, expected one, or one of: {tables}."
            )
    shown = [one for one in found if not names or {one.key, one.key.partition(".")[0]} & set(names)]
    if as_json:
        rows = [{**attrs.asdict(one), "place": one.place.value} for one in shown]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    cells = [
        (one.key, json.dumps(one.value, ensure_ascii=False), _from(one.place, one.name))
        for one in shown
    ]
    click.echo(table(("SETTING", "VALUE", "FROM"), cells))


def _from(place: Place, name: str) -> str:
    return f"${name}" if place is Place.ENVIRONMENT else name or place.value
