"""What values of settings may look like, beyond what their types say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr

#: What the address of a Redis may start with.
REDIS = ("redis", "rediss", "redis+sentinel", "rediss+sentinel", "unix")


def scheme(*schemes: str) -> AfterValidator:
    """Take addresses that start with one of some schemes, and may hold a password.

    Args:
        schemes: They; an empty one lets the address be missing.

    Returns:
        What checks it.
    """

    def check(value: SecretStr) -> SecretStr:
        if urlsplit(value.get_secret_value()).scheme not in schemes:
            known = " or ".join(scheme for scheme in schemes if scheme)
            raise ValueError(f"expected an address that starts with {known}")
        return value

    return AfterValidator(check)


def _publisher(value: str) -> str:
    if not re.fullmatch(r"tcp://[^/\s]+:\d{1,5}|ipc://\S+", value):
        raise ValueError("expected a ZeroMQ endpoint such as tcp://host:9940")
    return value


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    loopback = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if value and not (parts.hostname and (parts.scheme == "https" or loopback)):
        raise ValueError("expected an https address, or an http one of this machine")
    return value


def _origin(value: str) -> str:
    if value and not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?", value):
        raise ValueError("expected an address without a path, such as https://hubs.example.org")
    return value.rstrip("/")


def _topic_prefix(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+\.(prod|stg|dev)", value):
        raise ValueError("expected a prefix such as org.fedoraproject.stg")
    return value


def _base(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise ValueError("expected an address such as https://host/path, without a password")
    return value.rstrip("/")


def _watch_endpoint(value: str) -> str:
    try:
        value.format(service="web", number=1, port=8100)
    except (KeyError, ValueError, IndexError):
        raise ValueError(
            "expected a Twisted endpoint with {service}, {number} and {port} in it, such as "
            "tcp:{port}:interface=127.0.0.1"
        ) from None
    return value


#: A publisher on the fedmsg bus.
Publisher = Annotated[str, AfterValidator(_publisher)]
#: An account system.
Issuer = Annotated[str, AfterValidator(_issuer)]
#: A site without a path; may be empty.
Origin = Annotated[str, AfterValidator(_origin)]
#: What topics on the bus begin with.
TopicPrefix = Annotated[str, AfterValidator(_topic_prefix)]
#: What the addresses of a service begin with.
Base = Annotated[str, AfterValidator(_base)]
#: A Twisted endpoint, other for each process.
WatchEndpoint = Annotated[str, AfterValidator(_watch_endpoint)]
#: A file; none if it is empty.
OptionalPath = Annotated[Path | None, BeforeValidator(lambda value: value or None)]
