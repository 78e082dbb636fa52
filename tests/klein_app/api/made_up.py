"""What schemathesis puts into paths: mostly what there is, so that calls get somewhere."""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import schemathesis

#: The number of a widget that there is.
WIDGET = os.environ["HUBS_TEST_WIDGET"]
KNOWN: Mapping[str, Sequence[str]] = {
    "name": ("lamps", "lamps", "abe", "vault"),
    "username": ("abe", "bea", "nobody"),
    "entry_id": ("push", "push", "gone"),
    "version": ("*",),
    "widget_id": (WIDGET, WIDGET, "999"),
}


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> Any:
    """Put what there is in the place of four of five that were made up."""
    return path_parameters and {
        name: _known(name, value) if name in KNOWN else value
        for name, value in path_parameters.items()
    }


@schemathesis.hook
def map_headers(context: Any, headers: dict[str, Any] | None) -> Any:
    """Let most changes go through, whatever version there is."""
    if headers and "If-Match" in headers:
        return {**headers, "If-Match": _known("version", headers["If-Match"])}
    return headers


def _known(name: str, value: Any) -> Any:
    # The same for the same, in every run.
    number = zlib.crc32(repr(value).encode())
    return KNOWN[name][number // 5 % len(KNOWN[name])] if number % 5 else value
