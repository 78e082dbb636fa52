"""A real fedmsg-hub with our consumer, between a real ZeroMQ publisher and a real Redis."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_twisted
from twisted.internet import reactor
from twisted.internet.threads import deferToThread
from txredisapi import RedisError

from hubs.config_file import CONFIG_VARIABLE
from hubs.demo.private_redis import PrivateRedis
from hubs.pipeline.queue import MESSAGES, Limits, Queue
from hubs.redis import Redis, connect
from tests.bus.authority import Authority
from tests.killable import RedisServer
from tests.live.publisher import BusPublisher
from tests.ports import free_port
from tests.processes import members, run, running
from tests.until import PATIENCE, until

CHECKOUT = Path(__file__).parent.parent.parent
TOPIC = "org.fedoraproject.prod.lamp.lit"


def envelope(number: int) -> dict[str, Any]:
    return {"topic": TOPIC, "msg_id": f"2026-{number}", "msg": {"lamp": number}}


@pytest.fixture
def publisher() -> Iterator[BusPublisher]:
    """Give a publisher on the bus."""
    publisher = BusPublisher()
    yield publisher
    publisher.close()


@pytest_twisted.async_yield_fixture
async def mortal(servers_folder: Path) -> AsyncIterator[tuple[PrivateRedis, str]]:
    """Give a running Redis that a test may stop, and its URL."""
    server = PrivateRedis(servers_folder / "mortal")
    url = server.start()
    redis = connect(url, reactor)
    await redis.execute_command("FLUSHALL")
    await redis.disconnect()
    yield server, url
    server.stop()


class Hub:
    """A fedmsg-hub whose settings are in a folder of the test's."""

    def __init__(self, folder: Path, redis_url: str, endpoint: str, more: str = "") -> None:
        self.log = folder / "log"
        self.watched_at = f"http://127.0.0.1:{(port := free_port())}"
        settings = folder / "hubs.toml"
        settings.write_text(
            f"[redis]\nurl = '{redis_url}'\n[listener]\ntopic = 'org.fedoraproject.'\n"
            f"[watch]\nlisten = 'tcp:{port}:interface=127.0.0.1'\n"
        )
        # Beside /etc/fedmsg.d fedmsg reads this one.
        fedmsg_d = folder / ".fedmsg.d"
        shutil.copytree(CHECKOUT / "etc" / "fedmsg.d", fedmsg_d)
        (fedmsg_d / "site.py").write_text(
            "config = {'endpoints': {'test': ['" + endpoint + "']}, 'zmq_enabled': True, "
            "'zmq_publish_endpoints': '', 'validate_signatures': False, " + more + "}\n"
        )
        self.env = {CONFIG_VARIABLE: str(settings), "HOME": str(folder)}

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run it; it must not have logged a traceback at the end."""
        with running("fedmsg-hub", log=self.log, env=self.env) as process:
            yield process
        assert "Traceback" not in self.said(), self.said()

    def said(self) -> str:
        """Give what it has logged."""
        return self.log.read_text()

    def measured(self) -> list[str]:
        """Give its metrics."""
        with urllib.request.urlopen(f"{self.watched_at}/metrics", timeout=PATIENCE) as answer:
            text: str = answer.read().decode()
        return text.splitlines()


async def bodies(redis: Redis) -> list[dict[str, Any]]:
    items = await Queue(MESSAGES, redis, Limits(), reactor).take(redis, "me", 1000)
    return [json.loads(item.fields["body"]) for item in items]


async def test_what_the_hub_hears_is_stored_and_a_stop_leaves_nothing(
    publisher: BusPublisher, redis: Redis, redis_server: str, tmp_path: Path
) -> None:
    hub = Hub(tmp_path, redis_server, publisher.endpoint)
    queue = Queue(MESSAGES, redis, Limits(), reactor)
    with hub.running() as process:
        assert await deferToThread(publisher.listener_came)
        publisher.publish({**envelope(0), "topic": "org.elsewhere.prod.lamp.lit"})
        publisher.publish(envelope(1))
        publisher.publish_raw(TOPIC.encode(), b"no JSON")
        publisher.publish({**envelope(2), "msg": "no object"})
        publisher.publish(envelope(3))

        async def stored() -> bool:
            return await queue.length() == 2

        await until(stored)

        async def measured() -> bool:
            expected = {"hubs_messages_taken_total 2.0", 'hubs_store_up{store="redis"} 1.0'}
            return expected <= set(await deferToThread(hub.measured))

        # It is counted after Redis has it.
        await until(measured)
        process.send_signal(signal.SIGTERM)
        assert await deferToThread(process.wait, PATIENCE) == 0
        assert not members(process.pid)
    assert await bodies(redis) == [envelope(1), envelope(3)]
    assert "[fedmsg.hubs WARNING] Refused a message, the 1. of its kind: no msg" in hub.said()


async def test_signatures_are_asked_for_when_the_hub_does(
    publisher: BusPublisher, redis: Redis, redis_server: str, tmp_path: Path
) -> None:
    authority = Authority(tmp_path / "authority")
    authority.admit("lamp")
    hub = Hub(
        tmp_path,
        redis_server,
        publisher.endpoint,
        f"'validate_signatures': True, 'ca_cert_location': '{authority.ca_cert}', "
        f"'crl_location': '{authority.crl}'",
    )
    queue = Queue(MESSAGES, redis, Limits(), reactor)
    signed = authority.sign(envelope(2), "lamp")
    with hub.running():
        assert await deferToThread(publisher.listener_came)
        publisher.publish(envelope(1))
        publisher.publish(signed)

        async def stored() -> bool:
            return await queue.length() > 0

        await until(stored)
    assert await bodies(redis) == [signed]


async def test_a_redis_that_is_away_is_waited_for_and_nothing_is_lost(
    publisher: BusPublisher, mortal: tuple[PrivateRedis, str], tmp_path: Path
) -> None:
    server, url = mortal
    server.stop()
    hub = Hub(tmp_path, url, publisher.endpoint)
    with hub.running() as process:
        assert await deferToThread(publisher.listener_came)
        for number in range(50):
            publisher.publish(envelope(number))
        await until(lambda: "is away" in hub.said())
        server.start()
        # What the hub still has in hand is stored before it ends; it waits ten seconds for a Redis
        # that has not come back to it yet, and that may be too short here.
        await until(lambda: "is back" in hub.said())
        process.send_signal(signal.SIGTERM)
        assert await deferToThread(process.wait, PATIENCE) == 0
    redis = connect(url, reactor)
    assert await bodies(redis) == [envelope(number) for number in range(50)]
    await redis.disconnect()


async def test_a_redis_that_is_killed_while_messages_come_loses_none(
    publisher: BusPublisher, servers_folder: Path, tmp_path: Path
) -> None:
    with RedisServer(servers_folder / "killed-redis") as server:
        hub = Hub(tmp_path, server.url, publisher.endpoint)
        redis = connect(server.url, reactor)

        async def numbers() -> list[int]:
            try:
                reply: Any = await redis.execute_command("XRANGE", MESSAGES, "-", "+")
            except RedisError:
                return []
            fields = [dict(zip(parts[::2], parts[1::2], strict=True)) for _, parts in reply]
            return [json.loads(one["body"])["msg"]["lamp"] for one in fields]

        async def some() -> bool:
            return len(await numbers()) > 10

        async def all_there() -> bool:
            # What was stored when Redis died may be stored again: nobody had heard that it was.
            return list(dict.fromkeys(await numbers())) == list(range(900))

        with hub.running():
            assert await deferToThread(publisher.listener_came)
            for number in range(500):
                publisher.publish(envelope(number))
            await until(some)
            server.kill()
            for number in range(500, 700):
                publisher.publish(envelope(number))
            await until(lambda: "is away" in hub.said())
            server.start()
            for number in range(700, 900):
                publisher.publish(envelope(number))
            await until(all_there)
        await redis.disconnect()


async def test_a_stop_while_redis_is_away_tells_what_is_lost(
    publisher: BusPublisher, mortal: tuple[PrivateRedis, str], tmp_path: Path
) -> None:
    server, url = mortal
    server.stop()
    hub = Hub(tmp_path, url, publisher.endpoint, "'moksha.workers_per_consumer': 2")
    with hub.running() as process:
        assert await deferToThread(publisher.listener_came)
        for number in range(3):
            publisher.publish(envelope(number))
        await until(lambda: "is away" in hub.said())
        process.send_signal(signal.SIGTERM)
        assert await deferToThread(process.wait, PATIENCE) == 0
    assert "Stopped before the last 3 messages from the bus could be stored" in hub.said()


async def test_without_its_setting_the_consumer_is_left_alone(tmp_path: Path) -> None:
    # With such a Redis it would stop the hub.
    hub = Hub(tmp_path, "fish", "tcp://127.0.0.1:1", "'fedora_hubs.consumer.enabled': False")
    with hub.running() as process:
        await until(lambda: "Suggesting threadpool size" in hub.said())
        assert process.poll() is None
    assert "disabled by config - hubs.twistd_plugins.fedmsg_hub:HubsConsumer" in hub.said()


@pytest.mark.parametrize(
    ("toml", "more", "complaint"),
    [
        ("[redis]\nurl = 3", "", "redis.url: got (not shown), expected a valid string"),
        ("[redis]\nurl = 'redis://'", "", "redis.url: expected a host, or host:port, got ''"),
        (
            "[listener]\nvalidate_signatures = true\nca_cert = '/fish'",
            "",
            "listener.validate_signatures: /fish: cannot be read: No such file",
        ),
        ("", "'moksha.blocking_mode': True", "moksha.blocking_mode: got True, expected False"),
    ],
)
def test_a_wrong_setting_stops_the_hub_with_one_line(
    toml: str, more: str, complaint: str, tmp_path: Path
) -> None:
    hub = Hub(tmp_path, "fish", "tcp://127.0.0.1:1", more)
    Path(hub.env[CONFIG_VARIABLE]).write_text(toml)
    wrong = run("fedmsg-hub", **hub.env)
    assert wrong.returncode == 1
    assert complaint in wrong.stderr.splitlines()[-1]
    assert "Traceback" not in wrong.stdout + wrong.stderr
