"""``fedora-hubs run``: the services, each as twistd runs it, and the demo."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from hubs.cli.lazy import Lazy, LazyGroup
from hubs.cli.settings import config_option

_SERVICES = {
    "web": "The portal: the pages of Hubs.",
    "listener": "Put what the message bus says into the queue.",
    "triage": "Decide which hubs each message concerns.",
    "worker": "Write the feeds and fill the cache.",
    "sse": "Tell open browsers what has changed.",
    "all": "All services in one process.",
}
_INSTANCES = click.option(
    "--instances",
    "-i",
    default=1,
    type=click.IntRange(1, 64),
    show_default=True,
    help="Processes.",
)
_CONCURRENCY = click.option(
    "--concurrency",
    type=click.IntRange(1, 1000),
    help="Items each process has in hand at once.  [default: queue.concurrency]",
)
_OPTIONS = {"triage": [_INSTANCES], "worker": [_INSTANCES, _CONCURRENCY]}


@click.group(
    cls=LazyGroup, lazy={"demo": Lazy("hubs.cli.demo:demo", "Look at Hubs with nothing set up.")}
)
def run() -> None:
    """Run daemon processes.

    \b
    Each is also a twistd command; these are the same:
      fedora-hubs run worker --instances 4
      twistd -n hubs-worker --instances 4
    """  # noqa: D301


def _twistd(service: str, config: Path | None, *more: str) -> None:
    """Become twistd, in the foreground and without a pid file."""
    from twisted.scripts.twistd import run as run_twistd  # noqa: PLC0415 - it takes a second

    words = ["--nodaemon", "--pidfile=", f"hubs-{service}", *more]
    if config is not None:
        words.append(f"--config={config}")
    sys.argv = ["twistd", *words]
    run_twistd()


def _command(service: str, sentence: str) -> click.Command:
    def body(config: Path | None, **more: int | None) -> None:
        said = (f"--{name}={value}" for name, value in more.items() if value is not None)
        _twistd(service, config, *said)

    for option in _OPTIONS.get(service, ()):
        body = option(body)
    several = " --instances 4" if service in _OPTIONS else ""
    example = f"\b\nExample:\n  fedora-hubs run {service}{several}"
    return click.command(service, help=f"{sentence}\n\n{example}")(config_option(body))


for _service, _sentence in _SERVICES.items():
    run.add_command(_command(_service, _sentence))
