"""The wheel, in a fresh virtual environment outside the checkout."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.ports import free_port
from tests.processes import members
from tests.until import PATIENCE, wait_until

CHECKOUT = Path(__file__).parent.parent.parent
GENERATED = (".git", ".venv", "build", "node_modules", "*.egg-info", "var", "artefacts")


def run(*command: str | Path, cwd: Path = Path("/")) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment() -> dict[str, str]:
    # Nothing of the checkout or of our own environment may help.
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    clean = folder / "checkout"
    # What earlier builds left in the checkout would get into the wheel, or spare it work.
    shutil.copytree(CHECKOUT, clean, ignore=shutil.ignore_patterns(*GENERATED))
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, clean)
    [wheel] = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def programs(wheel: Path, servers_folder: Path) -> Path:
    """Install the wheel, and give the folder of its programs."""
    folder = servers_folder / "installed"
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin" / "python", "-m", "pip", "install", f"{wheel}[embedded]")
    return folder / "bin"


def test_it_holds_the_built_front_end_and_none_of_its_sources(wheel: Path) -> None:
    names = ZipFile(wheel).namelist()
    assert any(re.fullmatch(r"hubs/static/build/main-\w+\.js\.br", name) for name in names)
    assert "hubs/static/build/manifest.json" in names
    assert "hubs/klein_app/locales/de.po" in names
    assert not [name for name in names if "node_modules" in name or name.endswith(".scss")]
    assert not [name for name in names if name.startswith("hubs/static/") and "/build/" not in name]
    assert "twisted/plugins/fedora_hubs.py" in names
    assert "twisted/plugins/__init__.py" not in names
    assert not [name for name in names if name.startswith("tests/")]


def test_twistd_offers_the_five_services(programs: Path) -> None:
    said = run(programs / "twistd", "--help")
    for service in ("web", "listener", "triage", "worker", "sse"):
        assert f"hubs-{service} " in said


@pytest.fixture(scope="module")
def demo(programs: Path, servers_folder: Path) -> Iterator[str]:
    """Run the demo from the wheel, and give its address; it must leave nothing behind."""
    folder, port = servers_folder / "demo", free_port()
    folder.mkdir()
    log = folder / "said"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [programs / "fedora-hubs", "run", "demo", "--port", str(port)],
            cwd=folder,
            env=environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"

    def is_said() -> bool:
        assert process.poll() is None, log.read_text()
        return f"Fedora Hubs is at {address}/" in log.read_text(errors="replace")

    wait_until(is_said, log.read_text)
    yield address
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0, log.read_text()
    assert not members(process.pid)
    assert not servers_in(folder)
    assert "Traceback" not in log.read_text()


def servers_in(folder: Path) -> list[str]:
    """Give the processes that run in a folder or name it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            said = (entry / "cmdline").read_bytes().decode(errors="replace")
            place = str((entry / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in said or place.startswith(str(folder)):
            found.append(f"{entry.name}: {said} in {place}")
    return found


def get(address: str, **headers: str) -> tuple[bytes, Message]:
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        assert answer.status == 200
        return answer.read(), answer.headers


def test_it_serves_a_styled_page(demo: str) -> None:
    page, _ = get(f"{demo}/")
    assert b"Lantern Kernel" in page
    style = re.search(r'<link rel="stylesheet" href="([^"]+)"', page.decode())
    assert style is not None
    css, headers = get(demo + style[1], **{"Accept-Encoding": "br"})
    assert len(css) > 3000
    assert headers["Content-Type"].startswith("text/css")
    assert headers["Content-Encoding"] == "br"
    assert "immutable" in headers["Cache-Control"]
