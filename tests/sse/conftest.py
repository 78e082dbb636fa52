"""A portal with open event streams."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_twisted

from tests.sse.portal import Portal


@pytest_twisted.async_yield_fixture
async def portal() -> AsyncIterator[Portal]:
    """Give a portal that listens, with room for three streams and a memory of ten events."""
    portal = Portal(max_streams=3, history_limit=10)
    await portal.open()
    yield portal
    await portal.close()
