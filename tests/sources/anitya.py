"""An Anitya on this machine: https://release-monitoring.org/static/docs/api.html."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hubs.config import Services
from hubs.sources.anitya import Anitya
from hubs.sources.session import Session
from tests.sources.conditions import Row

PACKAGES = "/api/v2/packages/"


def services(url: str) -> Services:
    return Services(anitya=url)


def package(name: str, version: str | None, stable: str | None) -> dict[str, Any]:
    """Give a package as it is found."""
    return {
        "distribution": "Fedora",
        "ecosystem": f"https://lamps.example/{name}",
        "name": name,
        "project": name,
        "version": version,
        "stable_version": stable,
    }


def packages(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "items_per_page": 25, "page": 1, "total_items": len(items)}


async def _version(session: Session, _: str) -> Sequence[Any]:
    """Give the figures of a version of two, so that the table can count them."""
    version = await Anitya(session).version("wick")
    return version.split(".") if version else []


ROWS = (
    Row(
        name="anitya",
        services=services,
        path=PACKAGES,
        ask=_version,
        two=lambda _: packages(package("wick", "1.3", "1.3")),
        none=packages(),
        pages=None,
        wrong={
            "items": {"error": "no"},
            "items.0.version": packages(package("wick", 7, None)),  # type: ignore[arg-type]
        },
    ),
)
