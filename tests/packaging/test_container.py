"""The image and the compose file: no engine runs here, so linters and the settings read them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from compose_spec import PyCompose

from hubs.cli.main import main
from hubs.config_file import load
from tests.until import PATIENCE

CONTAINER = Path(__file__).parent.parent.parent / "etc" / "container"
ENVIRONMENT = {"HUBS_PASSWORD": "secret", "HUBS_BUS": "tcp://bus.example:9940"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (CONTAINER / "compose.yaml").read_text()
    # As compose does it: ${NAME:-default} and ${NAME:?complaint}.
    filled = re.sub(
        r"\$\{(\w+):([-?])([^}]*)\}",
        lambda found: ENVIRONMENT.get(found[1], found[3] if found[2] == "-" else "MISSING"),
        text,
    )
    assert "MISSING" not in filled
    read: dict[str, Any] = yaml.safe_load(filled)
    return read


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    services = compose["services"].items()
    return {name: service for name, service in services if service["image"] == "fedora-hubs"}


def test_the_linter_of_containerfiles_has_nothing_to_say() -> None:
    linted = subprocess.run(
        [Path(sys.executable).parent / "hadolint", CONTAINER / "Containerfile"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_compose_file_is_one(compose: dict[str, Any]) -> None:
    read = PyCompose.from_json(json.dumps(compose))
    assert len(read) == len(compose["services"])
    with pytest.raises(ValueError, match="imagine"):
        PyCompose.from_json(json.dumps({"services": {"web": {"imagine": "fedora-hubs"}}}))


def test_what_it_waits_for_and_keeps_is_there(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for other, wanted in service.get("depends_on", {}).items():
            assert wanted["condition"] in {"service_healthy", "service_completed_successfully"}
            assert ("healthcheck" in compose["services"][other]) == (
                wanted["condition"] == "service_healthy"
            )
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in compose["volumes"]


def test_each_service_runs_a_command_of_ours(compose: dict[str, Any]) -> None:
    commands = {" ".join(service["command"]) for service in ours(compose).values()}
    assert commands == {
        "db upgrade",
        *(f"run {one}" for one in ("web", "sse", "listener", "triage", "worker")),
    }
    for command in commands:
        helped = CliRunner().invoke(main, [*command.split(), "--help"])
        assert helped.exit_code == 0


def test_what_it_sets_are_settings(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = dict(re.findall(r"(FEDORA_HUBS_\w+)=(\S+)", (CONTAINER / "Containerfile").read_text()))
    for name in [name for name in os.environ if name.startswith("FEDORA_HUBS_")]:
        monkeypatch.delenv(name)
    for service in ours(compose).values():
        for name, value in {**image, **service["environment"]}.items():
            monkeypatch.setenv(name, value)
        settings = load()
        assert settings.web.listen == "tcp:8080"
        assert settings.listener.endpoints == ("tcp://bus.example:9940",)
        assert "secret" in settings.database.url.get_secret_value()
        assert "postgres" in compose["services"]
