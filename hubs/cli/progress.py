"""A bar for whoever waits."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import Any

import click


def progress(length: int, label: str) -> AbstractContextManager[Any]:
    """Show a bar on standard error, if somebody looks at it.

    Args:
        length: How much there is to do.
        label: What is done.

    Returns:
        A context manager; what it gives has ``update``.
    """
    return click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()
    )


def go_to(bar: Any, share: float) -> None:
    """Move a bar on.

    Args:
        bar: What `progress` gave.
        share: Which part is done, from 0 to 1.
    """
    bar.update(max(0, round(share * bar.length) - bar.pos))
