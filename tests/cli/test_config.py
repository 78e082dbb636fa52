"""``fedora-hubs config`` as an operator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_right_settings_are_right(fedora_hubs: Command, settings_file: Path) -> None:
    said = fedora_hubs("config", "check")
    assert (
        said.stdout == f"The settings in {settings_file} and those in the environment are right.\n"
    )
    assert said.returncode == 0
    said = fedora_hubs("config", "check", "--json")
    assert json.loads(said.stdout) == {"problems": [], "stores": {}}


def test_all_that_is_wrong_is_named_at_once(fedora_hubs: Command, settings_file: Path) -> None:
    settings_file.write_text("[feeds]\nlimit = 0\nsize = 1\n[redis]\nurl = 'http://:secret@x'")
    said = fedora_hubs("config", "check")
    assert (said.returncode, said.stdout) == (1, "")
    first, second, third = said.stderr.splitlines()
    assert first.startswith(f"Error: {settings_file}: redis.url: got (not shown), expected")
    assert second == (
        f"Error: {settings_file}: feeds.limit: got 0, expected greater than or equal to 1"
    )
    assert third == f"Error: {settings_file}: feeds.size: there is no such setting"
    problems = json.loads(fedora_hubs("config", "check", "--json").stdout)["problems"]
    assert [f"Error: {problem}" for problem in problems] == [first, second, third]


@pytest.mark.parametrize(
    ("text", "complaints"),
    [
        (
            "[web]\nlisten = 'fish'\n[sse]\nlisten = 'fish'\n"
            "[watch]\nlisten = 'fish'\n[listener]\nvalidate_signatures = true\n"
            "ca_cert = '/nowhere.crt'",
            [
                "web.listen: got 'fish', expected a Twisted endpoint such as",
                "sse.listen: got 'fish', expected a Twisted endpoint such as",
                "watch.listen: got 'fish', expected a Twisted endpoint such as",
                "listener.validate_signatures: ",
            ],
        ),
        (
            "[cache]\nbackend = 'memcached'\nmemcached = 'fish'",
            ["cache.memcached: got 'fish', expected a Twisted endpoint such as tcp:localhost:1"],
        ),
        ("[redis]\nurl = 'redis://'", ["redis.url: "]),
    ],
)
def test_what_only_a_service_would_find_is_named_once(
    fedora_hubs: Command, settings_file: Path, text: str, complaints: list[str]
) -> None:
    settings_file.write_text(text)
    said = fedora_hubs("config", "check")
    assert said.returncode == 1
    lines = said.stderr.splitlines()
    for complaint, line in zip(complaints, lines, strict=True):
        assert line.startswith(f"Error: {complaint}")


def test_a_variable_that_stands_for_no_setting_is_named(fedora_hubs: Command) -> None:
    said = fedora_hubs("config", "check", FEDORA_HUBS_WEBB__LISTEN="tcp:1", FEDORA_HUBS_X="1")
    assert said.returncode == 1
    assert said.stderr.splitlines() == [
        "Error: environment variable FEDORA_HUBS_WEBB__LISTEN: there is no such setting",
        "Error: environment variable FEDORA_HUBS_X: there is no such setting",
    ]


def test_each_store_is_asked(fedora_hubs: Command) -> None:
    said = fedora_hubs("config", "check", "--stores")
    assert (said.returncode, said.stdout) == (0, "database: ok\ncache: ok\nredis: ok\n")
    away = {
        "FEDORA_HUBS_DATABASE__URL": "postgresql://abe:secret@127.0.0.1:1/hubs",
        "FEDORA_HUBS_CACHE__BACKEND": "memcached",
        "FEDORA_HUBS_CACHE__MEMCACHED": "tcp:127.0.0.1:1",
        "FEDORA_HUBS_FEEDS__STORE": "mongodb",
        "FEDORA_HUBS_FEEDS__URL": "mongodb://abe:secret@127.0.0.1:1/hubs",
    }
    said = fedora_hubs("config", "check", "--stores", **away)
    assert said.returncode == 1
    assert "database: PostgreSQL cannot be reached: " in said.stdout
    assert "cache: memcached at tcp:127.0.0.1:1 cannot be reached: " in said.stdout
    assert "feeds: " in said.stdout
    assert "redis: ok" in said.stdout
    assert "secret" not in said.stdout + said.stderr


def test_each_setting_is_shown_with_where_it_comes_from(
    fedora_hubs: Command, settings_file: Path
) -> None:
    environment = {"FEDORA_HUBS_FEEDS__LIMIT": "7", "FEDORA_HUBS_LOG": '{"level": "warn"}'}
    shown = fedora_hubs("config", "show", **environment).stdout.splitlines()
    assert shown[0].split() == ["SETTING", "VALUE", "FROM"]
    rows = {line.split()[0]: line for line in shown}
    assert rows["feeds.limit"].split() == ["feeds.limit", "7", "$FEDORA_HUBS_FEEDS__LIMIT"]
    assert rows["database.pool_size"].endswith(f" {settings_file}")
    assert rows["web.listen"].split()[1:] == ['"tcp:8080:interface=127.0.0.1"', "default"]
    found = json.loads(fedora_hubs("config", "show", "log", "--json", **environment).stdout)
    assert found == [
        {"key": "log.format", "value": "text", "place": "environment", "name": "FEDORA_HUBS_LOG"},
        {"key": "log.level", "value": "warn", "place": "environment", "name": "FEDORA_HUBS_LOG"},
    ]


def test_no_secret_is_shown(fedora_hubs: Command, settings_file: Path) -> None:
    settings_file.write_text(
        "[database]\nurl = 'postgresql://hubs:s3cret@db.example/hubs?password=s3cret'\n"
        "[redis]\nurl = 'redis://:s3cret@redis.example:6380/2'\nsentinel_password = 's3c:ret'\n"
        "[sources]\ntokens = { 'api.github.com' = 's3://cret' }\n"
    )
    said = fedora_hubs("config", "show", "--json").stdout
    shown = {one["key"]: one["value"] for one in json.loads(said)}
    assert "s3" not in said
    assert shown["database.url"] == "postgresql://hubs:(hidden)@db.example/hubs?(hidden)"
    assert shown["redis.url"] == "redis://:(hidden)@redis.example:6380/2"
    assert shown["sources.tokens"] == {"api.github.com": "(hidden)"}
    assert '"(hidden)"' in fedora_hubs("config", "show", "redis.sentinel_password").stdout
    assert shown["cache.redis_url"] == ""
    assert shown["feeds.url"] == "mongodb://localhost:27017/hubs"


def test_a_name_that_is_none_is_named(fedora_hubs: Command) -> None:
    said = fedora_hubs("config", "show", "cache.fish")
    assert said.returncode == 2
    assert (
        "There is no setting 'cache.fish', expected one, or one of: database, redis" in said.stderr
    )
    assert fedora_hubs("config", "show", "cache.keep").stdout.count("\n") == 2
