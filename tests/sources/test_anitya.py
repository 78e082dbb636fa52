from __future__ import annotations

from collections.abc import Callable

import pytest

from hubs.config import Services
from hubs.sources.anitya import Anitya
from hubs.sources.session import Session
from tests.sources.anitya import PACKAGES, package, packages, services
from tests.sources.outside import Outside, queries, says


@pytest.mark.parametrize(
    ("version", "stable", "found"),
    [("2.0rc1", "1.3", "1.3"), ("2.0rc1", None, "2.0rc1"), (None, None, None)],
)
async def test_the_newest_version_that_is_meant_for_everybody_is_found(
    version: str | None,
    stable: str | None,
    found: str | None,
    outside: Outside,
    session_for: Callable[[Services], Session],
) -> None:
    anitya = Anitya(session_for(services(outside.url())))
    outside.paths[PACKAGES] = says(packages(package("wick", version, stable)))
    assert await anitya.version("wick") == found
    assert queries(outside) == [{"name": "wick", "distribution": "Fedora"}]
    assert anitya.page("g++") == outside.url("/projects/search/?pattern=g%2B%2B")
