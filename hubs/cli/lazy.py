"""Groups of commands whose modules are imported only when they are needed.

Some take seconds to import, which nobody should wait for who types another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click


class Lazy(NamedTuple):
    """A command that is not imported yet.

    Attributes:
        place: Where it is, as in ``hubs.cli.cache:cache``.
        summary: The first sentence of its help, for the list of all.
    """

    place: str
    summary: str


class LazyGroup(click.Group):
    """A group that knows some of its commands only by where they are and what they do."""

    def __init__(self, *args: Any, lazy: Mapping[str, Lazy], **more: Any) -> None:
        """Make a group.

        Args:
            args: See `click.Group`.
            lazy: By name of command.
            more: See `click.Group`.
        """
        super().__init__(*args, **more)
        self._lazy = lazy

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """See `click.Group`; imports none of them."""
        del ctx
        rows = {name: lazy.summary for name, lazy in self._lazy.items()}
        rows |= {name: command.get_short_help_str() for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(sorted(rows.items()))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """See `click.Group`."""
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """See `click.Group`."""
        if cmd_name in self._lazy and cmd_name not in self.commands:
            module, _, name = self._lazy[cmd_name].place.partition(":")
            self.add_command(getattr(import_module(module), name), cmd_name)
        return super().get_command(ctx, cmd_name)
