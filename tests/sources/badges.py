"""A Badges on this machine: ``tahrir/views`` of https://github.com/fedora-infra/tahrir."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hubs.config import Services
from hubs.sources.badges import Badges
from hubs.sources.session import Session
from tests.sources.conditions import Row
from tests.sources.conftest import NOON

USER = "/user/zoe/json"
LEADERBOARD = "/leaderboard/zoe/json"
#: Who is not known, or does not want to be; with the status 404.
NOBODY = {"error": "No such user exists."}


def services(url: str) -> Services:
    return Services(badges=url)


def assertion(name: str, ago: float = 0.0) -> dict[str, Any]:
    """Give a badge that was earned some seconds before noon."""
    return {
        "issued": NOON - ago,
        "id": name.lower().replace(" ", "-"),
        "name": name,
        "description": f"You earned {name}.",
        "image": f"https://badges.fedoraproject.org/pngs/{name}.png",
        "tags": ["community"],
        "criteria": "https://forge.example/1",
        "issuer": "Fedora Project",
    }


def user(*assertions: dict[str, Any], rank: int = 118) -> dict[str, Any]:
    return {
        "user": "zoe",
        "avatar": "https://seccdn.libravatar.org/avatar/0a1b2c?s=100&d=retro",
        "percent_earned": 12.5,
        "assertions": list(assertions),
        "percentile": "2.8100",
        "rank": rank,
        "user_count": 4210,
    }


def leaderboard(*standings: tuple[int, int]) -> dict[str, Any]:
    """Give those near somebody: how many badges each has, and the rank."""
    return {
        "leaderboard": [
            {"badges": badges, "rank": rank, "nickname": f"somebody{number}"}
            for number, (badges, rank) in enumerate(standings)
        ]
    }


async def _earned(session: Session, _: str) -> Sequence[Any]:
    found = await Badges(session).of("zoe")
    return found.badges if found else ()


ROWS = (
    Row(
        name="badges",
        services=services,
        path=USER,
        ask=_earned,
        two=lambda _: user(assertion("Lamp"), assertion("Wick")),
        none=user(rank=0),
        pages=None,
        wrong={
            "assertions": {"error": "no"},
            "assertions.0.issued": user({**assertion("Lamp"), "issued": "soon"}),
            "assertions.0.id": user({**assertion("Lamp"), "id": 7}),
        },
    ),
    Row(
        name="badges-near",
        services=services,
        path=LEADERBOARD,
        ask=lambda session, _: Badges(session).near("zoe"),
        two=lambda _: leaderboard((5, 1), (4, 2)),
        none=leaderboard(),
        pages=None,
        wrong={
            "leaderboard": NOBODY,
            "leaderboard.0.badges": leaderboard(("many", 1)),  # type: ignore[arg-type]
        },
    ),
)
