"""What somebody sees who hits a mistake of ours: one line, and where all of it is."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from importlib.metadata import version
from typing import Any, NoReturn

import click

from hubs.cli.lazy import LazyGroup

#: The exit status of a program that has a mistake in it, EX_SOFTWARE of sysexits.h.
EXIT_STATUS = 70


class Program(LazyGroup):
    """The group of all commands, which never shows a traceback."""

    def main(self, *args: Any, **more: Any) -> Any:
        """See `click.Command`."""
        try:
            return super().main(*args, **more)
        except Exception as error:
            _admit(error)


def _admit(error: Exception) -> NoReturn:
    said = " ".join(str(error).split())
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    try:
        place = f"All of it is in {_write(error)}; please report it with that."
    except OSError as reason:
        place = f"All of it could not be written down: {reason}"
    click.echo(f"Error: this is a mistake of Hubs: {what}. {place}", err=True)
    sys.exit(EXIT_STATUS)


def _write(error: Exception) -> str:
    """Write a file that only we may read, and return its path."""
    descriptor, path = tempfile.mkstemp(prefix="fedora-hubs-", suffix=".log")
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"Fedora Hubs {version('fedora-hubs')}, Python {platform.python_version()}\n")
        file.write("".join(traceback.format_exception(error)))
    return path
