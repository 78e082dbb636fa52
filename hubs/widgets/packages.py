"""Packages that widgets look at, and what tells of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from hubs.model.hub import Hub
from hubs.model.words import gettext_noop
from hubs.widgets.parameters import Parameter, Type, Unexpected

#: The most packages of one widget.
MOST_PACKAGES = 40
#: What the name of an RPM may be made of.
_NAME = re.compile(r"\w[\w.+-]{0,99}", re.ASCII)


def _package(line: str) -> str:
    if not _NAME.fullmatch(line):
        raise Unexpected(gettext_noop("the name of a package, as in kernel"))
    return line


PACKAGES = Parameter(
    "packages",
    gettext_noop("Packages"),
    gettext_noop(
        "One name a line, as in kernel. If there is none, those that the team is about, or those "
        "that the person built last."
    ),
    [],
    Type.LINES,
    most=MOST_PACKAGES,
    check=_package,
)


def packages_of(config: Mapping[str, Any], hub: Hub) -> tuple[str, ...]:
    """Give the packages that a widget looks at.

    Args:
        config: Its configuration.
        hub: The hub that it stands on. If the configuration names none, it is those among the
            sources of the hub, of which the first are enough.

    Returns:
        Their names.
    """
    named = PACKAGES.of(config) or hub.config.get("sources", {}).get("packages", ())
    return tuple(name for name in named if _NAME.fullmatch(name))[:MOST_PACKAGES]


def interests_of(packages: tuple[str, ...]) -> frozenset[str]:
    """Say what concerns some packages.

    Args:
        packages: Their names.

    Returns:
        Interest keys as `BusMessage.keys` gives them.
    """
    return frozenset(f"package:{name}" for name in packages)
