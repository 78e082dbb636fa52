"""The simulated bus, heard through a real ZeroMQ subscriber."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from twisted.internet import reactor
from twisted.internet.task import Clock

from hubs.demo.bus import PAST, SimulatedBus
from hubs.demo.fedmsg_socket import SocketError
from tests.demo.listener import Listener, turn

NOW = 1_795_000_000.0
ANY_PORT = "tcp://127.0.0.1:*"


class Play:
    """A bus with everything around it."""

    def __init__(self, history: int, endpoint: str = ANY_PORT) -> None:
        self.clock = Clock()
        self.clock.advance(NOW)
        self.said: list[str] = []
        self.bus = SimulatedBus(
            endpoint,
            reactor,
            self.clock,
            chance=random.Random(7),
            history=history,
            interval=4.0,
            say=self.said.append,
        )
        self.bus.startService()

    def listener(self) -> Listener:
        return Listener(self.bus.address)


@pytest.fixture
def play() -> Iterator[Play]:
    play = Play(history=120)
    yield play
    play.bus.stopService()


@pytest.fixture
def listener(play: Play) -> Iterator[Listener]:
    listener = play.listener()
    yield listener
    listener.leave()


async def test_the_first_listener_hears_the_whole_history_in_order(
    play: Play, listener: Listener
) -> None:
    messages = await listener.hears(120)
    times = [envelope["timestamp"] for _, envelope in messages]
    assert times == sorted(times)
    assert NOW - PAST <= times[0] < NOW - PAST / 2
    assert times[-1] <= NOW
    assert [envelope["i"] for _, envelope in messages] == list(range(1, 121))
    assert play.said == [
        "The simulated bus told of 120 past events, and tells of a new event every 4 seconds."
    ]


async def test_every_message_has_the_envelope_of_fedmsg(listener: Listener) -> None:
    keys = {"i", "timestamp", "msg_id", "topic", "username", "msg", "headers"}
    keys |= {"source_name", "source_version"}
    ids = set()
    for topic, envelope in await listener.hears(120):
        assert keys == set(envelope)
        assert envelope["topic"] == topic
        assert topic.startswith(("org.fedoraproject.dev.", "io.pagure.dev.pagure."))
        assert envelope["msg_id"].startswith("2026-")
        ids.add(envelope["msg_id"])
    assert len(ids) == 120


async def test_after_the_history_comes_one_message_an_interval(
    play: Play, listener: Listener
) -> None:
    await listener.hears(120)
    play.clock.advance(3.9)
    play.clock.advance(0.2)
    messages = await listener.hears(121)
    assert messages[120][1]["timestamp"] == pytest.approx(NOW + 4.1)
    for _ in range(3):
        play.clock.advance(4)
    assert len(await listener.hears(124)) == 124


async def test_what_was_slept_through_did_not_happen(play: Play, listener: Listener) -> None:
    await listener.hears(120)
    play.clock.advance(4000)
    play.clock.advance(4)
    assert len(await listener.hears(122)) == 122


async def test_nothing_is_published_before_somebody_listens(play: Play) -> None:
    play.clock.advance(400)
    assert play.said == []
    listener = play.listener()
    first = (await listener.hears(120))[0][1]
    assert first["i"] == 1
    listener.leave()


async def test_a_second_listener_hears_only_what_is_new(play: Play, listener: Listener) -> None:
    await listener.hears(120)
    late = play.listener()
    while not late.messages:
        play.clock.advance(4)
        await turn()
    assert late.messages[0][1]["i"] > 120
    late.leave()


async def test_the_same_chance_plays_the_same_play(play: Play, listener: Listener) -> None:
    again = Play(history=120)
    other = again.listener()
    assert await listener.hears(120) == await other.hears(120)
    other.leave()
    again.bus.stopService()


async def test_a_bus_that_is_stopped_is_silent_and_its_port_free(
    play: Play, listener: Listener
) -> None:
    await listener.hears(120)
    address = play.bus.address
    play.bus.stopService()
    play.clock.advance(400)
    assert play.clock.getDelayedCalls() == []
    play.bus.startService()
    again = Play(history=0, endpoint=address)
    assert again.bus.address == address
    again.bus.stopService()


async def test_a_listener_that_comes_back_does_not_begin_it_again(play: Play) -> None:
    first = play.listener()
    await first.hears(120)
    first.leave()
    second = play.listener()
    while not second.messages:
        play.clock.advance(4)
        await turn()
    assert second.messages[0][1]["i"] > 120
    assert len(play.said) == 1
    second.leave()


async def test_an_endpoint_that_is_taken_is_named_in_one_line(play: Play) -> None:
    with pytest.raises(SocketError, match=r"Address already in use \(addr='tcp://"):
        Play(history=0, endpoint=play.bus.address)
