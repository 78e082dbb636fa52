"""``fedora-hubs run``: the services, each as twistd runs it, and the demo."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from twisted.scripts.twistd import run as run_twistd

from hubs.cli.demo import demo
from hubs.cli.settings import config_option

_SERVICES = {
    "web": "The portal: the pages of Hubs.",
    "listener": "Put what the message bus says into the queue.",
    "triage": "Decide which hubs each message concerns.",
    "worker": "Write the feeds and fill the cache.",
    "sse": "Tell open browsers what has changed.",
    "all": "All services in one process.",
}
_SEVERAL = {"triage", "worker"}


@click.group()
def run() -> None:
    """Run daemon processes.

    \b
    Each is also a twistd command; these are the same:
      fedora-hubs run worker --instances 4
      twistd -n hubs-worker --instances 4
    """  # noqa: D301


def _twistd(service: str, config: Path | None, *more: str) -> None:
    """Become twistd, in the foreground and without a pid file."""
    words = ["--nodaemon", "--pidfile=", f"hubs-{service}", *more]
    if config is not None:
        words.append(f"--config={config}")
    sys.argv = ["twistd", *words]
    run_twistd()


def _command(service: str, sentence: str) -> click.Command:
    def body(config: Path | None, instances: int | None = None) -> None:
        _twistd(service, config, *([f"--instances={instances}"] if instances else []))

    if service in _SEVERAL:
        count = click.option("--instances", "-i", default=1, help="Processes.", show_default=True)
        body = count(body)
    return click.command(service, help=sentence)(config_option(body))


for _service, _sentence in _SERVICES.items():
    run.add_command(_command(_service, _sentence))
run.add_command(demo)
