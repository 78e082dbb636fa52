"""What the twistd commands of Hubs have in common on their command line."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from twisted.python import usage

from hubs.config import Settings, SettingsError, load


class HubsOptions(usage.Options):
    """Options of a service: where its settings are.

    Attributes:
        settings: The settings, once the options are parsed.
    """

    #: The name of the command, for what it says when something is wrong.
    command: ClassVar[str]
    settings: Settings

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


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:  # noqa: PLR2004
        raise ValueError("expected a number from 1 to 64")
    return int(text)


class InstancesOptions(HubsOptions):
    """Options of a service that may run as several processes."""

    optParameters: ClassVar[list[Sequence[object]]] = [
        ["instances", "i", 1, "Processes to run under this one", _count],
    ]

    @property
    def instances(self) -> int:
        """How many processes to run."""
        return int(self["instances"])
