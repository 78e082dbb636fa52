"""Pull requests and merge requests, whatever forge they are at."""

from __future__ import annotations

import enum
from collections.abc import Collection
from typing import Protocol

import attrs

from hubs.sources.tickets import Found, OpenItem


class Checks(enum.Enum):
    """What the machines say of a change."""

    PASSED = "passed"
    FAILED = "failed"
    RUNNING = "running"
    NONE = "none"


@attrs.frozen(kw_only=True)
class PullRequest(OpenItem):
    """One that is open.

    Attributes:
        reviewers: The names of those who were asked for a review and have given none.
        draft: Whether its author says that it is not ready.
        head: The commit at its end; empty if that is not known yet.
        checks: What the machines say; None if nobody asked.
        answered: Whether somebody but its author has looked at it; None if nobody asked.
    """

    reviewers: tuple[str, ...]
    draft: bool
    head: str = ""
    checks: Checks | None = None
    answered: bool | None = None


@attrs.frozen
class PullRequestQuery:
    """Which open pull requests are wanted. A forge may give more than that, never fewer.

    Attributes:
        author: Those of somebody of this name; empty for all.
        reviewer: Those that wait for a review by somebody of this name; empty for all.
    """

    author: str = ""
    reviewer: str = ""


class Forge(Protocol):
    """Has pull requests."""

    async def pull_requests(self, query: PullRequestQuery) -> Found[PullRequest]:
        """Find open pull requests, what moved last first.

        Args:
            query: Which.

        Returns:
            Them, without what costs requests of its own.

        Raises:
            SourceError: They could not be had.
        """

    async def looked_at(self, pull_request: PullRequest) -> PullRequest:
        """Ask what the machines and the reviewers say of one.

        Args:
            pull_request: One that it gave.

        Returns:
            The same with `checks` and `answered`.

        Raises:
            SourceError: That could not be had.
        """


def summed_up(checks: Collection[Checks]) -> Checks:
    """Say in one word what several checks say.

    Args:
        checks: They.

    Returns:
        That one failed; else that one runs; else that they passed; or that there are none.
    """
    for one in (Checks.FAILED, Checks.RUNNING, Checks.PASSED):
        if one in checks:
            return one
    return Checks.NONE
