"""What systemd is told, on a real socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.testing import MemoryReactorClock
from twisted.logger import capturedLogs

from hubs.watch.systemd import Notifier, Notifying, environment_of_children


class Systemd:
    """The end of the socket at which systemd listens."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0{address[1:]}" if address.startswith("@") else address)
        self.socket.setblocking(False)

    def heard(self) -> list[str]:
        """Give what it was told since it was asked last."""
        states = []
        while True:
            try:
                states.append(self.socket.recv(1024).decode())
            except BlockingIOError:
                return states


@pytest.fixture(params=["path", "abstract"])
def systemd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Systemd]:
    address = {"path": str(tmp_path / "notify"), "abstract": f"@hubs-test-{os.getpid()}"}
    systemd = Systemd(address[request.param])
    yield systemd
    systemd.socket.close()


def notifying(environment: dict[str, str]) -> tuple[Notifying, Any]:
    reactor = MemoryReactorClock()
    return Notifying(environment, 12, reactor, reactor), reactor


def test_it_is_told_of_start_life_and_end(systemd: Systemd) -> None:
    environment = {"NOTIFY_SOCKET": systemd.address, "WATCHDOG_USEC": "20000000"}
    service, reactor = notifying({**environment, "WATCHDOG_PID": "12"})
    service.startService()
    assert systemd.heard() == []
    reactor.run()
    assert systemd.heard() == ["READY=1", "WATCHDOG=1"]
    reactor.advance(9)
    assert systemd.heard() == []
    reactor.advance(1)
    assert systemd.heard() == ["WATCHDOG=1"]
    service.stopService()
    assert systemd.heard() == ["STOPPING=1"]
    assert not reactor.getDelayedCalls()


@pytest.mark.parametrize(
    "watchdog",
    [
        {},
        {"WATCHDOG_USEC": "0"},
        {"WATCHDOG_USEC": "soon"},
        {"WATCHDOG_USEC": "20000000", "WATCHDOG_PID": "13"},
    ],
)
def test_who_has_no_watchdog_says_only_that_it_is_ready(
    systemd: Systemd, watchdog: dict[str, str]
) -> None:
    service, reactor = notifying({"NOTIFY_SOCKET": systemd.address, **watchdog})
    service.startService()
    reactor.run()
    assert systemd.heard() == ["READY=1"]
    assert not reactor.getDelayedCalls()


def test_without_systemd_nobody_is_told() -> None:
    service, reactor = notifying({"WATCHDOG_USEC": "20000000"})
    with capturedLogs() as logged:
        service.startService()
        reactor.run()
        service.stopService()
    assert not logged


def test_a_systemd_that_does_not_listen_stops_nobody(tmp_path: Path) -> None:
    service, reactor = notifying({"NOTIFY_SOCKET": str(tmp_path / "nowhere")})
    with capturedLogs() as logged:
        service.startService()
        reactor.run()
    assert [event["state"] for event in logged] == ["READY=1"]


def test_a_full_socket_does_not_block(systemd: Systemd) -> None:
    notifier = Notifier(systemd.address)
    with pytest.raises(BlockingIOError):
        for _ in range(100_000):
            notifier.send("WATCHDOG=1")


def test_children_are_not_told_of_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/x")
    monkeypatch.setenv("WATCHDOG_USEC", "1")
    monkeypatch.setenv("LANTERN", "lit")
    environment = environment_of_children()
    assert environment["LANTERN"] == "lit"
    assert not {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"} & set(environment)
