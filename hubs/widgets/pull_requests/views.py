"""The views of pull requests: which of them each one shows, in which order. Plain functions."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from hubs.sources.pull_requests import PullRequest, PullRequestQuery


class View(enum.Enum):
    """A view."""

    #: All that are open; what moved last first.
    OPEN = "open"
    #: What waits for a review: no drafts, and nobody but the author has looked at it. Of a person,
    #: it is what they were asked to review. What is oldest first.
    REVIEW = "review"
    #: What somebody made; what moved last first.
    MINE = "mine"


def query(view: View, name: str) -> PullRequestQuery:
    """Say what a forge is asked for.

    Args:
        view: The view.
        name: By which name the person is known there whom it is about; empty for nobody.

    Returns:
        What gives all that the view shows.
    """
    return PullRequestQuery(
        author=name if view is View.MINE else "", reviewer=name if view is View.REVIEW else ""
    )


def chosen(view: View, found: Iterable[PullRequest], name: str) -> list[PullRequest]:
    """Choose what a view shows of the pull requests of one forge.

    Args:
        view: The view.
        found: Open ones.
        name: By which name the person is known there whom it is about; empty for nobody.

    Returns:
        Those that it may show, unordered; what others say of them may be unknown yet.
    """
    me = name.casefold()
    if view is View.MINE:
        return [one for one in found if one.author.casefold() == me]
    if view is View.REVIEW:
        return [one for one in found if _waits(one, me)]
    return list(found)


def ordered(view: View, found: Iterable[PullRequest]) -> list[PullRequest]:
    """Put the pull requests of a view in order.

    Args:
        view: The view.
        found: What it shows, of all forges.

    Returns:
        Them, the most important first.
    """
    if view is View.REVIEW:
        return sorted(found, key=lambda one: one.created)
    return sorted(found, key=lambda one: -one.updated)


def _waits(one: PullRequest, me: str) -> bool:
    """Say whether one waits for a review: of somebody, who may have reviewed it before."""
    if one.draft:
        return False
    return me in {name.casefold() for name in one.reviewers} if me else not one.answered
