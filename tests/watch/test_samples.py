"""The alert rules, the scrape configuration and the dashboard that are shipped."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from hubs.twistd_plugins.watching import _FIRST_PORTS, _PORTS
from hubs.watch import metrics
from tests.until import PATIENCE

ETC = Path(__file__).parents[2] / "etc"
RULES = ETC / "prometheus" / "fedora-hubs.rules.yml"
DASHBOARD = ETC / "grafana" / "fedora-hubs.json"
#: What prometheus_client measures of each process by itself, and Prometheus of each target.
GENERAL = {"process_resident_memory_bytes", "process_cpu_seconds_total"}


def promtool(*words: str | Path, folder: Path = ETC) -> str:
    done = subprocess.run(
        ["promtool", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def known() -> set[str]:
    """Give the names of all series that our metrics have."""
    found = {
        sample.name
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if metric.name.startswith("hubs_")
    }
    # Those with labels have no sample before the first.
    for metric in vars(metrics).values():
        name = getattr(metric, "_name", "")
        kind = getattr(metric, "_type", "")
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_count", "_sum")}
        found |= {f"{name}{suffix}" for suffix in suffixes.get(kind, ("",))}
    return found


def test_prometheus_accepts_rules_and_configuration() -> None:
    assert "SUCCESS: 14 rules found" in promtool("check", "rules", RULES)
    assert "is valid" in promtool("check", "config", "prometheus/scrape.yml")


def test_each_rule_fires_when_it_should(tmp_path: Path) -> None:
    shutil.copy(RULES, tmp_path)
    tests = Path(__file__).parent / "rules.yml"
    shutil.copy(tests, tmp_path)
    promtool("test", "rules", "rules.yml", folder=tmp_path)
    for alert in re.findall(r"alert: (\w+)", RULES.read_text()):
        assert alert in tests.read_text()


@pytest.mark.parametrize("file", [RULES, DASHBOARD])
def test_they_speak_of_metrics_that_there_are(file: Path) -> None:
    named = set(re.findall(r"\bhubs_\w+", file.read_text()))
    assert named
    assert named <= known()


def test_the_dashboard_shows_every_metric() -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
    shown = " ".join(target["expr"] for panel in panels for target in panel["targets"])
    for metric in vars(metrics).values():
        if name := getattr(metric, "_name", ""):
            assert name in shown or name == "hubs_work_queued"


def test_the_scrape_configuration_names_the_ports_of_the_processes() -> None:
    text = (ETC / "prometheus" / "scrape.yml").read_text()
    ports = {8100 + above for above in _PORTS.values() if above != _PORTS["fedmsg-hub"]}
    ports |= {8100 + first + number for first in _FIRST_PORTS.values() for number in (1, 2, 3, 4)}
    assert {int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", text)} == ports


def test_each_expression_of_the_dashboard_is_one(tmp_path: Path) -> None:
    dashboard = json.loads(DASHBOARD.read_text())
    expressions = [
        target["expr"].replace("$__rate_interval", "5m")
        for panel in dashboard["panels"]
        for target in panel.get("targets", ())
    ]
    rules = [{"record": "x:y", "expr": expression} for expression in expressions]
    # JSON is YAML.
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "x", "rules": rules}]}))
    promtool("check", "rules", "--lint=none", "rules.yml", folder=tmp_path)
