"""Replaying a file, heard through a real ZeroMQ subscriber."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from twisted.internet import reactor
from twisted.internet.task import Clock

from hubs.demo.envelope import LONGEST_LINE
from hubs.demo.fedmsg_socket import SocketError
from hubs.demo.replay import ReplayBus
from tests.demo.listener import Listener, turn, until


def fedmsg(number: int) -> dict[str, object]:
    return {"topic": f"org.example.dev.count.{number}", "msg": {"n": number}, "msg_id": str(number)}


class Replay:
    """A replay with everything around it."""

    def __init__(self, path: Path, lines: Iterable[object], rate: float = 10.0) -> None:
        with path.open("wb") as file:
            for line in lines:
                file.write(line if isinstance(line, bytes) else json.dumps(line).encode())
                file.write(b"\n")
        self.path = path
        self.clock = Clock()
        self.said: list[str] = []
        self.bus = ReplayBus(
            path,
            "tcp://127.0.0.1:*",
            reactor,
            self.clock,
            rate=rate,
            say=self.said.append,
        )
        self.bus.startService()
        self.listener = Listener(self.bus.address)

    async def begun(self) -> None:
        await until(lambda: bool(self.said))

    def end(self) -> None:
        self.listener.leave()
        self.bus.stopService()


@pytest.fixture
def replays(tmp_path: Path) -> Iterator[list[Replay]]:
    replays: list[Replay] = []
    yield replays
    for replay in replays:
        replay.end()


async def test_lines_are_published_in_order_as_they_are_at_the_rate(
    tmp_path: Path, replays: list[Replay]
) -> None:
    replay = Replay(tmp_path / "file", [fedmsg(n) for n in range(40)])
    replays.append(replay)
    await replay.begun()
    assert replay.said == [f"Replaying {replay.path} at 10 messages a second."]
    replay.clock.advance(2.05)
    messages = await replay.listener.hears(20)
    assert messages == [(f"org.example.dev.count.{n}", fedmsg(n)) for n in range(20)]
    replay.clock.advance(2.1)
    assert len(await replay.listener.hears(40)) == 40
    assert replay.said[1:] == [f"Replayed all of {replay.path}: 40 messages; 0 bad lines left out."]


async def test_nothing_is_lost_before_somebody_listens(
    tmp_path: Path, replays: list[Replay]
) -> None:
    replay = Replay(tmp_path / "file", [fedmsg(1)])
    replays.append(replay)
    replay.clock.advance(60)
    await replay.begun()
    replay.clock.advance(1)
    assert (await replay.listener.hears(1))[0][1] == fedmsg(1)


async def test_a_message_from_datagrepper_gets_an_envelope(
    tmp_path: Path, replays: list[Replay]
) -> None:
    listed = {
        "id": "9b4a5c0e-0000-4000-8000-000000000001",
        "topic": "org.fedoraproject.prod.bodhi.update.comment",
        "body": {"comment": {"text": "works"}},
        "headers": {"sent-at": "2026-11-20T10:00:00+00:00", "fedora_messaging_schema": "x"},
    }
    replay = Replay(tmp_path / "file", [listed, {**listed, "headers": None}])
    replays.append(replay)
    await replay.begun()
    replay.clock.advance(1)
    [(topic, first), (_, second)] = await replay.listener.hears(2)
    assert topic == first["topic"] == listed["topic"]
    assert first["msg"] == listed["body"]
    assert first["msg_id"] == listed["id"]
    assert first["headers"] == listed["headers"]
    assert first["timestamp"] == 1795168800.0
    assert "timestamp" not in second


BAD = {
    b"no json": "expected a bus message as JSON, got what is none (Expecting value: line 1",
    b'{"topic": "a", "msg": "\xff"}': "expected a bus message as JSON, got what is none ('utf-8'",
    b"[" * 200_000: "expected a bus message as JSON, got what is none (maximum recursion",
    b'["topic"]': "expected a JSON object with a topic",
    b'{"msg": {}}': "expected a JSON object with a topic",
    b'{"topic": 3, "msg": {}}': "expected a JSON object with a topic",
    b'{"topic": "a", "msg": "b"}': "expected the message as an object named msg (fedmsg) or body",
    b'{"topic": "' + b"a" * LONGEST_LINE: "expected a bus message of less than 16777216 bytes",
}


@pytest.mark.parametrize("line", BAD, ids=range(len(BAD)))
async def test_a_bad_line_is_told_of_in_one_line_and_left_out(
    tmp_path: Path, replays: list[Replay], line: bytes
) -> None:
    replay = Replay(tmp_path / "file", [fedmsg(1), b" ", line, fedmsg(2)])
    replays.append(replay)
    await replay.begun()
    replay.clock.advance(1)
    assert [message for _, message in await replay.listener.hears(2)] == [fedmsg(1), fedmsg(2)]
    assert replay.said[1].startswith(f"{replay.path}:3: {BAD[line]}")
    assert "\n" not in replay.said[1]
    assert replay.said[2] == f"Replayed all of {replay.path}: 2 messages; 1 bad lines left out."


async def test_the_progress_is_told_every_ten_seconds(
    tmp_path: Path, replays: list[Replay]
) -> None:
    replay = Replay(tmp_path / "file", [fedmsg(n) for n in range(300)], rate=8)
    replays.append(replay)
    await replay.begun()
    for _ in range(8 * 25):
        replay.clock.advance(1 / 8)
    await replay.listener.hears(200)
    assert [line.split(" of ")[0] for line in replay.said[1:]] == [
        "Replayed 80 messages",
        "Replayed 160 messages",
    ]


async def test_a_listener_that_is_far_behind_misses_nothing(
    tmp_path: Path, replays: list[Replay]
) -> None:
    lines = ({**fedmsg(n), "filling": "x" * 20_000} for n in range(3_000))
    replay = Replay(tmp_path / "file", lines, rate=1_000_000)
    replays.append(replay)
    await replay.begun()
    replay.clock.advance(1)  # Far more is due now than the sockets between us hold.
    assert replay.bus._sent < 3_000
    while len(replay.listener.messages) < 3_000:
        replay.clock.advance(0.001)
        await turn()
    assert [message["msg"]["n"] for _, message in replay.listener.messages] == list(range(3_000))


async def test_the_file_is_read_a_line_at_a_time(tmp_path: Path, replays: list[Replay]) -> None:
    lines = [{**fedmsg(n), "filling": "x" * 10_000} for n in range(500)]
    replay = Replay(tmp_path / "file", lines)
    replays.append(replay)
    await replay.begun()
    replay.clock.advance(0.15)
    await replay.listener.hears(1)
    with replay.path.open("ab") as file:
        file.write(b"the end\n")
    for _ in range(501):
        replay.clock.advance(0.1)
    assert replay.said[-2].startswith(f"{replay.path}:501: expected")


async def test_a_later_listener_does_not_begin_it_again(
    tmp_path: Path, replays: list[Replay]
) -> None:
    replay = Replay(tmp_path / "file", [fedmsg(1)])
    replays.append(replay)
    await replay.begun()
    replay.clock.advance(1)
    await replay.listener.hears(1)
    said = list(replay.said)
    replay.listener.leave()
    replay.listener = Listener(replay.bus.address)
    while not replay.listener.messages:
        replay.bus._socket.publish("org.example.dev.late", b"{}")
        await turn()
    replay.clock.advance(60)
    assert replay.said == said


def test_a_file_that_is_not_there_is_named_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "missing"
    bus = ReplayBus(path, "tcp://127.0.0.1:*", reactor, Clock(), say=print)
    with pytest.raises(SocketError, match=r"Cannot replay \S+/missing: No such file or directory$"):
        bus.startService()
