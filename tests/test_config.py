"""Settings come from the file and the environment, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from hubs.config import Settings
from hubs.config_file import CONFIG_VARIABLE, SettingsError, load


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hubs.toml"


def test_without_a_file_there_are_defaults() -> None:
    settings = load()
    assert settings.web.listen == "tcp:8080:interface=127.0.0.1"
    assert settings.feeds.limit == 100


def test_the_file_goes_before_the_defaults_and_the_environment_before_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("[feeds]\nlimit = 20\n[web]\nlisten = 'tcp:1'")
    monkeypatch.setenv(CONFIG_VARIABLE, str(file))
    monkeypatch.setenv("FEDORA_HUBS_WEB__LISTEN", "tcp:2")
    settings = load()
    assert (settings.feeds.limit, settings.web.listen) == (20, "tcp:2")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[feeds]\nlimit = 'many'", "feeds.limit: got 'many', expected a valid integer"),
        ("[feeds]\nlimit = 0", "feeds.limit: got 0, expected greater than or equal to 1"),
        ("[feeds]\nstore = 'x'", "feeds.store: got 'x', expected 'postgresql'"),
        ("[feeds]\nsize = 1", "feeds.size: there is no such setting"),
        ("[fish]\nsize = 1", "fish: there is no such setting"),
        ("[feeds", "is no TOML"),
        (
            "[listener]\nendpoints = ['tcp://a:1', 'fish']",
            "listener.endpoints.1: got 'fish', expected a ZeroMQ endpoint such as tcp://host:9940",
        ),
        (
            "[login]\nissuer = 'http://id.example'",
            "login.issuer: got 'http://id.example', expected an https address, or an http one of",
        ),
        ("[login]\nclient_secret = ['s3cret']", "login.client_secret: got (not shown), expected a"),
        (
            "[web]\nurl = 'https://hubs.example/x'",
            "web.url: got (not shown), expected an address without a path, such as https://",
        ),
        (
            "[redis]\nurl = 'http://:s3cret@x'",
            "redis.url: got (not shown), expected an address that starts with redis or rediss",
        ),
    ],
)
def test_a_wrong_setting_is_named_with_its_place(file: Path, text: str, complaint: str) -> None:
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}: ")
    assert complaint in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEDORA_HUBS_SSE__PING", "soon")
    with pytest.raises(SettingsError, match="variable FEDORA_HUBS_SSE__PING: sse"):
        load()


def test_no_token_is_shown(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("[sources]\ntokens = { 'api.github.com' = ['geheim'] }")
    with pytest.raises(SettingsError) as caught:
        load(file)
    assert str(caught.value) == (
        f"{file}: sources.tokens.api.github.com: got (not shown), expected a valid string"
    )
    monkeypatch.setenv("FEDORA_HUBS_SOURCES__TOKENS", "geheim")
    with pytest.raises(SettingsError, match="environment: expected lists and tables as JSON") as no:
        load()
    assert "geheim" not in str(no.value)
    monkeypatch.setenv("FEDORA_HUBS_SOURCES__TOKENS", '{"api.github.com": "geheim"}')
    assert "geheim" not in repr(load())


@pytest.mark.parametrize("base", ["ftp://a.example", "a.example", "https://me:geheim@a.example/"])
def test_a_service_is_at_an_address_without_a_password(file: Path, base: str) -> None:
    file.write_text(f"[services]\ndatagrepper = '{base}'")
    with pytest.raises(SettingsError, match="expected an address such as https://host/p") as caught:
        load(file)
    assert "geheim" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(file: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read: No such file"):
        load(file)


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEDORA_HUBS_DATABASE__URL", "postgresql://hubs:s3cret@db/hubs")
    assert "s3cret" not in repr(load())


def test_the_sample_names_every_setting_with_its_default_and_a_sentence() -> None:
    sample = Path(__file__).parent.parent / "etc" / "hubs.toml"
    text = sample.read_text()
    assert load(sample) == load()
    for name, table in Settings.model_fields.items():
        assert f"\n[{name}]\n" in text
        assert table.annotation is not None
        for key, field in table.annotation.model_fields.items():
            assert f"# {field.description}\n{key} = " in text
