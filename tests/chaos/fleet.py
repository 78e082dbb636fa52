"""All servers and daemons of the pipeline, each a process that can be killed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Self, cast

from twisted.internet import reactor
from twisted.internet.defer import gatherResults
from twisted.internet.interfaces import IReactorThreads
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThread

from hubs.cache.files import FileCache
from hubs.database import migrate
from tests.killable import (
    KillableProcess,
    MongoServer,
    PostgresServer,
    RabbitServer,
    RedisServer,
)
from tests.processes import BIN

#: The queue of the broker that the listeners read.
QUEUE = "hubs"


class Daemon(KillableProcess):
    """A service of ours, as twistd runs it."""

    def __init__(self, name: str, folder: Path, config: Path) -> None:
        super().__init__(folder)
        self.name = name
        self._config = config

    def command(self) -> Sequence[str | Path]:
        return [BIN / "twistd", "-n", "--pidfile=", f"hubs-{self.name}", "-c", self._config]


class Fleet:
    """Real servers, and two daemons of each kind between them.

    Attributes:
        rabbit: Where messages are published.
        redis: Where the queues are.
        postgres: Where hubs and people are.
        mongo: Where feeds are.
        daemons: The daemons.
    """

    def __init__(self, servers: Path, folder: Path) -> None:
        self.rabbit = RabbitServer(servers / "rabbitmq")
        self.redis = RedisServer(servers / "redis")
        self.postgres = PostgresServer(servers / "postgres")
        self.mongo = MongoServer(servers / "mongodb")
        self._cache = folder / "cache"
        config = folder / "hubs.toml"
        config.write_text(
            f"[database]\nurl = '{self.postgres.url}'\npool_size = 2\n"
            f"[redis]\nurl = '{self.redis.url}'\n"
            f"[feeds]\nstore = 'mongodb'\nurl = '{self.mongo.url}'\n"
            f"[cache]\nfolder = '{self._cache}'\n"
            f"[listener]\nbus = 'fedora-messaging'\n"
            f"[amqp]\nurl = '{self.rabbit.url}'\nqueue = '{QUEUE}'\n"
            # What the killed held is taken over soon, so that there is time for many deaths.
            "[queue]\nlease = 2.0\n"
        )
        self.daemons = [
            Daemon(name, folder / f"{name}-{number}", config)
            for name in ("listener", "triage", "worker")
            for number in (1, 2)
        ]

    @property
    def servers(self) -> Sequence[KillableProcess]:
        """The servers."""
        return (self.rabbit, self.redis, self.postgres, self.mongo)

    def cache(self) -> FileCache:
        """Give what the daemons keep what cached functions find in."""
        threads = cast("IReactorThreads", reactor)
        return FileCache(self._cache, threads, reactor.seconds, keep=3600.0, max_value=1_000_000)

    def one_of(self, name: str, rng: random.Random) -> KillableProcess:
        """Choose a process.

        Args:
            name: What it is called.
            rng: Chooses one of several that are called so.

        Returns:
            It.
        """
        return rng.choice([one for one in (*self.servers, *self.daemons) if one.name == name])

    async def start(self) -> None:
        """Start all, the servers before the daemons."""
        await gatherResults([deferToThread(server.start) for server in self.servers])
        await deferToThread(migrate.upgrade, self.postgres.url, lambda _: None)
        for daemon in self.daemons:
            daemon.start()

    async def strike(self, victims: Sequence[KillableProcess], seconds: float) -> None:
        """Kill some processes together, and start them again.

        Args:
            victims: They.
            seconds: How long they stay away.
        """
        for victim in victims:
            assert victim.running, f"{victim.name} ended by itself: {victim.said()[-2000:]}"
            victim.kill()
        await deferLater(reactor, seconds)
        await gatherResults([deferToThread(victim.start) for victim in victims])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for one in (*self.daemons, *self.servers):
            one.kill()
