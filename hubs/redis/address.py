"""What the address of a Redis says."""

from __future__ import annotations

from urllib.parse import SplitResult, unquote, urlsplit

import attrs

_PORT = 6379
_SENTINEL_PORT = 26379
_SCHEMES = {"redis", "rediss", "redis+sentinel", "rediss+sentinel"}


class RedisUrlError(ValueError):
    """An address is none that Redis could have; the sentence holds no password."""


@attrs.frozen
class RedisAddress:
    """Where a Redis is, or the Sentinels that know where it is.

    Attributes:
        servers: Hosts with their ports; several are Sentinels.
        path: The path of a Unix socket instead.
        service: What the Sentinels call it; empty without Sentinels.
        username: Who we are there.
        password: How we show it; None if it asks nobody.
        database: The number of its database, if it is another than the first.
        tls: Whether TLS is spoken, with the Sentinels too.
    """

    servers: tuple[tuple[str, int], ...] = ()
    path: str = ""
    service: str = ""
    username: str | None = None
    password: str | None = attrs.field(default=None, repr=False)
    database: int | None = None
    tls: bool = False

    def __str__(self) -> str:
        """Give it as people write it, without the password."""
        return self.path or ", ".join(f"{host}:{port}" for host, port in self.servers)

    @classmethod
    def parse(cls, url: str) -> RedisAddress:
        """Read an address.

        Args:
            url: ``redis://[[user]:password@]host[:port][/database]``,
                ``redis+sentinel://[[user]:password@]host[:port],…/service[/database]``, either
                with ``rediss`` for TLS, or ``unix:///path/to/socket[?db=N]``.

        Returns:
            What it says.

        Raises:
            RedisUrlError: It is of another form.
        """
        parts = urlsplit(url)
        if parts.scheme == "unix":
            database = _database(parts.query.removeprefix("db="))
            return cls(path=unquote(parts.path), database=database)
        if parts.scheme not in _SCHEMES:
            raise RedisUrlError(
                "expected redis://host, rediss://host, redis+sentinel://host,host/service or "
                "unix:///path"
            )
        if parts.scheme.endswith("+sentinel"):
            return cls._sentinels(parts)
        return cls._of(parts, _PORT, "", parts.path.strip("/"))

    @classmethod
    def _sentinels(cls, parts: SplitResult) -> RedisAddress:
        service, _, database = parts.path.strip("/").partition("/")
        if not service:
            raise RedisUrlError("expected the name of the service after the Sentinels' hosts")
        return cls._of(parts, _SENTINEL_PORT, unquote(service), database)

    @classmethod
    def _of(cls, parts: SplitResult, port: int, service: str, database: str) -> RedisAddress:
        credentials, _, hosts = parts.netloc.rpartition("@")
        username, _, password = credentials.partition(":")
        servers = tuple(_server(host, port) for host in hosts.split(","))
        if len(servers) > 1 and not service:
            raise RedisUrlError(f"expected one host, got {hosts!r}; Sentinels are redis+sentinel")
        return cls(
            servers=servers,
            service=service,
            username=unquote(username) or None,
            password=unquote(password) or None,
            database=_database(database),
            tls=parts.scheme.startswith("rediss"),
        )


def _server(text: str, port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname or "", parts.port or port
    except ValueError:
        host = ""
    if not host:
        raise RedisUrlError(f"expected a host, or host:port, got {text!r}")
    return host, port


def _database(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        raise RedisUrlError(f"expected a database number at the end, got {text!r}")
    return int(text)
