"""Commands of ours as real processes."""

from __future__ import annotations

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from tests.until import PATIENCE

BIN = Path(sys.executable).parent


def run(*command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a command from ``/`` to its end.

    Args:
        command: Its words; the first is a program beside our Python.
        more: Environment variables.

    Returns:
        What it said, and its exit status.
    """
    program, *words = command
    return subprocess.run(
        [BIN / program, *words],
        cwd="/",
        env={**os.environ, **more},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def on_terminal(*command: str | Path, **more: str) -> str:
    """Run a command to its good end, as somebody who looks at it does.

    Args:
        command: Its words; the first is a program beside our Python.
        more: Environment variables.

    Returns:
        What they saw.
    """
    program, *words = command
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [BIN / program, *words],
        cwd="/",
        env={**os.environ, **more},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    # When nobody has the other end any more, it is an error.
    with contextlib.suppress(OSError):
        while part := os.read(ours, 4096):
            seen += part
    os.close(ours)
    assert process.wait(PATIENCE) == 0, seen.decode()
    return seen.decode()


@contextlib.contextmanager
def running(
    *command: str | Path, log: Path, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command from ``/`` in a process group of its own; it is killed at the end.

    Args:
        command: Its words; the first is a program beside our Python.
        log: Where what it says goes.
        env: More environment variables.

    Yields:
        The process.
    """
    program, *words = command
    with log.open("wb") as output:
        process = subprocess.Popen(
            [BIN / program, *words],
            cwd="/",
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if members(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def members(group: int) -> set[int]:
    """Give the processes of a process group that are alive.

    Args:
        group: Its number.

    Returns:
        Their numbers.
    """
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, pgrp, *_ = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(pgrp) == group and state != "Z":
            found.add(int(stat.parent.name))
    return found


def freeze(processes: Collection[int]) -> None:
    """Stop processes as Ctrl-Z does, and wait until each of their threads stands still.

    The signal alone is not enough: for a moment another thread may still answer.

    Args:
        processes: Their numbers.

    Raises:
        TimeoutError: One of them runs on.
    """
    for number in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(number, signal.SIGSTOP)
    deadline = time.monotonic() + PATIENCE
    while moving := [number for number in processes if _moves(number)]:
        if time.monotonic() > deadline:
            raise TimeoutError(f"processes {moving} did not stop within {PATIENCE:.0f} seconds")
        os.sched_yield()


def _moves(process: int) -> bool:
    for stat in Path(f"/proc/{process}/task").glob("*/stat"):
        with contextlib.suppress(OSError):
            if stat.read_text().rpartition(")")[2].split()[0] not in "TtZX":
                return True
    return False
