"""``fedora-hubs person``: what is kept of one person, for who asks for it or wants it gone."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from hubs.cli.progress import progress
from hubs.cli.settings import config_option
from hubs.cli.stores import ask, with_stores
from hubs.cli.table import table
from hubs.cli.traces import ON_ITS_WAY, Trace, Traces
from hubs.database.person_records import LastOwnerError, PersonRecords, Record
from hubs.model.names import is_name
from hubs.pipeline.burial import DEAD
from hubs.twistd_plugins.parts import Parts

T = TypeVar("T")


def _account_name(ctx: click.Context, parameter: click.Parameter, name: str) -> str:
    if not is_name(name):
        raise click.BadParameter(f"{name!r} is no account name.", ctx, parameter)
    return name


@click.group()
def person() -> None:
    """Person-related operations.

    \b
    Example:
      fedora-hubs person export zoe --output zoe.json
      fedora-hubs person forget zoe --dry-run
    """  # noqa: D301


@person.command()
@config_option
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file, which only its owner may read.  [default: standard output]",
)
@click.argument("name", callback=_account_name)
def export(config: Path | None, output: Path | None, name: str) -> None:
    """Give everything that is kept about the person NAME, as JSON.

    NAME is an account name. What others keep that names them is in it as far as it is not the
    others' own: entries of teams' feeds are, what somebody else has saved is not.

    \b
    Example:
      fedora-hubs person export zoe --output zoe.json
      fedora-hubs person export zoe | jq .tables.roles
    """  # noqa: D301

    async def find(parts: Parts) -> dict[str, Any]:
        traces = Traces(parts, await PersonRecords(parts.hubs.pool).find(name))
        found = await _shown("Reading", traces, traces.export)
        if not any(value for key, value in found.items() if key != "person"):
            raise click.ClickException(_nothing(name))
        return found

    text = json.dumps(with_stores(config, find), indent=2, ensure_ascii=False, default=str) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.unlink(missing_ok=True)
        output.touch(mode=0o600, exist_ok=False)
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{output}: cannot be written: {error.strerror}") from None
    click.echo(f"All that is kept about {name} is in {output}, {output.stat().st_size} bytes.")


@person.command()
@config_option
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.argument("name", callback=_account_name)
def forget(config: Path | None, dry_run: bool, yes: bool, name: str) -> None:
    """Delete the person NAME and what is kept about them, for ever.

    Their account, hub, stream and sessions are deleted; what others keep that names them is made
    anonymous. Nobody is forgotten who is the last owner of a team. What the message bus says of
    them afterwards is read like anything else, and who logs in again is somebody new.

    \b
    Example:
      fedora-hubs person forget zoe --dry-run
      fedora-hubs person forget zoe --yes
    """  # noqa: D301

    async def run(parts: Parts) -> bool:
        record = await PersonRecords(parts.hubs.pool).find(name)
        traces = Traces(parts, record)
        try:
            found = await _shown("Reading", traces, traces.look)
            if not found:
                raise click.ClickException(_nothing(name))
            _show(record, found)
            if dry_run:
                return True
            if not yes and not ask(f"Forget {name} for ever?"):
                raise click.Abort
            teams = await PersonRecords(parts.hubs.pool).teams_from_groups(record)
            await _shown("Forgetting", traces, traces.forget)
        except LastOwnerError as error:
            raise click.ClickException(f"{error}.") from None
        click.echo(f"{name} is forgotten.")
        left = await _shown("Searching", traces, traces.left, *ON_ITS_WAY)
        return _tell_of_the_rest(teams, left)

    if not with_stores(config, run):
        raise click.exceptions.Exit(1)


async def _shown(label: str, traces: Traces, doing: Callable[[], Awaitable[T]], *streams: str) -> T:
    """Do something with all that is kept, and show how far it is."""
    with progress(await traces.size(*streams or (DEAD,)), label) as bar:
        traces.read = bar.update
        return await doing()


def _nothing(name: str) -> str:
    return f"Nothing is kept about {name!r}; an account name was expected."


def _show(record: Record, traces: Sequence[Trace]) -> None:
    click.echo(f"What is kept about {' or '.join(record.names)}:\n")
    rows = [
        (trace.what, f"{trace.count:,}", "made anonymous" if trace.stays else "deleted")
        for trace in traces
    ]
    click.echo(table(("WHAT", "COUNT", "WILL BE"), rows) + "\n")


def _tell_of_the_rest(teams: Sequence[str], left: dict[str, int]) -> bool:
    """Say what an operator has still to do, and return whether that is nothing."""
    if teams:
        click.echo(
            f"The account system has them in {', '.join(teams)}: with the next fas sync-teams they"
            " are back there, unless they leave the groups first."
        )
    if left:
        click.echo(
            "These have the name still, as others wrote it or as it came meanwhile. Look at them;"
            " what is in a queue is gone in a moment, then run this again:\n"
        )
        click.echo(
            table(("WHERE", "COUNT"), [(place, f"{count:,}") for place, count in left.items()])
        )
    return not left
