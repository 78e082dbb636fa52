"""Answers as Nagios and its kin want them of a plug-in.

https://nagios-plugins.org/doc/guidelines.html says how: one line with performance data, and an
exit status that means something.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable

import attrs
import click


class Status(enum.IntEnum):
    """How something is; the number is the exit status."""

    OK = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3


class UsageError(click.UsageError):
    """The command line of a plug-in is wrong."""

    exit_code = Status.UNKNOWN


@attrs.frozen
class Thresholds:
    """Below which value something is wrong.

    Attributes:
        warning: Below this it wants a look; None if it never does.
        critical: Below this somebody has to get up; None if nobody ever does.
    """

    warning: float | None
    critical: float | None

    @property
    def asked_for(self) -> bool:
        """Whether somebody wants an answer as of a plug-in."""
        return self.warning is not None or self.critical is not None

    def status(self, value: float) -> Status:
        """Say how something is.

        Args:
            value: What was measured.

        Returns:
            OK, WARNING or CRITICAL.
        """
        if self.critical is not None and value < self.critical:
            return Status.CRITICAL
        if self.warning is not None and value < self.warning:
            return Status.WARNING
        return Status.OK

    def datum(self, name: str, value: float, unit: str, most: float) -> str:
        """Write a measured value with its thresholds as performance data.

        Args:
            name: Its name.
            value: What was measured, from 0.
            unit: Its unit, as in ``%``.
            most: The most it can be.

        Returns:
            As in ``coverage=52.97%;50:;25:;0;100``; ``50:`` is a range with no end.
        """
        warning, critical = (
            "" if limit is None else f"{limit:g}:" for limit in (self.warning, self.critical)
        )
        return f"{name}={value:.2f}{unit};{warning};{critical};0;{most:g}"


def answer(service: str, status: Status, sentence: str, data: Iterable[str] = ()) -> None:
    """Give the answer and end with its exit status.

    Args:
        service: What was looked at.
        status: How it is.
        sentence: The same for a person.
        data: Performance data.

    Raises:
        click.exceptions.Exit: Always.
    """
    line = f"{service} {status.name} - {sentence.replace('|', '/')}"
    click.echo(" | ".join(filter(None, [line, " ".join(data)])))
    raise click.exceptions.Exit(status)


class PluginCommand(click.Command):
    """A command that answers as a plug-in when it is given ``--warning`` or ``--critical``.

    What goes wrong is UNKNOWN then: by itself click would end with 2, which says CRITICAL.
    """

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: object,
    ) -> click.Context:
        """Parse the command line; what is wrong with it is UNKNOWN for Nagios."""
        said = list(args)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            if any(word.startswith(("--warning", "--critical")) for word in said):
                raise UsageError(error.message, error.ctx) from None
            raise
