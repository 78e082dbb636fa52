"""What stands in for the generator of Fedora's pyproject-rpm-macros: what a project needs.

It names, as they do, what the project in this folder needs to be built and to run.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import tomllib
from importlib.metadata import PathDistribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from setuptools import build_meta


def main() -> None:
    needed = tomllib.loads(Path("pyproject.toml").read_text())["build-system"]["requires"]
    # What setuptools tells of its doings is no requirement.
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        name = build_meta.prepare_metadata_for_build_wheel(folder)
        needed += PathDistribution(Path(folder) / name).requires or []
    for requirement in map(Requirement, needed):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
            print(f"python3dist({canonicalize_name(requirement.name)}{extras})")  # noqa: T201


if __name__ == "__main__":
    main()
