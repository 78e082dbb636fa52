"""What the twistd commands of Hubs have in common on their command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

from twisted.python import usage

from hubs.config import Settings
from hubs.config_file import SettingsError, load


class HubsOptions(usage.Options):
    """Options of a service: where its settings are.

    Attributes:
        settings: The settings, once the options are parsed.
    """

    #: The name of the command, for what it says when something is wrong.
    command: ClassVar[str]
    settings: Settings
    #: Which of several such processes this is.
    number = 1

    optParameters: ClassVar[list[Sequence[object]]] = [
        ["config", "c", None, "The settings file [default: /etc/fedora-hubs/hubs.toml]"],
    ]

    def parseOptions(self, options: Sequence[str] | None = None) -> None:  # noqa: N802
        """Parse the command line and read the settings.

        Args:
            options: The words, without the command's name.

        Raises:
            SystemExit: Something is wrong; it carries one line that says what. Twisted's way
                would print the whole help before it and exit with success.
        """
        try:
            super().parseOptions(options)
            self.settings = load(Path(self["config"]) if self["config"] else None)
        except usage.UsageError as error:
            raise SystemExit(
                f"{self.command}: {error}. See: twistd {self.command} --help"
            ) from None
        except SettingsError as error:
            raise SystemExit(f"{self.command}: {error}") from None


def number_to(most: int) -> Callable[[str], int]:
    """Make what reads a number from 1.

    Args:
        most: The greatest that is taken.

    Returns:
        A function that takes text, and raises `ValueError` if it is no such number.
    """

    def read(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise ValueError(f"expected a number from 1 to {most}")
        return int(text)

    return read


class InstancesOptions(HubsOptions):
    """Options of a service that may run as several processes."""

    optParameters: ClassVar[list[Sequence[object]]] = [
        ["instances", "i", 1, "Processes to run under this one", number_to(64)],
        ["number", None, 1, "Which of several such processes this is", number_to(99)],
    ]

    @property
    def instances(self) -> int:
        """How many processes to run."""
        return int(self["instances"])

    @property
    def number(self) -> int:  # type: ignore[override]
        """Which of several such processes this is."""
        return int(self["number"])
