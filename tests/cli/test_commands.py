"""The fedora-hubs command, as somebody types it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from hubs.cli.main import main
from hubs.cli.run import run


def said(*words: str | Path, status: int = 0) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == status, result.output
    assert "Traceback" not in result.output
    return result.output


def test_help_names_the_commands_with_an_example() -> None:
    text = said("--help")
    # However wide the column of names is.
    commands = [line.split(maxsplit=1) for line in text.splitlines()]
    assert ["db", "Database-related operations."] in commands
    assert ["run", "Run daemon processes."] in commands
    assert "fedora-hubs run demo" in text
    for service in ("all", "demo", "listener", "sse", "triage", "web", "worker"):
        assert f"\n  {service} " in said("run", "--help")
    for service in ("triage", "worker"):
        assert "--instances" in said("run", service, "--help")


def test_the_list_of_commands_says_what_each_says_of_itself_and_imports_none() -> None:
    for lazy in (main, run):
        context = click.Context(lazy)
        for name, known in lazy._lazy.items():
            command = lazy.get_command(context, name)
            assert command is not None
            assert known.summary == command.get_short_help_str(limit=100)
    code = "import sys; from hubs.cli.main import main; main(['--help'], standalone_mode=False); "
    code += "print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Cache-related operations." in names.stdout
    assert "hubs.cli.cache" not in names.stdout.split()


def helps(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    """Give the help of a command and of all below it."""
    context = click.Context(command, info_name=name)
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for word in command.list_commands(context):
            below = command.get_command(context, word)
            assert below is not None
            yield from helps(below, f"{name} {word}")


def test_each_help_has_an_example_that_begins_with_its_own_words() -> None:
    found = dict(helps(main, "fedora-hubs"))
    assert len(found) > 30
    assert [name for name, text in found.items() if f"\n    {name}" not in text] == []


def test_upgrade_says_what_it_did(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEDORA_HUBS_DATABASE__URL", empty_database_url)
    assert "The database is now at step" in said("db", "upgrade")
    assert "The database is up to date" in said("db", "upgrade")


def test_upgrade_names_what_is_wrong_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = tmp_path / "missing.toml"
    assert said("db", "upgrade", "-c", missing, status=1) == (
        f"Error: {missing}: cannot be read: No such file or directory\n"
    )
    monkeypatch.setenv("FEDORA_HUBS_DATABASE__URL", "postgresql://127.0.0.1:1/hubs")
    text = said("db", "upgrade", status=1)
    assert text.startswith("Error: The database cannot be used: ")
    assert text.count("\n") == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "hubs.example"])  # noqa: S104
def test_the_demo_is_for_this_machine_alone(host: str) -> None:
    text = said("run", "demo", "--host", host, status=2)
    assert f"got '{host}', expected a loopback address" in text


def test_the_demo_says_that_a_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        text = said("run", "demo", "--port", str(port), "--folder", tmp_path / "var", status=1)
    assert f"Port {port} of 127.0.0.1 cannot be used: Address already in use" in text
    assert f"--port {port + 1}" in text
    assert not (tmp_path / "var").exists()


def test_a_replay_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "does not exist" in said("run", "demo", "--replay", tmp_path / "x", status=2)
