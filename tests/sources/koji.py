"""A Koji on this machine: https://koji.fedoraproject.org/koji/api."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xmlrpc import client

from hubs.config import Services
from hubs.sources.koji import Koji
from hubs.sources.session import Session
from tests.sources.conditions import Row, without
from tests.sources.conftest import NOON
from tests.sources.outside import Outside

HUB = "/kojihub"


def services(url: str) -> Services:
    return Services(koji=url)


def build(number: int, **changes: Any) -> dict[str, Any]:
    """Give a build of yesterday that is complete."""
    return {
        "build_id": number,
        "name": "wick",
        "package_name": "wick",
        "version": "1.2",
        "release": f"{number}.fc44",
        "epoch": None,
        "nvr": f"wick-1.2-{number}.fc44",
        "state": 1,
        "owner_id": 7,
        "owner_name": "teacup",
        "task_id": 100 + number,
        "creation_ts": NOON - 90_000.5,
        "start_ts": NOON - 90_000.5,
        "completion_ts": NOON - 86_400,
        "extra": {"source": {"original_url": "x" * 5000}},
        **changes,
    }


def says_builds(*found: Any) -> bytes:
    """Write what ``listBuilds`` answers."""
    return client.dumps((list(found),), methodresponse=True, allow_none=True).encode()


def call(outside: Outside) -> tuple[Any, ...]:
    """Give the function that was called last, and with what."""
    arguments, method = client.loads(outside.seen[-1].body)
    return (method, *arguments)


async def _builds(session: Session, _: str) -> Sequence[Any]:
    return await Koji(session).of_user("teacup", 10)


ROWS = (
    Row(
        name="koji",
        services=services,
        path=HUB,
        ask=_builds,
        two=lambda _: says_builds(build(1), build(2)),
        none=says_builds(),
        pages=None,
        sent=True,
        language="XML-RPC",
        wrong={
            "0.nvr": says_builds(build(1, nvr=7)),
            "0.state": says_builds(without(build(1), "state")),
            "0.creation_ts": says_builds(build(1, creation_ts=None)),
            "beginning": client.dumps(("ok",), methodresponse=True).encode(),
        },
    ),
)
