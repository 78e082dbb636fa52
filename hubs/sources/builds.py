"""Builds of packages, whatever service makes them."""

from __future__ import annotations

import enum

import attrs


class State(enum.StrEnum):
    """How a build goes."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


@attrs.frozen
class Build:
    """One build.

    Attributes:
        place: Where it is made: ``Koji``, or a project of Copr, as in ``@lamp-sig/lamps``.
        package: The name of the package; empty as long as that is not known.
        title: What is built, as in ``wick-1.2-3.fc44``.
        url: Its page.
        owner: The account name of who has it built; empty if nobody says.
        state: How it goes.
        since: Since when it goes so, seconds since the epoch.
    """

    place: str
    package: str
    title: str
    url: str
    owner: str
    state: State
    since: float
