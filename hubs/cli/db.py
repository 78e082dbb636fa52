"""``fedora-hubs db``: the SQL database."""

from __future__ import annotations

from pathlib import Path

import click

from hubs.cli.settings import config_option, read_settings
from hubs.database import migrate


@click.group()
def db() -> None:
    """Database-related operations."""


@db.command()
@config_option
def upgrade(config: Path | None) -> None:
    """Bring the database up to date, an empty one too.

    It is safe to run twice, and from two machines at once.

    \b
    Example:
      fedora-hubs db upgrade --config /etc/fedora-hubs/hubs.toml
    """  # noqa: D301
    settings = read_settings(config)
    try:
        migrate.upgrade(settings.database.url.get_secret_value(), click.echo)
    except migrate.MigrationError as error:
        raise click.ClickException(str(error)) from None
