"""The services as twistd runs them: real processes, real servers."""

from __future__ import annotations

import json
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
from hubs.pipeline.backlog import backlog
from hubs.pipeline.queue import MESSAGES, WORK, Limits, NewItem, Queue
from hubs.pipeline.work import FeedWork
from hubs.redis import Redis
from tests.processes import members, run, running
from tests.until import PATIENCE, until

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
        ("[redis]\nurl = 'redis://'", "redis.url: expected a host, or host:port, got ''"),
        ("[redis]\nurl = 'redis+sentinel://x'", "redis.url: expected the name of the service"),
        ("[redis]\nurl = 'rediss://x'\nca_cert = '/no'", "redis.ca_cert: /no: expected a certif"),
        ("[services]\nfasjson = 'http://[::1]:80'", "services: 'http://[::1]:80' is no address"),
        ("[web]\nlisten = 'fish'", "web.listen: got 'fish', expected a Twisted endpoint such as"),
        (
            "[login]\nissuer = 'https://id.example'",
            "web.url: got '', expected a value, since login",
        ),
        (
            "[login]\nissuer = 'https://id.example'\n[web]\nurl = 'https://hubs.example'",
            "login.client_id: got '', expected a value, since login.issuer is set",
        ),
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


def test_a_wrong_concurrency_is_refused() -> None:
    wrong = run("twistd", "-n", "--pidfile=", "hubs-worker", "--concurrency", "1001")
    assert wrong.returncode == 1
    assert "expected a number from 1 to 1000" in wrong.stderr


@pytest.mark.parametrize(
    "command", [("twistd", "-n", "--pidfile=", "hubs-worker"), ("fedora-hubs", "run", "worker")]
)
async def test_each_instance_has_as_much_in_hand_as_it_is_told(
    command: tuple[str, ...],
    config: Path,
    pool: Pool,
    redis: Redis,
    database_url: str,
    tmp_path: Path,
) -> None:
    hub = await HubStore(pool).create_hub(Hub(0, HubType.TEAM, "lamps", "Lamps", ""))
    work = Queue(WORK, redis, Limits(), reactor)
    entries = [Entry(f"m{n}", 1.0, "a.b", "It happened") for n in range(6)]
    more = ("--instances", "2", "--concurrency", "2", "-c", config)
    with (
        running(*command, *more, log=tmp_path / "log"),
        psycopg2.connect(database_url) as lock,
        lock.cursor() as cursor,
    ):
        cursor.execute("LOCK TABLE feed_entries")
        await work.put([FeedWork(hub.id, entry).new_item() for entry in entries])

        async def waiting() -> list[int]:
            return sorted(holder.in_hand for holder in (await backlog(redis, WORK)).holders)

        async def both_wait() -> bool:
            return await waiting() == [2, 2]

        await until(both_wait)
        lock.rollback()
        await until(lambda: _is_empty(work))


async def _is_empty(queue: Queue) -> bool:
    return await queue.length() == 0


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

        await until(lambda: len(children()) == 3)
        before = children()
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        await until(lambda: len(children() - {victim}) == 3)
        assert before - {victim} < children()

        cursor.execute("LOCK TABLE feed_entries")
        await work.put([FeedWork(hub.id, entry).new_item()])
        await until(lambda: _waits_for_lock(pool))
        parent.send_signal(signal.SIGTERM)
        lock.rollback()
        await deferToThread(parent.wait, PATIENCE)
        assert not members(parent.pid)
        assert await work.length() == 0
        assert await pool.query("SELECT id FROM feed_entries") == [("m1",)]
    said = (tmp_path / "log").read_text()
    assert "Traceback" not in said, said


async def test_triage_is_replaced_and_ends_what_is_in_hand_likewise(
    config: Path, pool: Pool, redis: Redis, database_url: str, tmp_path: Path
) -> None:
    messages = Queue(MESSAGES, redis, Limits(), reactor)
    body = '{"topic": "org.example.lamp.lit", "msg_id": "m1", "msg": {}}'
    command = ("twistd", "-n", "--pidfile=", "hubs-triage", "--instances", "2", "-c", config)
    with (
        running(*command, log=tmp_path / "log") as parent,
        psycopg2.connect(database_url) as lock,
        lock.cursor() as cursor,
    ):

        def children() -> set[int]:
            return members(parent.pid) - {parent.pid}

        await until(lambda: len(children()) == 2)
        victim = min(children())
        os.kill(victim, signal.SIGKILL)
        await until(lambda: len(children() - {victim}) == 2)

        cursor.execute("LOCK TABLE interests")
        fields = {"topic": "org.example.lamp.lit", "body": body, "received": "1.0"}
        await messages.put([NewItem(fields)])
        await until(lambda: _waits_for_lock(pool))
        parent.send_signal(signal.SIGTERM)
        lock.rollback()
        await deferToThread(parent.wait, PATIENCE)
        assert not members(parent.pid)
        assert await messages.length() == 0
    said = (tmp_path / "log").read_text()
    assert "Triaged m1" in said
    assert "Traceback" not in said, said


async def test_a_triage_that_waits_for_room_stops_and_loses_nothing(
    config: Path, redis: Redis, tmp_path: Path
) -> None:
    messages, work = (Queue(name, redis, Limits(), reactor) for name in (MESSAGES, WORK))
    await work.put([NewItem({"kind": "feed"})] * 10)
    topic = "org.fedoraproject.prod.fas.group.member.sponsor"
    body = json.dumps({"topic": topic, "msg_id": "m1", "msg": {"group": "lamp", "user": "abe"}})
    await messages.put([NewItem({"topic": topic, "body": body, "received": "1.0"})])
    with config.open("a") as file:
        file.write("[queue]\nmax_length = 10\n")
    log = tmp_path / "log"
    command = ("twistd", "-n", "--pidfile=", "hubs-triage", "-c", config)
    with running(*command, log=log) as process:
        await until(lambda: "takes no more" in log.read_text())
        process.send_signal(signal.SIGTERM)
        await deferToThread(process.wait, PATIENCE)
    assert (await messages.length(), await work.length()) == (1, 10)

    await work.done(await work.take(redis, "me", 10))
    with running(*command, log=log) as process:
        await until(lambda: _empty(messages))
        process.send_signal(signal.SIGTERM)
        await deferToThread(process.wait, PATIENCE)
    assert [item.fields["group"] for item in await work.take(redis, "me", 10)] == ["lamp"]
    assert "Traceback" not in log.read_text()


async def _empty(queue: Queue) -> bool:
    return await queue.length() == 0


async def _waits_for_lock(pool: Pool) -> bool:
    return bool(await pool.query("SELECT 1 FROM pg_locks WHERE NOT granted"))
