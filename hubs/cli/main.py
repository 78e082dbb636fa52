"""``fedora-hubs``: what operators and newcomers type."""

from __future__ import annotations

import click

from hubs.cli.db import db
from hubs.cli.run import run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="fedora-hubs")
def main() -> None:
    """Fedora Hubs, a contributor and team portal.

    \b
    To look at it with nothing set up:
      fedora-hubs run demo
    """  # noqa: D301


main.add_command(db)
main.add_command(run)
