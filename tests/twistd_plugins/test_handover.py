"""A reload while everybody asks: the next process takes the sockets before this one leaves them."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import treq
from twisted.internet import reactor
from twisted.internet.task import Clock
from twisted.internet.threads import deferToThread
from twisted.logger import capturedLogs
from twisted.web.client import Agent
from twisted.web.resource import Resource
from twisted.web.server import Site

from hubs.database.hub_store import HubStore
from hubs.model.hub import Hub, HubType
from hubs.redis import Redis
from hubs.twistd_plugins.handover import START_SECONDS, Handover
from hubs.twistd_plugins.listening import Listening
from hubs.watch.systemd import Notifying
from tests.ports import free_port
from tests.processes import freeze
from tests.systemd import Orphan, Started
from tests.twistd_plugins.load import (
    LOOKERS,
    SSE,
    WEB,
    Load,
    Lookers,
    asking,
    ended,
    ready,
)
from tests.until import PATIENCE, until


async def heard(started: Started) -> dict[str, str]:
    """Give what systemd is told next of something else than life."""
    while (said := await deferToThread(started.hears)) == "WATCHDOG=1":
        pass
    return dict(line.split("=", 1) for line in said.splitlines())


async def next_main(started: Started) -> Orphan:
    """Wait until systemd is told of another main process."""
    assert (await heard(started))["RELOADING"] == "1"
    said = await heard(started)
    assert said["READY"] == "1"
    assert said["WATCHDOG"] == "1"
    return Orphan(int(said["MAINPID"]))


async def gone(started: Started, process: Orphan) -> None:
    process.send_signal(signal.SIGTERM)
    assert await heard(started) == {"STOPPING": "1"}
    await deferToThread(process.wait, PATIENCE)
    # It alone has said so, and not the one before it.
    assert not started.has_more_to_hear


async def test_under_load_the_next_process_answers_while_the_one_before_it_is_still_there(
    web: Started, sse: Started, agent: Agent, hub_store: HubStore, redis: Redis
) -> None:
    hub = await hub_store.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    watched = free_port()
    watch = f"tcp:{watched}:interface=127.0.0.1"
    old = [web.start(*WEB, FEDORA_HUBS_WATCH__LISTEN=watch), sse.start(*SSE)]
    await ready(web, sse)
    lookers = Lookers(sse.url, hub.id, redis)
    await lookers.tell()
    await until(lookers.server_has_caught_up)
    await lookers.come()
    in_hand = await asking(web, "/healthz", end="")
    load = Load(agent, f"{web.url}/t/lamps/")
    await load.some_more()
    await lookers.tell()
    for process in old:
        process.send_signal(signal.SIGHUP)
    new_web = await next_main(web)
    # Else systemd would not wait for its end.
    assert new_web.parent != old[0].pid
    # It cannot be gone, and cannot answer: so it is the next one that does.
    freeze([old[0].pid])
    late = await asking(web, "/healthz")
    await late.until_received(b"alive")
    assert old[0].poll() is None
    in_hand.connection.write(b"\r\n")
    old[0].send_signal(signal.SIGHUP)
    old[0].send_signal(signal.SIGCONT)
    await in_hand.until_closed()
    assert "alive" in in_hand.body
    # Not before: it may take longer than what is in hand has time.
    new_sse = await next_main(sse)
    for process in old:
        assert await deferToThread(process.wait, PATIENCE) == 0
    assert web.log.count("SIGHUP is ignored") == 1
    await lookers.tell()
    await lookers.leave()
    await until(lookers.server_has_caught_up)
    await lookers.come()
    await lookers.tell()
    await lookers.hear()
    await load.some_more()
    await load.end()
    await until(lambda: _answers(agent, f"http://127.0.0.1:{watched}/healthz"))
    late.connection.loseConnection()
    await gone(web, new_web)
    await gone(sse, new_sse)
    await lookers.leave()
    assert len(load.answers) == load.asked
    assert set(load.answers) == {200}
    assert [looker.heard for looker in lookers.all] == [lookers.told[1:]] * LOOKERS
    assert len({looker.retries[0] for looker in lookers.all}) > LOOKERS // 2


async def _answers(agent: Agent, url: str) -> bool:
    try:
        response = await agent.request(b"GET", url.encode())
    except Exception:
        return False
    return bool(await treq.json_content(response) == {"status": "alive"})


async def test_one_that_cannot_start_changes_nothing_and_the_next_one_takes_over(
    web: Started,
) -> None:
    process = web.start(*WEB)
    await ready(web)
    right = web.config.read_text()
    web.config.write_text(f"{right}[lamps]\nlit = true\n")
    process.send_signal(signal.SIGHUP)
    assert (await heard(web))["RELOADING"] == "1"
    assert await heard(web) == {
        "READY": "1",
        "STATUS": "The next process could not take over; see the log",
    }
    served = await asking(web, "/healthz")
    await served.until_received(b"alive")
    assert process.poll() is None
    assert "hubs-web: " in web.log
    assert web.log.count("could not take over") == 1
    web.config.write_text(right)
    process.send_signal(signal.SIGHUP)
    successor = await next_main(web)
    assert await deferToThread(process.wait, PATIENCE) == 0
    served = await asking(web, "/healthz")
    await served.until_received(b"alive")
    await gone(web, successor)


async def test_without_a_socket_of_systemds_it_says_that_it_takes_a_restart(sse: Started) -> None:
    process = sse.start(*SSE, where="tcp:0:interface=127.0.0.1")
    await ready(sse)
    process.send_signal(signal.SIGHUP)
    await until(lambda: "SIGHUP is ignored, and only a restart" in sse.log)
    await ended(process)


class Ours(Listening):
    """Holds a socket that systemd has given us."""

    @property
    def inherited(self) -> dict[int, int]:
        return {3: 0}


class Watched(Clock):
    """The reactor, with a clock that is set by hand; its next process never becomes ready."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file

    def callFromThread(self, call: Any) -> None:
        reactor.callFromThread(call)  # type: ignore[attr-defined]

    def spawnProcess(self, protocol: Any, program: str, words: list[str], **more: Any) -> Any:
        assert words[-len(sys.orig_argv) :] == sys.orig_argv
        del words[-len(sys.orig_argv) :]
        words += ["sh", "-c", f"echo $$ > {self._file}; exec sleep 1000"]
        return reactor.spawnProcess(protocol, program, words, **more)

    async def process(self) -> Orphan:
        """Wait until there is a next process."""
        await until(lambda: self._file.exists() and self._file.read_text().endswith("\n"))
        return Orphan(int(self._file.read_text()))


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[tuple[Handover, Watched]]:
    """Give one that was asked, and what it runs on."""
    before = signal.getsignal(signal.SIGHUP)
    monkeypatch.setenv("LISTEN_FDNAMES", "hubs")
    clock: Any = Watched(tmp_path / "pid")
    ours = Ours("web.listen", "tcp:0", Site(Resource()), reactor)
    handover = Handover([ours], Notifying({}, 1, clock, clock), clock)
    handover.startService()
    os.kill(os.getpid(), signal.SIGHUP)
    yield handover, clock
    signal.signal(signal.SIGHUP, before)


async def test_one_that_hangs_is_ended_after_a_time(hung: tuple[Handover, Watched]) -> None:
    _, clock = hung
    process = await clock.process()
    clock.advance(START_SECONDS - 1)
    with capturedLogs() as logged:
        clock.advance(1)
        await deferToThread(process.wait, PATIENCE)
        await until(lambda: bool(logged))
    assert "serves on" in logged[0]["log_format"]


async def test_who_stops_ends_the_one_that_is_not_ready(hung: tuple[Handover, Watched]) -> None:
    handover, clock = hung
    process = await clock.process()
    with capturedLogs() as logged:
        await handover.stopService()
    await deferToThread(process.wait, PATIENCE)
    assert not logged
    assert not clock.getDelayedCalls()


async def test_who_stops_at_once_ends_it_too(hung: tuple[Handover, Watched]) -> None:
    handover, clock = hung
    await until(lambda: bool(clock.getDelayedCalls()))
    await handover.stopService()
    await until(lambda: not clock.getDelayedCalls())
