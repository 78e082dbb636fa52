"""The demo, as a newcomer types it."""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.live.test_live_page import pushed
from tests.ports import free_port
from tests.processes import members, running
from tests.until import PATIENCE, wait_until


@contextmanager
def demo(folder: Path, *options: str | Path) -> Iterator[tuple[str, Path]]:
    """Run the demo until the end of the block; it must end by itself when interrupted."""
    port, log = free_port(), folder / "said"
    words = ("run", "demo", "--port", str(port), "--folder", folder / "var", *options)
    with running("fedora-hubs", *words, log=log) as process:
        address = f"http://127.0.0.1:{port}/"
        wait_until_said(log, address, process)
        yield address, log
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0, log.read_text()
        assert not members(process.pid)
    assert "Traceback" not in log.read_text()


def wait_until_said(log: Path, words: str, process: subprocess.Popen[bytes]) -> None:
    def is_said() -> bool:
        assert process.poll() is None, log.read_text()
        return words in log.read_text(errors="replace")

    wait_until(is_said, log.read_text)


def page(address: str) -> str:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


def wait_until_shown(address: str, words: str) -> None:
    wait_until(lambda: words in page(address), lambda: words)


def test_it_replays_a_file_and_names_its_bad_lines(servers_folder: Path) -> None:
    folder = servers_folder / "replay"
    folder.mkdir()
    file = folder / "messages.jsonl"
    lines = [json.dumps(pushed(1)), "no JSON {", json.dumps(pushed(2))]
    file.write_text("\n".join(lines))
    with demo(folder, "--replay", file, "--rate", "100") as (address, log):
        # Workers do several things at once, so either may be there first.
        for number in (1, 2):
            wait_until_shown(f"{address}t/lantern-kernel/", f"Change number {number}")
        assert f"{file}:2: " in log.read_text()


def test_a_second_start_has_the_same_data(servers_folder: Path) -> None:
    folder = servers_folder / "again"
    folder.mkdir()
    with demo(folder) as (address, log):
        wait_until_shown(f"{address}t/lantern-kernel/", "data-entry")
        assert "Invented some people and teams." in log.read_text()
    with demo(folder) as (address, log):
        assert "data-entry" in page(f"{address}t/lantern-kernel/")
        assert "Invented" not in log.read_text()
        assert "The database is up to date" in log.read_text()
