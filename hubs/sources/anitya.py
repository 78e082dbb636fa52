"""Anitya, which watches upstream projects: https://release-monitoring.org/static/docs/api.html.

Its second version: ``GET /api/v2/packages/``.
"""

from __future__ import annotations

from urllib.parse import urlencode

from pydantic import TypeAdapter

from hubs.sources.api import Api
from hubs.sources.session import Session
from hubs.sources.shape import Shape

#: The distribution whose packages are asked for.
DISTRIBUTION = "Fedora"


class _Package(Shape):
    name: str
    version: str | None = None
    stable_version: str | None = None


class _Packages(Shape):
    items: list[_Package]


_PACKAGES = TypeAdapter(_Packages)


class Anitya:
    """Asks Anitya."""

    def __init__(self, session: Session) -> None:
        """Ask nothing yet.

        Args:
            session: Asks it.
        """
        self._base = session.services.anitya
        self._api = Api(session, f"{self._base}/api/v2")

    async def version(self, package: str) -> str | None:
        """Find the newest version of what a package is made from.

        Args:
            package: The name of the package.

        Returns:
            The newest that is meant for everybody, or if there is none, the newest; None if it
            watches no project for the package, or has found no version.

        Raises:
            SourceError: It could not be had.
        """
        params = {"name": package, "distribution": DISTRIBUTION}
        found = await self._api.read("/packages/", _PACKAGES, params)
        versions = [one.stable_version or one.version for one in found.items]
        return next((version for version in versions if version), None)

    def page(self, package: str) -> str:
        """Give the address of the page where the project of a package is looked for."""
        return f"{self._base}/projects/search/?{urlencode({'pattern': package})}"
