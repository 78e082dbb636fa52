"""The settings: what they are, where they come from, and what is wrong with them.

They are read from one TOML file, ``/etc/fedora-hubs/hubs.toml`` or the one that
``FEDORA_HUBS_CONFIG`` names. The environment goes before the file: ``FEDORA_HUBS_WEB__LISTEN``
stands for ``listen`` in the table ``[web]``.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

CONFIG_VARIABLE = "FEDORA_HUBS_CONFIG"
DEFAULT_FILE = Path("/etc/fedora-hubs/hubs.toml")
_PREFIX = "FEDORA_HUBS_"
_LONGEST_SHOWN = 80


class SettingsError(Exception):
    """A setting is wrong; the sentence names place, key, value and what was expected."""


def _scheme(*schemes: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if urlsplit(value.get_secret_value()).scheme not in schemes:
            raise ValueError("expected an address that starts with " + " or ".join(schemes))
        return value

    return AfterValidator(check)


def _publisher(value: str) -> str:
    if not re.fullmatch(r"tcp://[^/\s]+:\d{1,5}|ipc://\S+", value):
        raise ValueError("expected a ZeroMQ endpoint such as tcp://host:9940")
    return value


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Database(_Table):
    """``[database]``: the SQL database, a PostgreSQL."""

    url: Annotated[SecretStr, _scheme("postgresql", "postgres")] = Field(
        default=SecretStr("postgresql:///hubs"), description="Where it is, as libpq knows it."
    )
    pool_size: int = Field(default=8, ge=1, le=100, description="Connections each process keeps.")


class Redis(_Table):
    """``[redis]``: the queues between the daemons."""

    url: Annotated[SecretStr, _scheme("redis", "rediss", "unix")] = Field(
        default=SecretStr("redis://localhost:6379"), description="Where it is; rediss is with TLS."
    )


class Feeds(_Table):
    """``[feeds]``: the store of what happened."""

    store: Literal["postgresql"] = Field(default="postgresql", description="The kind of store.")
    limit: int = Field(default=100, ge=1, le=1000, description="Entries that each feed keeps.")


class Cache(_Table):
    """``[cache]``: the store of what the cached functions of widgets found."""

    backend: Literal["files"] = Field(default="files", description="The kind of store.")
    folder: Path = Field(
        default=Path("/var/lib/fedora-hubs/cache"), description="Where the files are."
    )


class Web(_Table):
    """``[web]``: the portal."""

    listen: str = Field(
        default="tcp:8080:interface=127.0.0.1", description="Its address, a Twisted endpoint."
    )


class Sse(_Table):
    """``[sse]``: the event streams."""

    listen: str = Field(
        default="tcp:8081:interface=127.0.0.1", description="Their address, a Twisted endpoint."
    )
    url: str = Field(
        default="/sse/", description="Where browsers find them: a path, or a whole address."
    )
    allow_origin: str = Field(
        default="",
        description="The portal's origin, when browsers reach the streams at another one.",
    )
    ping: float = Field(default=30.0, ge=1, le=600, description="Seconds between signs of life.")


class Listener(_Table):
    """``[listener]``: where messages come from."""

    endpoints: tuple[Annotated[str, AfterValidator(_publisher)], ...] = Field(
        default=("tcp://127.0.0.1:9940",), description="ZeroMQ publishers of the fedmsg bus."
    )
    topic: str = Field(
        default="", description="The start of the topics to listen to; empty for all."
    )
    max_size: int = Field(
        default=1024 * 1024,
        ge=1024,
        le=64 * 1024 * 1024,
        description="Bytes of the largest message.",
    )
    max_depth: int = Field(default=100, ge=8, le=500, description="How deep a message may nest.")


class Queue(_Table):
    """``[queue]``: how the daemons hand things to each other."""

    max_length: int = Field(
        default=100_000, ge=10, description="Items that wait in a queue before its writers have to."
    )
    lease: float = Field(
        default=60.0,
        ge=0.1,
        description="Seconds until what a silent process holds goes to another.",
    )
    attempts: int = Field(
        default=5, ge=1, le=100, description="Failures before an item is put aside."
    )
    concurrency: int = Field(
        default=8, ge=1, le=1000, description="Items a worker has in hand at once."
    )


class Settings(BaseSettings):
    """All settings."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=_PREFIX, env_nested_delimiter="__"
    )

    database: Database = Database()
    redis: Redis = Redis()
    feeds: Feeds = Feeds()
    cache: Cache = Cache()
    web: Web = Web()
    sse: Sse = Sse()
    listener: Listener = Listener()
    queue: Queue = Queue()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the environment before what is passed, which is what the file says."""
        del settings_cls, dotenv_settings, file_secret_settings
        return env_settings, init_settings


def load(path: Path | None = None) -> Settings:
    """Read the settings.

    Args:
        path: The file; without it the one that the environment names, or the default one if it
            is there.

    Returns:
        The settings.

    Raises:
        SettingsError: The file cannot be read, or something in it or in the environment is wrong.
    """
    named = path or (Path(os.environ[CONFIG_VARIABLE]) if CONFIG_VARIABLE in os.environ else None)
    file = named or DEFAULT_FILE
    values = _read(file) if named or file.exists() else {}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(_explain(error, file)) from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: is no TOML: {error}") from None


def _explain(error: ValidationError, file: Path) -> str:
    return "; ".join(_explain_one(dict(one), file) for one in error.errors())


def _explain_one(one: dict[str, Any], file: Path) -> str:
    keys = [str(part) for part in one["loc"]]
    variable = _PREFIX + "__".join(keys[:2]).upper()
    place = f"environment variable {variable}" if variable in os.environ else str(file)
    if one["type"] == "extra_forbidden":
        return f"{place}: {'.'.join(keys)}: there is no such setting"
    # An address may hold a password.
    value = "(not shown)" if keys[-1] == "url" else repr(one["input"])[:_LONGEST_SHOWN]
    expected = one["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return f"{place}: {'.'.join(keys)}: got {value}, expected {expected.removeprefix('expected ')}"
