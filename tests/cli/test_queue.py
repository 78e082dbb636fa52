"""``fedora-hubs queue`` as an operator types it, on a real Redis."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from twisted.internet import reactor
from twisted.internet.threads import deferToThread

from hubs.database.pool import Pool
from hubs.model.reload import Reload
from hubs.pipeline.burial import DEAD, bury
from hubs.pipeline.later import Later
from hubs.pipeline.outbox import OUTGOING
from hubs.pipeline.queue import MESSAGES, WORK, Limits, NewItem, Queue
from hubs.pipeline.work import RefreshWork, tell_browsers
from hubs.redis import Redis
from tests.cli.conftest import Command
from tests.ports import free_port

HOST = "worker-1.hubs.example.org-12345"


@pytest.fixture
def work(redis: Redis) -> Queue:
    return Queue(WORK, redis, Limits(attempts=1), reactor)


async def bury_work(work: Queue, redis: Redis, *texts: str) -> list[str]:
    """Let items fail too often, and give their ids."""
    for text in texts:
        await work.put([NewItem({"kind": text})])
        [item] = await work.take(redis, HOST, 1)
        await work.failed(HOST, item, f"WorkItemError: what is\n  {text}?")
    return [entry[0] for entry in await redis.execute_command("XRANGE", DEAD, "-", "+")]


async def test_empty_queues_tell_what_to_start(redis: Redis, fedora_hubs: Command) -> None:
    said = fedora_hubs("queue")
    assert "Nobody takes from hubs:messages. Start: twistd -n hubs-triage" in said.stdout
    assert "Nobody takes from hubs:work. Start: twistd -n hubs-worker" in said.stdout
    assert fedora_hubs("queue", "dead").stdout == "Nothing failed too often.\n"


async def test_queues_and_who_takes_from_them_are_shown(
    redis: Redis, work: Queue, fedora_hubs: Command
) -> None:
    messages = Queue(MESSAGES, redis, Limits(), reactor)
    await messages.announce(redis, "triage-1")
    await bury_work(work, redis, "a")
    await work.put([NewItem({"kind": "b"})] * 1200)
    await work.take(redis, HOST, 3)
    await tell_browsers(redis, Reload.feed(1))
    for number in range(10):
        await Later(work, redis, reactor).put(RefreshWork(number, "pulls"), reactor.seconds() + 600)
    said = fedora_hubs("queue", FEDORA_HUBS_QUEUE__MAX_LENGTH="1200").stdout
    assert re.search(r"^hubs:messages  0      0 *$", said, re.M)
    assert re.search(r"^hubs:work      1,200  3        \d+ \w+$", said, re.M)
    assert re.search(r"^hubs:later     10$", said, re.M)
    assert re.search(r"^hubs:reload    1               \d+ \w+$", said, re.M)
    assert re.search(r"^hubs:dead      1               \d+ \w+$", said, re.M)
    assert re.search(rf"^{HOST}  hubs:work      3        \d+ \w+ ago$", said, re.M)
    assert re.search(r"^triage-1 +hubs:messages  0        \d+ \w+ ago$", said, re.M)
    assert "hubs:work is full: who puts into it waits. More: hubs-worker" in said
    assert "1 item failed too often. See: fedora-hubs queue dead" in said
    assert "Nobody" not in said
    assert "hubs:later is full" not in said
    assert max(map(len, said.splitlines())) <= 80
    more = fedora_hubs("queue", FEDORA_HUBS_QUEUE__MAX_LENGTH="10").stdout
    assert "hubs:later is full: what else outside services refuse is tried again when" in more
    assert max(map(len, more.splitlines())) <= 80
    found = {one["stream"]: one for one in json.loads(fedora_hubs("queue", "--json").stdout)}
    assert (found["hubs:work"]["length"], found["hubs:work"]["in_hand"]) == (1200, 3)
    assert [one["name"] for one in found["hubs:work"]["holders"]] == [HOST]


async def test_what_failed_too_often_is_listed_put_back_and_deleted(
    redis: Redis, work: Queue, fedora_hubs: Command
) -> None:
    first, second, third, _ = await bury_work(work, redis, "one", "two", "three", "x" * 200)
    said = fedora_hubs("queue", "dead", "--limit", "3").stdout
    assert re.search(
        rf"^{third}  hubs:work  \d+ \w+ ago, \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d \w+\n"
        r"  WorkItemError: what is three\?\n  kind=three$",
        said,
        re.M,
    )
    assert first not in said
    assert "… and 1 more: --limit 4" in said
    assert max(map(len, said.splitlines())) <= 80
    found = json.loads(fedora_hubs("queue", "dead", "--json").stdout)
    assert [item["fields"]["kind"] for item in found] == ["x" * 200, "three", "two", "one"]

    assert fedora_hubs("queue", "retry", second).stdout == "1 item put back.\n"
    assert [item.fields["kind"] for item in await work.take(redis, HOST, 10)] == ["two"]
    assert fedora_hubs("queue", "drop", first, "--yes").stdout == "1 item deleted.\n"
    unsure = fedora_hubs("queue", "drop", "--all")
    assert "Delete all items that failed too often for ever? [y/N]" in unsure.stdout
    assert unsure.returncode == 1
    assert fedora_hubs("queue", "retry", "--all").stdout == "2 items put back.\n"
    assert await redis.execute_command("XLEN", DEAD) == 0
    assert await work.length() == 3


async def test_a_message_that_the_bus_refused_is_told_again(
    redis: Redis, pool: Pool, fedora_hubs: Command
) -> None:
    told = {"id": str(uuid.uuid4()), "topic": "hubs.user.created", "body": '{"username": "abe"}'}
    fields = {**told, "time": "2026-11-24T12:00:00.000000+00:00"}
    await bury(redis, OUTGOING, fields, "PublishForbidden: no", reactor.seconds())
    said = await deferToThread(fedora_hubs, "queue", "dead")
    assert "  hubs:outgoing  " in said.stdout
    said = await deferToThread(fedora_hubs, "queue", "retry", "--all")
    assert said.stdout == "1 item put back.\n"
    assert await redis.execute_command("XLEN", DEAD) == 0
    rows = await pool.query(
        "SELECT message_id::text, topic, body, extract(epoch FROM time)::float, queued, attempts"
        " FROM outgoing"
    )
    assert rows == [(told["id"], told["topic"], {"username": "abe"}, 1795521600.0, True, 0)]


async def test_a_full_queue_takes_some_back_and_says_so(
    redis: Redis, work: Queue, fedora_hubs: Command
) -> None:
    await bury_work(work, redis, *"abc")
    await work.put([NewItem({"kind": "d"})] * 8)
    said = fedora_hubs("queue", "retry", "--all", FEDORA_HUBS_QUEUE__MAX_LENGTH="10")
    assert said.stderr == "Error: hubs:work is full, with 10 items; 2 items before it.\n"
    assert said.returncode == 1
    assert await redis.execute_command("XLEN", DEAD) == 1


async def test_what_is_wrong_is_said_and_nothing_is_done(
    redis: Redis, work: Queue, fedora_hubs: Command
) -> None:
    [known] = await bury_work(work, redis, "a")
    for words, status, complaint in (
        (("retry",), 2, "Name items by their id, or say --all."),
        (("drop", known, "--all"), 2, "Name items by their id, or say --all."),
        (("retry", known, "fish"), 2, "Got 'fish', expected an id as in 1764026400000-0."),
        (("retry", known, "1-1"), 1, "No item that failed too often has the id 1-1."),
        (("drop", "--yes", known, "1-1"), 1, "No item that failed too often has the id 1-1."),
    ):
        said = fedora_hubs("queue", *words)
        assert complaint in said.stderr
        assert said.returncode == status
    assert await redis.execute_command("XLEN", DEAD) == 1
    assert await work.length() == 0


async def test_a_redis_that_is_away_is_named_in_one_line(fedora_hubs: Command) -> None:
    said = fedora_hubs("queue", FEDORA_HUBS_REDIS__URL=f"redis://127.0.0.1:{free_port()}")
    assert re.fullmatch(
        r"Error: Redis gave no answer within 5 seconds: .*Connection refused\n", said.stderr
    )
    assert (said.returncode, said.stdout) == (1, "")
