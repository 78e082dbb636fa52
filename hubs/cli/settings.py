"""The ``--config`` option, and settings that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from hubs.config import Settings
from hubs.config_file import SettingsError, load


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--config``.

    Args:
        command: The function of a click command; it gets the path as ``config``.

    Returns:
        The same function.
    """
    return click.option(
        "--config",
        "-c",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The settings file.  [default: $FEDORA_HUBS_CONFIG or /etc/fedora-hubs/hubs.toml]",
    )(command)


def json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option ``--json``.

    Args:
        command: The function of a click command; it gets the choice as ``as_json``.

    Returns:
        The same function.
    """
    return click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")(
        command
    )


def read_settings(config: Path | None) -> Settings:
    """Read the settings for a command.

    Args:
        config: The file, or None for the usual places.

    Returns:
        They.

    Raises:
        click.ClickException: Something in them is wrong.
    """
    try:
        return load(config)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
