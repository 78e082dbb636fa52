"""The units that are shipped, as systemd itself reads them; and a process as systemd starts it."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from hubs.cli.main import main
from hubs.twistd_plugins.handover import START_SECONDS
from tests.ports import free_port
from tests.processes import BIN, run
from tests.systemd import Started
from tests.until import PATIENCE

UNITS = Path(__file__).parents[2] / "etc" / "systemd"
SERVICES = sorted(file.name for file in UNITS.glob("*.service"))
TIMERS = sorted(file.name for file in UNITS.glob("*.timer"))
#: The services of the operators' page.
NAMED = (
    "fedora-hubs-webapp.service",
    "fedora-hubs-triage@.service",
    "fedora-hubs-worker@.service",
    "fedora-hubs-sse.service",
    "fedora-hubs-listener.service",
)


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Give a folder with the units, which start the programs of this environment."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for file in folder.glob("*.service"):
        text = file.read_text().replace("/usr/bin/", f"{BIN}/")
        file.write_text(text)
        if "@." in file.name:
            (folder / file.name.replace("@.", "@5.")).write_text(text)
    return folder


def analyze(*words: str | Path, units: Path) -> str:
    done = subprocess.run(
        ["systemd-analyze", *words],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def read(name: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read(UNITS / name)
    return parser


def test_every_service_of_the_operators_page_is_there() -> None:
    assert set(NAMED) <= set(SERVICES)


def test_systemd_finds_nothing_wrong(units: Path) -> None:
    files = [
        file
        for kind in ("service", "socket", "target", "timer")
        for file in units.glob(f"*.{kind}")
        if "@." not in file.name
    ]
    assert len(files) == 12
    said = analyze("verify", *files, units=units)
    assert not [line for line in said.splitlines() if str(units) in line], said


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_shut_in(name: str, units: Path) -> None:
    said = analyze("security", "--offline=yes", "--no-pager", units / name, units=units)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+) (\w+)", said)
    assert found, said
    assert float(found[1]) <= 2.0
    assert found[2] == "OK"


def test_the_daemons_wrap_twistd_in_the_foreground_and_tell_systemd_how_they_are() -> None:
    for name in NAMED:
        service = read(name)["Service"]
        assert service["ExecStart"].startswith("/usr/bin/twistd --nodaemon --pidfile= hubs-")
        assert service["Type"] == "notify"
        assert int(service["WatchdogSec"]) >= 10
        assert read(name)["Install"]["WantedBy"] == "fedora-hubs.target"


def test_those_with_a_socket_hand_it_over_and_systemd_hears_their_main_process_alone() -> None:
    for name in NAMED:
        service = read(name)["Service"]
        assert ("Sockets" in service) == ("kill -HUP $MAINPID" in service.get("ExecReload", ""))
        assert service["NotifyAccess"] == "main"
        assert int(service["TimeoutStartSec"]) > START_SECONDS


def test_a_restart_of_all_leaves_the_sockets_open() -> None:
    """What ``systemctl restart fedora-hubs-\\*`` matches are services alone, and the timers."""
    names = [file.name for file in UNITS.iterdir()]
    sockets = [name for name in names if name.endswith(".socket")]
    assert len(sockets) == 2
    assert not [name for name in sockets if name.startswith("fedora-hubs-")]
    for name in sockets:
        service = read(name)["Socket"]["Service"]
        assert read(service)["Service"]["Sockets"] == name
        assert "PartOf" not in read(name)["Unit"]


def test_four_of_each_worker_are_enabled_by_default() -> None:
    lines = (UNITS / "90-fedora-hubs.preset").read_text().splitlines()
    assert "enable fedora-hubs-triage@.service 1 2 3 4" in lines
    assert "enable fedora-hubs-worker@.service 1 2 3 4" in lines
    enabled = {line.split()[1] for line in lines if line.startswith("enable ")}
    kinds = (".service", ".socket", ".target", ".timer")
    shipped = {file.name for file in UNITS.iterdir() if file.suffix in kinds}
    assert enabled == shipped - {timer.replace(".timer", ".service") for timer in TIMERS}


@pytest.mark.parametrize("timer", TIMERS)
def test_each_timer_runs_a_command_that_there_is(timer: str) -> None:
    words = read(timer.replace(".timer", ".service"))["Service"]["ExecStart"].split()
    assert words[0] == "/usr/bin/fedora-hubs"
    command = main
    for word in words[1:]:
        command = command.get_command(None, word)  # type: ignore[arg-type,assignment]
        assert command is not None


@pytest.fixture
def started(tmp_path: Path, database_url: str, redis_server: str) -> Iterator[Started]:
    config = tmp_path / "hubs.toml"
    config.write_text(
        f"[database]\nurl = '{database_url}'\npool_size = 2\n"
        f"[redis]\nurl = '{redis_server}'\n"
        f"[cache]\nfolder = '{tmp_path / 'cache'}'\n"
        f"[watch]\nlisten = 'tcp:{free_port()}:interface=127.0.0.1'\n"
    )
    started = Started(tmp_path, config)
    yield started
    started.close()


def test_without_the_socket_it_says_so_in_one_line(started: Started) -> None:
    wrong = run(
        *("twistd", "-n", "--pidfile=", "hubs-sse", "-c", started.config),
        FEDORA_HUBS_SSE__LISTEN="systemd:domain=INET:index=0",
    )
    assert wrong.returncode == 1
    assert "sse.listen: got 'systemd:domain=INET:index=0', expected" in wrong.stdout + wrong.stderr
    assert "Traceback" not in wrong.stdout + wrong.stderr


@pytest.mark.parametrize(
    ("command", "setting"),
    [("hubs-web", "FEDORA_HUBS_WEB__LISTEN"), ("hubs-sse", "FEDORA_HUBS_SSE__LISTEN")],
)
def test_it_takes_the_socket_and_tells_when_it_is_ready_lives_and_stops(
    started: Started, command: str, setting: str
) -> None:
    process = started.start(command, setting)
    try:
        assert started.hears() == "READY=1"
        assert started.hears() == "WATCHDOG=1"
        with urllib.request.urlopen(f"{started.url}/readyz", timeout=PATIENCE) as answer:
            assert answer.status == 200
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == -signal.SIGTERM
    # It lives for as long as a slow machine takes to ask it.
    while (heard := started.hears()) == "WATCHDOG=1":
        pass
    assert heard == "STOPPING=1"
