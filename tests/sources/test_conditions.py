"""Every service in every condition."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from hubs.config import Services
from hubs.sources.session import Session
from tests.sources import (
    anitya,
    badges,
    bodhi,
    bugzilla,
    copr,
    discourse,
    fedocal,
    forgejo,
    github,
    gitlab,
    hyperkitty,
    koji,
    meetbot,
    news,
    pagure,
    status,
)
from tests.sources.conditions import Asked, Row, conditions_of
from tests.sources.conftest import Reactor
from tests.sources.outside import Outside

ROWS = (
    *github.ROWS,
    *gitlab.ROWS,
    *forgejo.ROWS,
    *pagure.ROWS,
    *bugzilla.ROWS,
    *bodhi.ROWS,
    *koji.ROWS,
    *copr.ROWS,
    *anitya.ROWS,
    *badges.ROWS,
    *status.ROWS,
    *news.ROWS,
    *discourse.ROWS,
    *meetbot.ROWS,
    *hyperkitty.ROWS,
    *fedocal.ROWS,
)


@pytest.fixture
def asked(
    row: Row, outside: Outside, session_for: Callable[[Services], Session], timed: Reactor
) -> Asked:
    return Asked(row, outside, session_for(row.services(outside.url())), timed)


@pytest.mark.parametrize(
    ("row", "condition"),
    [
        pytest.param(row, condition, id=f"{row.name}-{condition.__name__}")
        for row in ROWS
        for condition in conditions_of(row)
    ],
)
async def test_a_service_in_a_condition(
    asked: Asked, condition: Callable[[Asked], Awaitable[None]]
) -> None:
    await condition(asked)
