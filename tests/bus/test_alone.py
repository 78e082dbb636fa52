"""No reader asks the network, nor any file, for anything while it reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.bus.read_everything import ASKED
from tests.until import PATIENCE

ROOT = Path(__file__).parent.parent.parent


def run(*words: str, program: str = "") -> subprocess.CompletedProcess[str]:
    what = ["-c", program] if program else ["-m", "tests.bus.read_everything", *words]
    return subprocess.run(
        [sys.executable, "-W", "ignore", *what],
        cwd=ROOT,
        # To measure coverage, a process opens a file at its end.
        env={name: value for name, value in os.environ.items() if "COVERAGE" not in name},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_whoever_is_cut_off_reads_the_same() -> None:
    free, alone = run(), run("alone")
    assert alone.returncode == 0, alone.stderr
    merged, *found = json.loads(alone.stdout)
    assert len(found) > 850
    assert len(merged) > 20
    for one, other in zip([merged, *found], json.loads(free.stdout), strict=True):
        assert one == other


@pytest.mark.parametrize(
    "asking",
    [
        "import socket; socket.create_connection(('127.0.0.1', 1))",
        "import socket; socket.getaddrinfo('hubs.example', 80)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:1/')",
    ],
)
def test_who_asks_does_not_live_to_catch_it(asking: str) -> None:
    statement, _, call = asking.partition("; ")
    program = (
        f"{statement}\nfrom tests.bus.read_everything import be_alone\nbe_alone()\n"
        f"try:\n    {call}\nexcept Exception: pass\n"
    )
    assert run(program=program).returncode == ASKED


def test_a_start_does_not_wait_for_a_grammar_that_nobody_asks() -> None:
    assert distribution("rfc3987-syntax")
    program = (
        "import sys, hubs.bus.schemas; sys.exit('rfc3987_syntax.syntax_helpers' in sys.modules)"
    )
    assert run(program=program).returncode == 0
