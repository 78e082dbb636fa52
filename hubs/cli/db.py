"""``fedora-hubs db``: the SQL database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import attrs
import click

from hubs.cli.progress import go_to, progress
from hubs.cli.settings import config_option, json_option, read_settings
from hubs.cli.stores import with_stores
from hubs.database import backup, migrate, retention
from hubs.twistd_plugins.parts import Parts

_DAY = 86_400
#: Into how many steps the bar of a copy is divided.
_STEPS = 1000
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def db() -> None:
    """Database-related operations.

    \b
    Example:
      fedora-hubs db upgrade
      fedora-hubs db dump /var/backups/hubs.dump
    """  # noqa: D301


@db.command()
@config_option
def upgrade(config: Path | None) -> None:
    """Bring the database up to date, an empty one too.

    It is safe to run twice, and from two machines at once.

    \b
    Example:
      fedora-hubs db upgrade --config /etc/fedora-hubs/hubs.toml
    """  # noqa: D301
    try:
        migrate.upgrade(_url(config), click.echo)
    except migrate.MigrationError as error:
        raise click.ClickException(str(error)) from None


@db.command()
@config_option
@json_option
def check(config: Path | None, as_json: bool) -> None:
    """Say whether the database is up to date.

    The exit status is 1 if it is not, or cannot be reached.

    \b
    Example:
      fedora-hubs db check || fedora-hubs db upgrade
    """  # noqa: D301
    try:
        step = migrate.look(_url(config))
    except migrate.MigrationError as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(json.dumps({**attrs.asdict(step), "up_to_date": step.up_to_date}))
    elif step.up_to_date:
        click.echo(f"The database is up to date, at step {step.head}.")
    else:
        where = f"is at step {step.current}" if step.current else "is empty"
        click.echo(f"The database {where}, expected {step.head}. Run: fedora-hubs db upgrade")
    if not step.up_to_date:
        raise click.exceptions.Exit(1)


@db.command()
@config_option
@click.argument("file", type=_FILE)
def dump(config: Path | None, file: Path) -> None:
    """Copy the database into FILE.

    The copy is of one moment, and the services may run meanwhile. FILE is readable for its owner
    only. It needs pg_dump of at least the version of the server.

    \b
    Example:
      fedora-hubs db dump /var/backups/hubs-$(date +%F).dump
    """  # noqa: D301
    settings = read_settings(config)
    try:
        with progress(_STEPS, "Copying") as bar:
            backup.dump(settings.database.url.get_secret_value(), file, partial(go_to, bar))
    except backup.BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The database is in {file}, {file.stat().st_size} bytes.")
    if settings.feeds.store == "mongodb":
        click.echo("The feeds are in MongoDB: copy them with mongodump.", err=True)


@db.command()
@config_option
@click.option("--yes", is_flag=True, help="Do not ask whether to replace what is there.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(config: Path | None, yes: bool, file: Path) -> None:
    """Replace the database by what is in FILE, all or nothing.

    Stop the services first. Afterwards bring the database up to date, and clean the cache.

    \b
    Example:
      systemctl stop fedora-hubs.target
      fedora-hubs db restore /var/backups/hubs.dump
      fedora-hubs db upgrade
      systemctl start fedora-hubs.target
    """  # noqa: D301
    url = _url(config)
    if not yes:
        click.confirm(f"Replace the database by what is in {file}?", abort=True)
    try:
        with progress(_STEPS, "Restoring") as bar:
            backup.restore(url, file, partial(go_to, bar))
    except backup.BackupError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"The database is as it was in {file}. Run: fedora-hubs db upgrade")


@db.command()
@config_option
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
def prune(config: Path | None, dry_run: bool) -> None:
    """Delete what was kept long enough, as the settings in [keep] say.

    The timer fedora-hubs-prune runs it every night.

    \b
    Example:
      fedora-hubs db prune --dry-run
    """  # noqa: D301
    settings = read_settings(config)
    days = settings.keep.model_dump()

    async def run(parts: Parts) -> Mapping[str, int]:
        now = parts.reactor.seconds()
        before = {name: now - count * _DAY for name, count in days.items()}
        old = await retention.count_old(parts.hubs.pool, before)
        if dry_run:
            return old
        deleted = Counter(dict.fromkeys(old, 0))
        with progress(sum(old.values()), "Rows") as bar:
            async for table, count in retention.prune(parts.hubs.pool, before):
                deleted[table] += count
                bar.update(count)
        return deleted

    for table, count in with_stores(config, run).items():
        click.echo(f"{table}: {count} rows {'would be' if dry_run else 'were'} deleted")


def _url(config: Path | None) -> str:
    return read_settings(config).database.url.get_secret_value()
