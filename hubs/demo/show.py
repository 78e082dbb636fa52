"""The demo itself: private servers, every service in one process, and a simulated bus."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
from pydantic import SecretStr
from twisted.internet.defer import Deferred
from twisted.internet.task import react
from twisted.logger import globalLogBeginner, textFileLogObserver

from hubs.config import Accounts, Cache, Database, Listener, Login, Queue, Redis, Settings, Sse, Web
from hubs.database import migrate
from hubs.demo.accounts import write_accounts
from hubs.demo.bus import SimulatedBus
from hubs.demo.log_in_as import log_in_as
from hubs.demo.population import populate
from hubs.demo.private_postgres import PrivatePostgres
from hubs.demo.private_redis import PrivateRedis
from hubs.demo.publisher import Publisher
from hubs.demo.replay import ReplayBus
from hubs.twistd_plugins import all as all_services
from hubs.twistd_plugins import listener
from hubs.twistd_plugins.parts import Parts

#: Any free port.
_BUS = "tcp://127.0.0.1:*"
#: How many past events the simulated bus tells of at the first start.
_HISTORY = 250


class DemoError(Exception):
    """The demo cannot run; the sentence says why and what to do."""


@attrs.frozen
class Demo:
    """What somebody asked to see.

    Attributes:
        folder: Where its data is.
        host: The loopback address of the portal.
        port: The port of the portal.
        replay: A JSON-lines file of bus messages to publish instead of invented ones.
        rate: Messages of the file a second.
        say: Tells a person what it does, a line at a time.
    """

    folder: Path
    host: str
    port: int
    replay: Path | None
    rate: float
    say: Callable[[str], None]

    def run(self) -> None:
        """Run until it is interrupted. This runs the reactor, so it can be done once a process.

        Raises:
            DemoError: It cannot listen at its port.
            hubs.demo.server_program.ServerError: A private server does not start.
            hubs.database.migrate.MigrationError: The database of another version is in its folder.
            SystemExit: It was interrupted; always, at the end.
        """
        self._check_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        with (
            (self.folder / "demo.log").open("w", encoding="utf-8") as log,
            PrivatePostgres(self.folder / "postgresql", self.say) as database,
            PrivateRedis(self.folder / "redis", self.say) as redis,
        ):
            migrate.upgrade(database, self.say)
            globalLogBeginner.beginLoggingTo(
                [textFileLogObserver(log)], redirectStandardIO=False, discardBuffer=True
            )
            try:
                react(lambda reactor: Deferred.fromCoroutine(self._show(reactor, database, redis)))
            finally:
                self.say("Stopping …")

    def _check_port(self) -> None:
        with socket.socket(socket.AF_INET6 if ":" in self.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                raise DemoError(
                    f"Port {self.port} of {self.host} cannot be used: {error.strerror}. "
                    f"Choose another one: fedora-hubs run demo --port {self.port + 1}"
                ) from None

    async def _show(self, reactor: Any, database: str, redis: str) -> None:
        write_accounts(self.folder / "accounts.toml")
        bus = self._bus(reactor)
        bus.startService()
        parts = Parts(self._settings(database, redis, bus.address), reactor)
        all_services.add_to(parts, log_in_as(parts.people))
        parts.service.privilegedStartService()
        parts.service.startService()
        reactor.addSystemEventTrigger("before", "shutdown", parts.service.stopService)
        reactor.addSystemEventTrigger("before", "shutdown", bus.stopService)
        if await populate(parts.hubs, parts.registry):
            self.say("Invented some people and teams.")
        # Not before there are hubs whose feeds it concerns.
        listener.add_to(parts)
        self.say(
            f"\n  Fedora Hubs is at http://{self._netloc()}/\n\n"
            f"Everything there is invented. Ctrl-C stops it; its data stays in {self.folder}/\n"
        )
        await Deferred()

    def _netloc(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def _bus(self, reactor: Any) -> Publisher:
        if self.replay is not None:
            return ReplayBus(self.replay, _BUS, reactor, reactor, rate=self.rate, say=self.say)
        marker = self.folder / "told"
        history = 0 if marker.exists() else _HISTORY
        marker.touch()
        chance = random.Random()  # noqa: S311
        return SimulatedBus(_BUS, reactor, reactor, chance=chance, history=history, say=self.say)

    def _settings(self, database: str, redis: str, bus: str) -> Settings:
        host = self.host.replace(":", r"\:")
        # Not from the environment: a demo must never touch the data of a real site.
        return Settings.model_construct(
            database=Database(url=SecretStr(database)),
            redis=Redis(url=SecretStr(redis)),
            cache=Cache(folder=self.folder / "cache"),
            accounts=Accounts(file=self.folder / "accounts.toml"),
            web=Web(listen=f"tcp:{self.port}:interface={host}", url=f"http://{self._netloc()}"),
            login=Login(),
            sse=Sse(),
            listener=Listener(endpoints=(bus,)),
            queue=Queue(),
        )
