"""Logs for programs."""

from __future__ import annotations

import io
import json
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from twisted.logger import ILogObserver, Logger
from twisted.python.failure import Failure

from hubs.watch.logs import Journal, JsonLines, LogError, observer


def logger(observer: ILogObserver) -> Logger:
    return Logger(namespace="hubs.lamps", observer=observer)


def failure() -> Failure:
    return Failure(ValueError("no lamps\nno light"))


def test_each_event_is_a_line_of_json_with_all_its_fields() -> None:
    out = io.StringIO()
    lamps = logger(JsonLines("hubs-worker", out))
    lamps.info("Took {bus_message}\nnow", bus_message="2026-ž", count=3, thing=object(), logger="x")
    lamps.failure("It broke: {error}", failure(), error=ValueError("no"))
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert first.pop("time").endswith("+00:00")
    assert first == {
        "bus_message": "2026-ž",
        "count": 3,
        "level": "info",
        "service": "hubs-worker",
        "logger": "hubs.lamps",
        "text": "Took 2026-ž\nnow",
    }
    assert second["level"] == "critical"
    assert second["error"] == "ValueError: no"
    assert "no lamps" in second["traceback"]


def test_the_lines_of_processes_it_keeps_running_stay_as_they_are() -> None:
    out = io.StringIO()
    lamps = Logger("twisted.runner.procmon.ProcessMonitor", observer=JsonLines("hubs-worker", out))
    lamps.info("[{tag}] {line}", tag="hubs-worker-1", line='{"text": "mine"}', stream="stdout")
    lamps.info("[{tag}] {line}", tag="hubs-worker-1", line="a warning", stream="stderr")
    first, second = out.getvalue().splitlines()
    assert first == '{"text": "mine"}'
    assert json.loads(second)["text"] == "[hubs-worker-1] a warning"


def test_what_is_less_than_the_level_is_left_out() -> None:
    out = io.StringIO()
    for form in ("text", "json"):
        lamps = logger(observer(form, "warn", "hubs-web", out))
        lamps.info("not this")
        lamps.warn("but this")
    assert out.getvalue().count("but this") == 2
    assert "not this" not in out.getvalue()


class JournalSocket:
    """The end of the socket at which the journal listens."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(path))
        self.writer = Journal("hubs-worker", path)

    def entry(self) -> dict[str, str]:
        """Read an entry as https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ has it."""
        data, files, _, _ = socket.recv_fds(self.socket, 1 << 20, 1)
        if files:
            with os.fdopen(files[0], "rb") as file:
                file.seek(0)
                data = file.read()
        fields = {}
        while data:
            line, _, data = data.partition(b"\n")
            name, equals, value = line.partition(b"=")
            if not equals:
                [length] = struct.unpack("<Q", data[:8])
                value, data = data[8 : 8 + length], data[8 + length + 1 :]
            fields[name.decode()] = value.decode()
        return fields


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[JournalSocket]:
    journal = JournalSocket(tmp_path / "journal")
    yield journal
    journal.writer._transport.socket.close()
    journal.socket.close()


def test_each_event_is_an_entry_of_the_journal(journal: JournalSocket) -> None:
    lamps = logger(journal.writer)
    lamps.warn("Took {bus_message}\nnow", bus_message="2026-ž", count=3)
    assert journal.entry() == {
        "MESSAGE": "Took 2026-ž\nnow",
        "PRIORITY": "4",
        "SYSLOG_IDENTIFIER": "hubs-worker",
        "LOGGER": "hubs.lamps",
        "HUBS_BUS_MESSAGE": "2026-ž",
        "HUBS_COUNT": "3",
    }
    lamps.failure("It broke", failure())
    assert "no light" in journal.entry()["TRACEBACK"]


def test_a_long_entry_comes_whole(journal: JournalSocket) -> None:
    logger(journal.writer).info("{text}", text="x" * 500_000)
    assert journal.entry()["MESSAGE"] == "x" * 500_000


def test_a_full_journal_blocks_nobody_and_is_told_what_it_missed(journal: JournalSocket) -> None:
    lamps = logger(journal.writer)
    for number in range(2000):
        lamps.info("{number}", number=number)
    first = journal.entry()
    assert first["MESSAGE"] == "0"
    journal.socket.setblocking(False)
    taken = 1
    while True:
        try:
            journal.entry()
        except BlockingIOError:
            break
        taken += 1
    lamps.info("again")
    assert int(journal.entry()["HUBS_LOST_BEFORE"]) == 2000 - taken


def test_without_a_journal_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=f"there is no journal at {tmp_path}/nowhere: No such file"):
        Journal("hubs-worker", tmp_path / "nowhere")
