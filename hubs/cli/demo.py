"""``fedora-hubs run demo``: all of Hubs with nothing set up."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import click

from hubs.database.migrate import MigrationError
from hubs.demo.fedmsg_socket import SocketError
from hubs.demo.server_program import ServerError
from hubs.demo.show import Demo, DemoError


def _loopback(context: click.Context, parameter: click.Parameter, value: str) -> str:
    del context, parameter
    try:
        if ipaddress.ip_address(value).is_loopback:
            return value
    except ValueError:
        pass
    raise click.BadParameter(
        f"got {value!r}, expected a loopback address such as 127.0.0.1 or ::1. "
        "The demo lets everybody in, so it is for this machine alone."
    )


@click.command()
@click.option(
    "--port",
    "-p",
    default=8080,
    type=click.IntRange(1, 65535),
    show_default=True,
    help="The port of the portal.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    callback=_loopback,
    show_default=True,
    help="The loopback address of the portal.",
)
@click.option(
    "--folder",
    default="var",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its data is kept.",
)
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Publish the bus messages of this JSON-lines file instead of invented ones.",
)
@click.option(
    "--rate",
    default=10.0,
    type=click.FloatRange(0.01, 10_000),
    show_default=True,
    help="Messages of the file a second.",
)
def demo(port: int, host: str, folder: Path, replay: Path | None, rate: float) -> None:
    """Look at Hubs with nothing set up.

    A private PostgreSQL and Redis, every service in one process, invented people and teams,
    and a simulated message bus.

    \b
    Example:
      fedora-hubs run demo --port 8081
      fedora-hubs run demo --replay messages.jsonl --rate 50
    """  # noqa: D301
    try:
        Demo(folder.resolve(), host, port, replay, rate, click.echo).run()
    except (DemoError, ServerError, SocketError, MigrationError) as error:
        raise click.ClickException(str(error)) from None
