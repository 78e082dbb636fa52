"""The one table of permissions."""

from __future__ import annotations

import itertools

import pytest

from hubs.model.hub import Visibility
from hubs.model.permissions import Action, may
from hubs.model.person import Role


@pytest.mark.parametrize(
    ("action", "visibility", "visitor"),
    [
        (Action.SEE_LISTED, Visibility.PUBLIC, True),
        (Action.SEE_CONTENT, Visibility.PUBLIC, True),
        (Action.SEE_LISTED, Visibility.PREVIEW, True),
        (Action.SEE_CONTENT, Visibility.PREVIEW, False),
        (Action.SEE_LISTED, Visibility.PRIVATE, False),
        (Action.SEE_CONTENT, Visibility.PRIVATE, False),
    ],
)
def test_followers_may_what_visitors_may_and_members_may_see_all(
    action: Action, visibility: Visibility, visitor: bool
) -> None:
    assert may([], action, visibility) is visitor
    assert may([Role.STARGAZER, Role.SUBSCRIBER], action, visibility) is visitor
    assert may([Role.MEMBER], action, visibility)
    assert may([Role.STARGAZER, Role.OWNER], action, visibility)


def test_the_table_answers_every_question() -> None:
    for action, visibility in itertools.product(Action, Visibility):
        may([], action, visibility)
