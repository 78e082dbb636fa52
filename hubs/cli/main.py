"""``fedora-hubs``: what operators and newcomers type."""

from __future__ import annotations

import click

from hubs.cli.lazy import Lazy
from hubs.cli.mistakes import Program

_COMMANDS = {
    "backfill": Lazy("hubs.cli.backfill:backfill", "Fetch what was missed on the bus."),
    "cache": Lazy("hubs.cli.cache:cache", "Cache-related operations."),
    "config": Lazy("hubs.cli.config:config", "Settings-related operations."),
    "db": Lazy("hubs.cli.db:db", "Database-related operations."),
    "fas": Lazy("hubs.cli.fas:fas", "FAS-related operations."),
    "person": Lazy("hubs.cli.person:person", "Person-related operations."),
    "queue": Lazy("hubs.cli.queue:queue", "Queue-related operations."),
    "run": Lazy("hubs.cli.run:run", "Run daemon processes."),
    "widget": Lazy(
        "hubs.cli.widget:widget", "Widget-related operations, for those who write some."
    ),
}


@click.group(
    cls=Program,
    lazy=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="fedora-hubs")
def main() -> None:
    """Fedora Hubs, a contributor and team portal.

    \b
    To look at it with nothing set up:
      fedora-hubs run demo
    """  # noqa: D301
