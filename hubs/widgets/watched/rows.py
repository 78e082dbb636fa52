"""What there is to know of each watched package. Plain functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from hubs.sources.builds import Build, State


@attrs.frozen
class Row:
    """What there is to know of a package.

    Attributes:
        name: Its name.
        version: The newest version of what it is made from; None if nobody knows.
        is_new: Whether that has not been built.
        bugs: How many of its bugs are open; None if nobody knows.
        build: Its last build; None if there is none, or nobody knows.
    """

    name: str
    version: str | None
    is_new: bool
    bugs: int | None
    build: Build | None


def rows(
    names: Iterable[str],
    versions: Mapping[str, str | None],
    bugs: Mapping[str, int] | None,
    builds: Iterable[Build],
) -> list[Row]:
    """Put together what several services know.

    Args:
        names: The packages.
        versions: The newest versions by package, as far as they are known.
        bugs: How many open bugs each has, if it has any; None if nobody knows.
        builds: The last builds, those of a package in order, the last first.

    Returns:
        A row for each, those first that have something to do.
    """
    by_name: dict[str, list[Build]] = {}
    for build in builds:
        by_name.setdefault(build.package, []).append(build)
    found = [
        _row(name, versions.get(name), bugs, by_name.get(name, ())) for name in dict.fromkeys(names)
    ]
    return sorted(found, key=_urgency)


def _row(
    name: str, version: str | None, bugs: Mapping[str, int] | None, builds: Sequence[Build]
) -> Row:
    done = {_version(build) for build in builds if build.state is State.DONE}
    return Row(
        name=name,
        version=version,
        is_new=version is not None and bool(done) and version not in done,
        bugs=None if bugs is None else bugs.get(name, 0),
        build=builds[0] if builds else None,
    )


def _version(build: Build) -> str:
    """Give the version in the name of a build, as in ``wick-1.2-3.fc44``."""
    return build.title.rsplit("-", 2)[-2] if build.title.count("-") > 1 else ""


def _urgency(row: Row) -> tuple[bool, bool, int, str]:
    has_failed = row.build is not None and row.build.state is State.FAILED
    return (not has_failed, not row.is_new, -(row.bugs or 0), row.name)
