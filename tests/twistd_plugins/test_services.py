"""The services as twistd runs them: real processes, real servers."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import psycopg2
import pytest
from twisted.internet import reactor
from twisted.internet.threads import deferToThread

from hubs.database.hub_store import HubStore
from hubs.database.pool import Pool
from hubs.model.entry import Entry
from hubs.model.hub import Hub, HubType
from hubs.pipeline.queue import WORK, Limits, Queue
from hubs.pipeline.work import FeedWork
from hubs.redis import Redis
from tests.processes import members, run, running
from tests.until import until

SERVICES = ("web", "listener", "triage", "worker", "sse")


@pytest.fixture
def config(tmp_path: Path, database_url: str, redis_server: str) -> Path:
    """Give a settings file for the test's servers."""
    file = tmp_path / "hubs.toml"
    file.write_text(
        f"[database]\nurl = '{database_url}'\npool_size = 2\n"
        f"[redis]\nurl = '{redis_server}'\n"
        f"[cache]\nfolder = '{tmp_path / 'cache'}'\n"
    )
    return file


def test_twistd_offers_the_services_from_any_folder() -> None:
    said = run("twistd", "--help").stdout
    for service in SERVICES:
        assert f"hubs-{service} " in said


@pytest.mark.parametrize("service", SERVICES)
def test_a_wrong_option_or_setting_ends_with_one_line(service: str, tmp_path: Path) -> None:
    command = f"hubs-{service}"
    wrong = run("twistd", "-n", "--pidfile=", command, "--fish")
    assert wrong.returncode == 1
    assert (
        wrong.stderr == f"{command}: option --fish not recognized. See: twistd {command} --help\n"
    )
    file = tmp_path / "hubs.toml"
    file.write_text("[redis]\nurl = 3")
    wrong = run("twistd", "-n", "--pidfile=", command, "-c", file)
    assert wrong.returncode == 1
    assert (
        wrong.stderr == f"{command}: {file}: redis.url: got (not shown), expected a valid string\n"
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[redis]\nurl = 'redis://'", "redis.url: expected redis://host, rediss://host or unix:"),
        ("[web]\nlisten = 'fish'", "web.listen: got 'fish', expected a Twisted endpoint such as"),
        ("[web]\nlisten = 'tcp:1:interface=192.0.2.1'", "web.listen: cannot listen at tcp:1:"),
    ],
)
def test_a_setting_that_shows_itself_wrong_later_ends_with_one_line_too(
    text: str, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "hubs.toml"
    file.write_text(text)
    wrong = run("twistd", "-n", "--pidfile=", "hubs-web", "-c", file)
    assert wrong.returncode == 1
    # Once twistd has begun its log, the line is there.
    assert complaint in wrong.stdout + wrong.stderr
    assert "Traceback" not in wrong.stdout + wrong.stderr


def test_a_wrong_number_of_instances_is_refused() -> None:
    for number in ("0", "many", "65"):
        wrong = run("twistd", "-n", "--pidfile=", "hubs-worker", "--instances", number)
        assert wrong.returncode == 1
        assert "expected a number from 1 to 64" in wrong.stderr
        assert "Traceback" not in wrong.stderr


@pytest.mark.patience(90)
@pytest.mark.parametrize(
    "command", [("twistd", "-n", "--pidfile=", "hubs-worker"), ("fedora-hubs", "run", "worker")]
)
async def test_a_killed_instance_is_replaced_and_a_stop_ends_what_is_in_hand(
    command: tuple[str, ...],
    config: Path,
    pool: Pool,
    redis: Redis,
    database_url: str,
    tmp_path: Path,
) -> None:
    hub = await HubStore(pool).create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    work = Queue(WORK, redis, Limits(), reactor)
    entry = Entry("m1", 1.0, "a.b", "It happened")
    with (
        running(*command, "--instances", "3", "-c", config, log=tmp_path / "log") as parent,
        psycopg2.connect(database_url) as lock,
        lock.cursor() as cursor,
    ):

        def children() -> set[int]:
            return members(parent.pid) - {parent.pid}

        await until(lambda: len(children()) == 3, 30)
        before = children()
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        await until(lambda: len(children() - {victim}) == 3, 30)
        assert before - {victim} < children()

        cursor.execute("LOCK TABLE feed_entries")
        await work.put([FeedWork(hub.id, entry).new_item()])
        await until(lambda: _waits_for_lock(pool), 30)
        parent.send_signal(signal.SIGTERM)
        lock.rollback()
        await deferToThread(parent.wait, 60)
        assert not members(parent.pid)
        assert await work.length() == 0
        assert await pool.query("SELECT id FROM feed_entries") == [("m1",)]
    said = (tmp_path / "log").read_text()
    assert "Traceback" not in said, said


async def _waits_for_lock(pool: Pool) -> bool:
    return bool(await pool.query("SELECT 1 FROM pg_locks WHERE NOT granted"))
