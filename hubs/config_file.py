"""Where the settings come from, and what is wrong with them.

They are read from one TOML file, ``/etc/fedora-hubs/hubs.toml`` or the one that
``FEDORA_HUBS_CONFIG`` names. The environment goes before the file: ``FEDORA_HUBS_WEB__LISTEN``
stands for ``listen`` in the table ``[web]``.
"""

from __future__ import annotations

import enum
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import attrs
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings import SettingsError as EnvironmentValueError

from hubs.config import PREFIX, Settings

CONFIG_VARIABLE = "FEDORA_HUBS_CONFIG"
DEFAULT_FILE = Path("/etc/fedora-hubs/hubs.toml")
HIDDEN = "(hidden)"
_LONGEST_SHOWN = 80


class SettingsError(Exception):
    """Some settings are wrong.

    Attributes:
        problems: For each a sentence that names place, key, value and what was expected.
    """

    def __init__(self, *problems: str) -> None:
        """Say what is wrong.

        Args:
            problems: Sentences.
        """
        super().__init__("; ".join(problems))
        self.problems = problems


class Place(enum.Enum):
    """A kind of place that settings come from."""

    FILE = "file"
    ENVIRONMENT = "environment"
    DEFAULT = "default"


@attrs.frozen
class Origin:
    """A setting, and where its value comes from.

    Attributes:
        key: The setting, as in ``web.listen``.
        value: What it is, as JSON knows it; secrets are hidden.
        place: The kind of place it comes from.
        name: The path of the file, or the name of the variable; empty for a default.
    """

    key: str
    value: Any
    place: Place
    name: str = ""


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
    file, values = _source(path)
    unknown = [
        f"environment variable {name}: there is no such setting"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name != CONFIG_VARIABLE and not _is_known(name)
    ]
    if unknown:
        raise SettingsError(*unknown)
    try:
        return Settings(**values)
    except ValidationError as error:
        raise SettingsError(*_explain(error, file)) from None
    except EnvironmentValueError as error:
        raise SettingsError(f"environment: expected lists and tables as JSON: {error}") from None


def origins(path: Path | None = None) -> list[Origin]:
    """Say where the value of each setting comes from.

    Args:
        path: See `load`.

    Returns:
        All settings, in the order of ``etc/hubs.toml``.

    Raises:
        SettingsError: See `load`.
    """
    settings = load(path)
    file, values = _source(path)
    found = []
    for table in Settings.model_fields:
        model: BaseModel = getattr(settings, table)
        for key, value in model:
            variable = next(filter(_is_set, (_variable(table, key), _variable(table))), "")
            if variable:
                place, name = Place.ENVIRONMENT, variable
            elif key in values.get(table, {}):
                place, name = Place.FILE, str(file)
            else:
                place, name = Place.DEFAULT, ""
            found.append(Origin(f"{table}.{key}", _shown(key, value), place, name))
    return found


def source_file(path: Path | None = None) -> Path | None:
    """Give the file that settings are read from.

    Args:
        path: See `load`.

    Returns:
        Its path; None if there is none and all settings have their defaults.
    """
    if path is not None:
        return path
    if CONFIG_VARIABLE in os.environ:
        return Path(os.environ[CONFIG_VARIABLE])
    return DEFAULT_FILE if DEFAULT_FILE.exists() else None


def _source(path: Path | None) -> tuple[Path, dict[str, Any]]:
    file = source_file(path)
    return (DEFAULT_FILE, {}) if file is None else (file, _read(file))


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: is no TOML: {error}") from None


def _variable(*keys: str) -> str:
    return PREFIX + "__".join(keys).upper()


def _is_set(variable: str) -> bool:
    return variable in os.environ


def _is_known(variable: str) -> bool:
    table = variable.removeprefix(PREFIX).partition("__")[0].lower()
    return table in Settings.model_fields


def _shown(key: str, value: Any) -> Any:
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        if not secret:
            return ""
        return _without_password(secret) if key.endswith("url") else HIDDEN
    if isinstance(value, dict):
        return {name: _shown("", one) for name, one in value.items()}
    if isinstance(value, tuple):
        return [_shown("", one) for one in value]
    if value is None:
        return ""
    return str(value) if isinstance(value, Path) else value


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    account, at, host = parts.netloc.rpartition("@")
    if ":" in account:
        account = f"{account.partition(':')[0]}:{HIDDEN}"
    query = f"?{HIDDEN}" if parts.query else ""
    return f"{parts.scheme}://{account}{at}{host}{parts.path}{query}"


def _explain(error: ValidationError, file: Path) -> Iterator[str]:
    for one in error.errors():
        yield _explain_one(dict(one), file)


def _explain_one(one: dict[str, Any], file: Path) -> str:
    keys = [str(part) for part in one["loc"]]
    variable = next(filter(_is_set, (_variable(*keys[:2]), _variable(keys[0]))), "")
    place = f"environment variable {variable}" if variable else str(file)
    if one["type"] == "extra_forbidden":
        return f"{place}: {'.'.join(keys)}: there is no such setting"
    # An address may hold a password, and a token is one.
    secret = keys[-1].endswith(("url", "password", "secret")) or "tokens" in keys
    hidden = secret or "@" in str(one["input"])
    value = "(not shown)" if hidden else repr(one["input"])[:_LONGEST_SHOWN]
    expected = one["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    return f"{place}: {'.'.join(keys)}: got {value}, expected {expected.removeprefix('expected ')}"
