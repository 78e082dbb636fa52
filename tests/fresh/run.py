"""``make fresh``: set up a fresh Debian by docs/install.rst alone, and operate it by the SOP.

It needs root, debootstrap and systemd-container, and some minutes; what it types, and what there
was to see where that is not what the page says, it prints.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from tests.docs.commands import DOCS, Step, differs, steps
from tests.fresh.machine import Machine

CHECKOUT = DOCS.parent
SOURCE = "/root/fedora-hubs"
#: What a page says of Fedora or of a second machine, or what asks the archive of its bus.
NOT_HERE = ("dnf ", "postgresql-setup ", "systemctl disable --now ", "fedora-hubs backfill ")
#: What a reader would put there, who has no fedmsg-hub.
MEANT = {
    "<fas-group-name>": "wickmakers",
    "<name>": "abe",
    "<folder>": "/var/lib/fedora-hubs",
    "restart fedmsg-hub ": "restart ",
    "status fedmsg-hub ": "status ",
}
#: What is typed as the account of the services, in a shell of its.
OURS = "fedora-hubs"
#: What lists one line a process, or a team, of which each machine has as many as it likes.
LISTS = ("fedora-hubs queue", "fedora-hubs fas sync-teams", "fedora-hubs fas sync-teams --dry-run")
#: A group of the reader's own.
GROUP = """
[groups.wickmakers]
description = "Twist the wicks"
sponsors = ["zoe"]
members = ["abe", "eve", "gus"]
"""
#: What needs a network, so that it is typed before the machine is booted.
BEFORE = {"apt-get", "python3", "/opt/fedora-hubs/bin/pip"}


def main() -> None:
    """Set up a machine, and say what went wrong."""
    wrong = []
    with tempfile.TemporaryDirectory(prefix="fedora-hubs-fresh-") as folder:
        machine = Machine(Path(folder) / "root")
        machine.make()
        _bring_source(machine)
        for page in ("install.rst", "infra-hubs-sop.rst"):
            wrong += [f"{page}: {one}" for one in _follow(machine, DOCS / page)]
    click.echo(f"\n{len(wrong)} commands went wrong." if wrong else "\nAll went as the pages say.")
    sys.exit(bool(wrong))


def _follow(machine: Machine, page: Path) -> Iterator[str]:
    """Type all of a page, and give the commands that went wrong."""
    wanted = [step for step in steps(page) if not step.command.startswith(NOT_HERE)]
    before = [step for step in wanted if step.program in BEFORE]
    yield from _typed(before, lambda command: machine.run(command, SOURCE))
    with machine.booted():
        after = (step for step in wanted if step.program not in BEFORE)
        yield from _typed(after, lambda command: machine.type(command, SOURCE))


def _typed(
    wanted: Iterable[Step], typing: Callable[[str], subprocess.CompletedProcess[str]]
) -> Iterator[str]:
    for step in wanted:
        command = step.command
        for word, meaning in MEANT.items():
            command = command.replace(word, meaning)
        if step.program == OURS:
            command = f"runuser -u {OURS} -- bash -c {shlex.quote(command)}"
        click.echo(f"$ {command}")
        complaint = _complaint(step, typing(command))
        if complaint:
            click.echo(complaint)
            yield step.command


def _complaint(step: Step, done: subprocess.CompletedProcess[str]) -> str:
    # Help alone is no success.
    helped = done.returncode == 2 and step.output[:1] == (done.stdout.partition("\n")[0],)
    if done.returncode and not helped:
        return f"exit status {done.returncode}:\n{done.stdout}"
    expected = () if step.command in LISTS else step.output
    wrong = differs(expected, done.stdout)
    return f"{wrong}\n{done.stdout}" if wrong else ""


def _bring_source(machine: Machine) -> None:
    """Put the source as it is committed onto the machine, with the wheel made of it."""
    source = machine.root / SOURCE.lstrip("/")
    source.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "archive", "HEAD"], cwd=CHECKOUT, stdout=subprocess.PIPE, check=True
    )
    subprocess.run(["tar", "--extract"], cwd=source, input=archive.stdout, check=True)
    # As a reader does who wants metrics.
    settings = source / "etc/hubs.toml"
    nowhere, somewhere = 'listen = ""', 'listen = "tcp:{port}:interface=127.0.0.1"'
    settings.write_text(settings.read_text().replace(nowhere, somewhere))
    with (source / "etc/accounts.toml").open("a") as accounts:
        accounts.write(GROUP)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, f"--wheel-dir={source / 'dist'}", CHECKOUT], check=True)


if __name__ == "__main__":
    main()
