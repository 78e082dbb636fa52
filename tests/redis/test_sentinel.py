"""Redis by way of Sentinel, whose primary dies."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from twisted.internet import reactor
from twisted.internet.defer import Deferred, succeed
from twisted.internet.endpoints import HostnameEndpoint
from txredisapi import RedisError

from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.feeds.postgres import PostgresFeeds
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType
from hubs.pipeline.queue import WORK, Limits, Queue
from hubs.pipeline.work import FeedWork
from hubs.redis import Redis, connect
from hubs.redis.address import RedisAddress
from hubs.redis.factory import Connections
from hubs.redis.sentinel import SentinelEndpoint
from tests.killable import RedisServer
from tests.ports import free_port
from tests.processes import running
from tests.redis.refusing import refused
from tests.redis.servers import Replica, SentinelServer
from tests.until import until

PASSWORD = "open-sesame"  # noqa: S105 - of a server of these tests


class Servers:
    """A primary, a replica of it, and a Sentinel that watches both."""

    def __init__(self, folder: Path) -> None:
        self.primary = RedisServer(folder / "primary")
        self.replica = Replica(folder / "replica", self.primary)
        self.sentinel = SentinelServer(folder / "sentinel", self.primary, PASSWORD)

    @property
    def url(self) -> str:
        """Name a Sentinel that is not there before the one that is."""
        return f"redis+sentinel://127.0.0.1:{free_port()},127.0.0.1:{self.sentinel.port}/hubs"

    def connect(self, **more: Any) -> Redis:
        return connect(self.url, reactor, sentinel_password=PASSWORD, **more)

    async def notice(self) -> None:
        """Let the Sentinel notice soon that the primary is gone."""
        sentinel = connect(f"redis://:{PASSWORD}@127.0.0.1:{self.sentinel.port}", reactor)
        await sentinel.execute_command("SENTINEL", "SET", "hubs", "down-after-milliseconds", 500)
        await sentinel.disconnect()


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    servers = Servers(tmp_path)
    with ExitStack() as stack:
        for server in (servers.primary, servers.replica, servers.sentinel):
            stack.enter_context(server)
        yield servers


async def knows_the_replica(servers: Servers) -> bool:
    sentinel = connect(f"redis://:{PASSWORD}@127.0.0.1:{servers.sentinel.port}", reactor)
    replicas: Any = await sentinel.execute_command("SENTINEL", "REPLICAS", "hubs")
    await sentinel.disconnect()
    states = [dict(zip(one[::2], one[1::2], strict=True)) for one in replicas]
    return [state["master-link-status"] for state in states] == ["ok"]


async def replicated(redis: Redis) -> bool:
    """Say whether the replica has all that was written over this connection."""
    return await redis.execute_command("WAIT", 1, 10_000) == 1  # type: ignore[no-any-return]


@contextmanager
def gate(database: str, entry: str) -> Iterator[Callable[[], None]]:
    """Let no worker write an entry before what this gives was called."""
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute(
            f"""
            SELECT pg_advisory_lock(1);
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END $$;
            CREATE TRIGGER gate BEFORE INSERT ON feed_entries FOR EACH ROW
            WHEN (NEW.id = '{entry}') EXECUTE FUNCTION wait()
            """
        )
        yield lambda: cursor.execute("SELECT pg_advisory_unlock(1)")


async def put(queue: Queue, hub: Hub, numbers: range) -> None:
    items = [
        FeedWork(hub.id, Entry(f"m{n}", float(n), "a.b", f"It happened {n}")).new_item()
        for n in numbers
    ]
    await queue.put(items)


async def stored(queue: Queue, hub: Hub, numbers: range) -> bool:
    try:
        await put(queue, hub, numbers)
    except RedisError:
        return False
    return True


async def test_a_worker_goes_on_with_the_new_primary_and_nothing_both_had_is_lost(
    servers: Servers, pool: Pool, database_url: str, tmp_path: Path
) -> None:
    hub = await HubStore(pool).create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    feeds = PostgresFeeds(pool, limit=1000)
    config = tmp_path / "hubs.toml"
    config.write_text(
        f"[database]\nurl = {json.dumps(database_url)}\npool_size = 2\n"
        f"[redis]\nurl = '{servers.url}'\nsentinel_password = '{PASSWORD}'\n"
        f"[feeds]\nlimit = 1000\n[cache]\nfolder = '{tmp_path / 'cache'}'\n"
        "[queue]\nlease = 2.0\n"
    )
    redis = servers.connect()
    queue = Queue(WORK, redis, Limits(), reactor)

    async def has(count: int) -> bool:
        return len(await feeds.entries(hub.feed, limit=1000)) >= count

    await until(lambda: knows_the_replica(servers))
    await put(queue, hub, range(900))
    await until(lambda: replicated(redis))
    command = ("twistd", "-n", "--pidfile=", "hubs-worker", "-c", config)
    with gate(database_url, "m450") as open_gate, running(*command, log=tmp_path / "log"):
        await until(lambda: has(1))
        servers.primary.kill()
        assert not await has(900)
        open_gate()
        await servers.notice()
        await until(lambda: stored(queue, hub, range(900, 910)))
        await until(lambda: has(910))
        assert await redis.execute_command("XLEN", "hubs:dead") == 0
    await redis.disconnect()
    said = (tmp_path / "log").read_text()
    assert "Traceback" not in said, said


async def test_a_primary_that_is_none_any_more_is_not_spoken_to(servers: Servers) -> None:
    """A Sentinel may be behind, and who comes back may not know yet that it is a replica."""

    def to_the_replica(_: object) -> Deferred[Any]:
        return succeed(["127.0.0.1", str(servers.replica.port)])

    def reach(server: tuple[str, int]) -> HostnameEndpoint:
        return HostnameEndpoint(reactor, *server)

    address = RedisAddress.parse(servers.url)
    connections = Connections(address, 1, 1.0)
    connections.open(SentinelEndpoint([("any", 1)], to_the_replica, reach, connections.abort))
    redis = Redis(connections, reactor, 1.0)
    await refused(redis, "it is no primary, but slave")


@pytest.mark.parametrize(
    ("service", "password", "reason"),
    [("fish", PASSWORD, "it knows no such service"), ("hubs", "wrong", "WRONGPASS")],
)
async def test_what_is_wrong_with_a_sentinel_is_said(
    servers: Servers, service: str, password: str, reason: str
) -> None:
    url = f"redis+sentinel://127.0.0.1:{servers.sentinel.port}/{service}"
    redis = connect(url, reactor, sentinel_password=password, timeout=5.0)
    await refused(redis, f"no Sentinel knows the primary: .*{reason}")
