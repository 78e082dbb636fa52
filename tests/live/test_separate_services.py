"""Each service as a process of its own, as operators run them; several of those that may be."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPResponse
from pathlib import Path

import attrs
import psycopg2
import pytest
from pytest_twisted import blockon
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from hubs.redis import connect
from tests.live.conftest import fill, nobody_outside
from tests.live.publisher import BusPublisher
from tests.live.test_live_page import pushed
from tests.ports import free_port
from tests.processes import running
from tests.until import PATIENCE, until, wait_until


@attrs.frozen
class Services:
    """Where the services are.

    Attributes:
        bus: What they listen to.
        web: The address of the portal.
        sse: The address of the event streams.
        hub_id: The number of a team's hub.
        database: The URL of their PostgreSQL.
        redis: That of their Redis.
        cache: The folder of the cache.
    """

    bus: BusPublisher
    web: str
    sse: str
    hub_id: int
    database: str
    redis: str
    cache: Path


@pytest.fixture
def services(database_url: str, redis_server: str, tmp_path: Path) -> Iterator[Services]:
    blockon(Deferred.fromCoroutine(fill(database_url, redis_server)))
    with psycopg2.connect(database_url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id FROM hubs WHERE name = 'lantern-kernel'")
        [(hub_id,)] = cursor.fetchall()
    connection.close()
    web, sse, bus = free_port(), free_port(), BusPublisher()
    config = tmp_path / "hubs.toml"
    config.write_text(
        f"[database]\nurl = {json.dumps(database_url)}\npool_size = 2\n"
        f"[redis]\nurl = {json.dumps(redis_server)}\n"
        f"[cache]\nfolder = '{tmp_path / 'cache'}'\n"
        f"[web]\nlisten = 'tcp:{web}:interface=127.0.0.1'\n"
        f"[sse]\nlisten = 'tcp:{sse}:interface=127.0.0.1'\nurl = 'http://127.0.0.1:{sse}/sse/'\n"
        f"allow_origin = 'http://127.0.0.1:{web}'\n"
        f"[listener]\nendpoints = ['{bus.endpoint}']\n{nobody_outside()}"
    )
    with ExitStack() as stack:
        for service, *more in (
            ("web",),
            ("sse",),
            ("triage", "--instances", "2"),
            ("worker", "--instances", "2"),
            ("listener",),
        ):
            words: tuple[str | Path, ...] = ("run", service, "-c", config, *more)
            stack.enter_context(running("fedora-hubs", *words, log=tmp_path / service))
        assert bus.listener_came(), (tmp_path / "listener").read_text()
        addresses = (f"http://127.0.0.1:{web}", f"http://127.0.0.1:{sse}")
        yield Services(bus, *addresses, hub_id, database_url, redis_server, tmp_path / "cache")
    bus.close()
    for log in ("web", "sse", "triage", "worker", "listener"):
        assert "Traceback" not in (tmp_path / log).read_text()


def opened(address: str) -> HTTPResponse:
    answers: list[HTTPResponse] = []

    def asked() -> bool:
        with suppress(OSError):
            answers.append(urllib.request.urlopen(address, timeout=PATIENCE))
        return bool(answers)

    wait_until(asked, lambda: address)
    return answers[0]


async def lose(services: Services) -> None:
    """Lose what the operators' page says may be lost: Redis, the feeds and the cache."""
    redis = connect(services.redis, reactor)
    await redis.execute_command("FLUSHALL")
    await redis.disconnect()
    with psycopg2.connect(services.database) as connection, connection.cursor() as cursor:
        cursor.execute("TRUNCATE feed_entries")
    connection.close()
    shutil.rmtree(services.cache, ignore_errors=True)


async def test_a_message_goes_through_all_of_them_also_when_all_is_lost_that_may_be(
    services: Services,
) -> None:
    with opened(f"{services.web}/t/lantern-kernel/") as page:
        text = page.read().decode()
    assert f"{services.sse}/sse/?hub={services.hub_id}" in text
    assert services.sse in page.headers["Content-Security-Policy"]
    with opened(f"{services.sse}/sse/?hub={services.hub_id}") as stream:
        assert stream.headers["Access-Control-Allow-Origin"] == services.web
        services.bus.publish(pushed(77))
        while stream.readline() != b"event: feed\n":
            pass
    with opened(f"{services.web}/t/lantern-kernel/") as page:
        assert "Change number 77" in page.read().decode()
    await lose(services)
    with opened(f"{services.sse}/sse/?hub={services.hub_id}") as stream:
        services.bus.publish(pushed(78))
        while stream.readline() != b"event: feed\n":
            pass
    with opened(f"{services.web}/t/lantern-kernel/") as page:
        text = page.read().decode()
    assert "Change number 78" in text
    assert "Change number 77" not in text
    # Whoever looked has asked for what the cache had; a worker has it again.
    await until(lambda: bool(list(services.cache.glob("*-members-*"))))
